"""The image cannot be pulled.

What a registry answers reaches us as text alone, in the words of containerd, dockerd or CRI-O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaling_group.rollout.containers import Container
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

NOT_FOUND = Cause(
    "image-not-found",
    "The registry has no such image or tag.",
    "Push the image, or give the right one with `--image`.",
    source="https://github.com/opencontainers/distribution-spec/blob/main/spec.md",
    example="the image registry.example.com/team/llm:2 does not exist in its registry",
    hopeless="at once",
)
DENIED = Cause(
    "image-access-denied",
    "The registry denies access. Many registries also answer so for an image that does not exist.",
    "Check the name, then give a Secret with credentials with `--image-pull-secret`.",
    source="https://kubernetes.io/docs/concepts/containers/images/#using-a-private-registry",
    example="the registry refuses access to the image registry.example.com/team/llm:1, or has none of that "
    "name",
    hopeless="once the kubelet has tried twice",
)
UNKNOWN_HOST = Cause(
    "registry-unknown",
    "DNS on the node does not resolve the name of the registry.",
    "Correct the registry in `--image`.",
    source="https://kubernetes.io/docs/concepts/containers/images/",
    example="the registry images.invalid of the image images.invalid/none:1 is not known to DNS",
    hopeless="at once",
)
UNREACHABLE = Cause(
    "registry-unreachable",
    "The registry did not answer, or answered with an error.",
    "Check the network between the nodes and the registry; the kubelet keeps retrying.",
    source="https://kubernetes.io/docs/concepts/containers/images/",
    example="the registry of the image registry.example.com/team/llm:1 cannot be reached: i/o timeout",
)
RATE_LIMIT = Cause(
    "registry-rate-limit",
    "The registry limits pulls for a while.",
    "Wait, pull with credentials (`--image-pull-secret`), or use a mirror.",
    source="https://docs.docker.com/docker-hub/usage/",
    example="the registry limits pulls at the moment, so the image team/llm:1 has to wait",
)
UNTRUSTED = Cause(
    "registry-untrusted",
    "The nodes do not trust the registry's certificate, or it speaks plain HTTP.",
    "Have the nodes trust the registry, or use one that they trust.",
    source="https://github.com/containerd/containerd/blob/main/docs/hosts.md",
    example="the nodes do not trust the registry of the image registry.example.com/team/llm:1: x509: "
    "certificate signed by unknown authority",
    hopeless="once the kubelet has tried twice",
)
PLATFORM = Cause(
    "image-wrong-platform",
    "The image is built for a different CPU architecture than the node has.",
    "Build it for the nodes' platform, as with `docker build --platform linux/amd64`.",
    source="https://github.com/opencontainers/image-spec/blob/main/image-index.md",
    example="the image registry.example.com/team/llm:1 is not built for the CPU of the node",
    hopeless="at once",
)
INVALID_NAME = Cause(
    "invalid-image-name",
    "The image's name cannot be parsed.",
    "Correct it with `--image`; a repository is written in lower case.",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
    example="'Bad/UPPER:1' is not the name of an image: invalid reference format",
    hopeless="at once",
)
NEVER_PULLED = Cause(
    "image-never-pulled",
    "The image is not on the node, and the pull policy forbids pulling it.",
    "Load the image onto the nodes, or change the policy.",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",
    example="the image registry.example.com/team/llm:1 is not on the node and may not be pulled",
    hopeless="at once",
)
DISK_FULL = Cause(
    "node-disk-full",
    "The node has no room for the image, whatever the image.",
    "Free the node's disk or give nodes a larger one; a smaller image helps too.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
    example="node-1 has no room on its disk for the image registry.example.com/team/llm:1",
)
OTHER = Cause(
    "image-pull-failed",
    "The image cannot be pulled for another reason; see the evidence.",
    "See the evidence; the kubelet keeps retrying.",
    source="https://kubernetes.io/docs/concepts/containers/images/",
    example="the image registry.example.com/team/llm:1 cannot be pulled: unexpected media type",
)
CAUSES = (
    INVALID_NAME,
    NOT_FOUND,
    PLATFORM,
    UNKNOWN_HOST,
    DENIED,
    UNTRUSTED,
    RATE_LIMIT,
    UNREACHABLE,
    NEVER_PULLED,
    DISK_FULL,
    OTHER,
)

PULLING = (
    "ErrImagePull",
    "ImagePullBackOff",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
)
#: In this order: some answers hold the words of a later one.
ANSWERS = (
    (DISK_FULL, r"no space left on device|disk quota exceeded|not enough space on the disk"),
    (
        PLATFORM,
        r"no match for platform|no matching manifest|no image found in [^\n]{0,200}? for architecture",
    ),
    (RATE_LIMIT, r"toomanyrequests|too many requests|rate limit"),
    (UNREACHABLE, r"proxyconnect"),
    (UNKNOWN_HOST, r"no such host"),
    (UNTRUSTED, r"x509:|failed to verify certificate|HTTP response to HTTPS client|not look like a TLS"),
    (
        UNREACHABLE,
        r"i/o timeout|timed out|deadline exceeded|timeout exceeded|handshake timeout|request canceled"
        r"|connection refused|connection reset|no route to host|network is unreachable|server misbehaving"
        r"|failure in name resolution|\bEOF\b|status(?: code)?:? [^\n]{0,80}?\b5\d\d\b|\b50[0-4] ",
    ),
    (
        DENIED,
        r"pull access denied|unauthorized|authentication required|authorization failed|insufficient_scope"
        r"|no basic auth credentials|\bforbidden\b|\bdenied\b",
    ),
    (NOT_FOUND, r"not found|manifest unknown|name unknown|not known to registry|does not exist"),
)
#: What a kubelet that backs off puts before the reason and the words of the last try.
BACK_OFF = re.compile(r'^Back-off pulling image "[^"]*"(?:: \w+: )?')
#: Texts in quotes and addresses are names, which may hold any word.
NAMES = re.compile(r'"[^"]*"|https?://\S+')


@dataclass(frozen=True)
class Refusal:
    """Why a pull failed: the words of whoever refused, and whether the kubelet waits to try again.

    image: what was to be pulled, the container's own or one that is a volume.
    """

    cause: Cause
    image: str
    words: str
    again: bool


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why an image of the pod is not there."""
    found = ((container, _refusal(pod, container)) for container in pod.containers)
    return next((_finding(rollout, pod, c, refusal) for c, refusal in found if refusal), None)


