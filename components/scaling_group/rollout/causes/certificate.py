"""The certificate that a listener shows to the clients of a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaling_group.rollout.attachment import Attachment
from scaling_group.rollout.certificate import covers_host
from scaling_group.rollout.fields import Object, text, texts
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout

UNUSABLE = Cause(
    "certificate-unusable",
    "The listener's certificate is missing, cannot be read or may not be used.",
    "Put a Secret of type kubernetes.io/tls where the listener looks for it.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditionreason",
    example="the listener 'https' of Gateway gateway-system/gateway cannot use its certificate: no such "
    "Secret",
)
OTHER_HOST = Cause(
    "certificate-other-host",
    "The listener's certificate does not cover the group's hostname.",
    "Use a certificate for `*.` and the gateway's domain.",
    source="https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3",
    example="the certificate of the listener 'https' of Gateway gateway-system/gateway does not cover "
    "a.example.com",
    hopeless="at once",
)
CAUSES = (UNUSABLE, OTHER_HOST)


def is_about(said: Object) -> bool:
    """Return whether a condition of a listener tells of its certificate."""
    return "ertificate" in text(said, "reason") + text(said, "message")


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield that the certificate is for other hosts than the group's, where its names are known."""
    seen = rollout.seen
    wanted = rollout.attachment()
    for host in (host for route in seen.routes for host in texts(route, "spec", "hostnames")):
        names = seen.certificate_names if host == wanted.host else seen.further_certificates.get(host, ())
        if names and (found := other_host(wanted.for_host(host), names)):
            yield found


def other_host(wanted: Attachment, names: Sequence[str]) -> Finding | None:
    """Return that a certificate of these DNS names does not cover the host."""
    if covers_host(tuple(names), wanted.host):
        return None
    return Finding(
        OTHER_HOST,
        f"the certificate of {wanted.listener} does not cover {wanted.host}",
        f"Have it issued for {'' if wanted.further else '*.'}"
        f"{wanted.host if wanted.further else wanted.host.partition('.')[2]} as well.",
        detail=f"It is for {', '.join(names) or 'no name'}.",
        terminal=True,
    )