def _refusal(pod: Pod, container: Container) -> Refusal | None:
    reason, message = container.waiting
    image = _image(pod, container, message)
    if reason in ("InvalidImageName", "ErrImageNeverPull"):
        return Refusal(INVALID_NAME if reason.startswith("Invalid") else NEVER_PULLED, image, message, True)
    if reason not in PULLING:
        return None
    words = _words(pod, image, message)
    pulls = pod.event("Pulling", f'"{image}"')
    again = reason == "ImagePullBackOff" or (pulls is not None and pulls.count > 1)
    return Refusal(refused_by(words, image), image, words, again)


def _image(pod: Pod, container: Container, message: str) -> str:
    """Return the image that a message is about: the container waits for its volumes in the same words."""
    named = [image for image in pod.image_volumes if image in message and image not in container.image]
    return max(named, key=len, default=container.image)


def _words(pod: Pod, image: str, message: str) -> str:
    """Return what the registry said; kubelets before 1.32 leave it out while they back off."""
    if words := BACK_OFF.sub("", message):
        return words
    event = pod.event("Failed", f'Failed to pull image "{image}"')
    return event.message.partition(": ")[2] if event else message


def refused_by(words: str, image: str) -> Cause:
    """Return the cause that a runtime's words for a failed pull tell of."""
    said = NAMES.sub(" ", words).replace(image, " ")
    return next((cause for cause, form in ANSWERS if re.search(form, said, re.IGNORECASE)), OTHER)


def _finding(rollout: ObservedRollout, pod: Pod, container: Container, refusal: Refusal) -> Finding:
    reason, _ = container.waiting
    cause = refusal.cause
    failed = pod.event("Failed", "Failed to pull image")
    tried = f" (tried {failed.count} times)" if failed and failed.count > 1 else ""
    path = pod.image_volumes.get(refusal.image, "") if refusal.image != container.image else ""
    shown = f"{refusal.image} (mounted at {path})" if path else refusal.image
    return Finding(
        cause,
        _said(cause, shown, refusal.words, pod.node),
        _resolution(rollout, cause, pod.node, f"--mount=image:IMAGE:{path}" if path else "--image=IMAGE"),
        detail=f"pod {pod.name}: {reason}: {refusal.words}{tried}",
        terminal=_terminal(refusal),
        since=failed.first if failed else pod.created,
        pod=pod.name,
    )


def _terminal(refusal: Refusal) -> bool:
    """Return whether waiting is in vain.

    A name that does not exist is so at once. Who is refused may still get its credentials in the
    first seconds, and an outage or a limit ends.
    """
    at_once = (NOT_FOUND, UNKNOWN_HOST, PLATFORM, INVALID_NAME, NEVER_PULLED)
    return refusal.cause in at_once or (refusal.cause in (DENIED, UNTRUSTED) and refusal.again)


def _said(cause: Cause, image: str, words: str, node: str) -> str:
    host = re.search(r"lookup ([^\s:]{1,253})(?: on |:)", words)
    registry = f"the registry {host[1]}" if host else "the registry"
    return {
        NOT_FOUND: f"the image {image} does not exist in its registry",
        DENIED: f"{registry} refuses access to the image {image}, or has none of that name",
        UNKNOWN_HOST: f"{registry} of the image {image} is not known to DNS",
        RATE_LIMIT: f"{registry} limits pulls at the moment, so the image {image} has to wait",
        UNTRUSTED: f"the nodes do not trust the registry of the image {image}: {_last(words)}",
        UNREACHABLE: f"the registry of the image {image} cannot be reached: {_last(words)}",
        PLATFORM: f"the image {image} is not built for the CPU of the node",
        INVALID_NAME: f"{image!r} is not the name of an image: {_last(words)}",
        NEVER_PULLED: f"the image {image} is not on the node and may not be pulled",
        DISK_FULL: f"{node or 'the node'} has no room on its disk for the image {image}",
        OTHER: f"the image {image} cannot be pulled: {_last(words)}",
    }[cause]


def _last(words: str) -> str:
    """Return the innermost part of an error that wraps others: the cause itself."""
    plain = NAMES.sub(" ", words)
    parts = [part.strip() for part in re.split(r": +", plain) if part.strip()]
    return " ".join(parts[-1].split())[:120] if parts else "no reason is given"


def _resolution(rollout: ObservedRollout, cause: Cause, node: str, flag: str) -> str:
    image = rollout.command("update", flag)
    secret = rollout.command("update", "--image-pull-secret=SECRET")
    return {
        NOT_FOUND: f"Push the image, or name the right one: {image}",
        DENIED: f"Check the name of the image ({image}), or give credentials: {secret}",
        UNKNOWN_HOST: f"Correct the registry in the image's name: {image}",
        RATE_LIMIT: f"Wait, or pull with an account that has a higher limit: {secret}",
        UNTRUSTED: f"Have the nodes trust the registry, or use another: {image}",
        UNREACHABLE: "Check the network between the nodes and the registry; the kubelet keeps retrying.",
        PLATFORM: f"Build the image for the nodes' platform (docker build --platform …), then: {image}",
        INVALID_NAME: f"Correct the image's name: {image}",
        NEVER_PULLED: f"Load the image onto the nodes, or name one that exists: {image}",
        DISK_FULL: f"Free its disk, or give the nodes a larger one: kubectl describe node {node or 'NODE'}",
        OTHER: f"See the evidence; with another image: {image}",
    }[cause]
