"""The node cannot make the pod's sandbox: its network, its runtime, or its first image.

The words are those of containerd, CRI-O and the network plugins, which the kubelet hands on.
"""

from __future__ import annotations

import re

from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

ADDRESSES = Cause(
    "no-pod-addresses",
    "The network of the Pod's node has no address left for the Pod.",
    "Free addresses, or add some: a larger subnet or Pod range, or fewer Pods per node.",
    source="https://github.com/containernetworking/plugins/tree/main/plugins/ipam/host-local, "
    "https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/troubleshooting.md, "
    "https://github.com/cilium/cilium/issues/10627",
    example="the network of node-1 has no address left for the pod (1 of 1 replicas, 44 attempts)",
)
RUNTIME = Cause(
    "runtime-class-missing",
    "The Pod asks for a RuntimeClass whose runtime the node does not have.",
    "Install the runtime on the nodes (for `nvidia` the NVIDIA container toolkit), or use others.",
    source="https://kubernetes.io/docs/concepts/containers/runtime-class/",
    example="node-1 has no runtime 'nvidia' for its containers",
)
NETWORK = Cause(
    "pod-network-failed",
    "The network plugin of the node does not connect the Pod.",
    "See the plugin's Pods on that node; a fresh node needs a moment for them.",
    source="https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/",
    example="the network plugin cilium-cni of node-1 does not connect the pod: dial unix "
    "/var/run/cilium/cilium.sock: no such file or directory",
)
PAUSE = Cause(
    "sandbox-image-failed",
    "The node cannot pull the image that each Pod begins with.",
    "Correct the node's `sandbox_image`, or let the node reach its registry.",
    source="https://github.com/containerd/containerd/blob/main/docs/cri/config.md",
    example="node-1 cannot pull registry.k8s.io/pause:3.10, which each pod begins with",
)
OTHER = Cause(
    "sandbox-failed",
    "The node cannot create the Pod's sandbox for another reason; see the evidence.",
    "See the evidence and the node; the kubelet keeps retrying.",
    source="https://kubernetes.io/docs/concepts/architecture/cri/",
    example="node-1 cannot create the pod's sandbox: cgroup path not found",
)
CAUSES = (ADDRESSES, RUNTIME, NETWORK, PAUSE, OTHER)

FAILED = ("FailedCreatePodSandBox", "FailedCreatePodSandbox", "NetworkNotReady")
#: A fresh node has no network for a moment, so others than these are told when they come again.
AGAIN = 3
#: aws-cni, host-local (flannel, GKE, Calico with it), calico-ipam, cilium, azure-vnet, whereabouts, OVN,
#: kube-router, Antrea: how each says that its addresses have run out.
NO_ADDRESS = re.compile(
    r"failed to assign an ip address"
    r"|no (?:more )?(?:free |available )?(?:ip )?address(?:es)? (?:is |are )?(?:available|left|free)"
    r"|no (?:more )?(?:free|available) (?:ip |ipv[46] )?address"
    r"|no (?:more )?ips? (?:are |is )?(?:available|left)|no available ips?|not enough ips? available"
    r"|insufficient (?:free )?ip addresses|insufficientfreeaddresses|insufficientcidrblocks"
    r"|range is full|all ips? in range|ip pool is (?:full|exhausted)|(?:ip|address)(?:es)?(?: \w+)? exhausted"
    r"|out of ip(?:s| addresses)?\b|no free ip|no more free addresses|allocat\w+ pool\w* exhausted"
    r"|could not allocate ip in range|failed to request \d+ ipv[46] addresses"
    r"|failed to request ipv[46] address|subnet (?:is )?full|ip allocation failed: no"
)
NO_RUNTIME = re.compile(
    r'no runtime for "(?P<containerd>[^"]{1,200})" is configured'
    r"|(?:failed to find runtime handler|runtime handler) (?P<crio>[^\s\"]{1,200}) (?:from runtime list|not)"
    r'|runtimehandler "(?P<docker>[^"]{1,200})" not supported'
    r'|runtimeclass(?:\.node\.k8s\.io)? "(?P<kubelet>[^"]{1,200})" not found'
)
PLUGIN = re.compile(r'plugin type=[\'"](?P<type>[^\'"]{1,100})[\'"]|(?P<other>[\w-]{1,60}-cni)\b')
OF_NETWORK = ("network", "cni", "plugin type=")
IMAGE = re.compile(r'failed to (?:get|pull) (?:sandbox )?image \\?"(?P<image>[^"\\]{1,300})')
#: Ids of sandboxes and pods, which differ from attempt to attempt.
INNERMOST = re.compile(r": +")


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why the node cannot begin the pod, while none of its containers has come further."""
    said = next((event for reason in FAILED if (event := pod.event(reason))), None)
    creating = all(c.waiting[0] in ("", "ContainerCreating", "PodInitializing") for c in pod.containers)
    if said is None or pod.over or not creating or any(c.running or c.ended for c in pod.containers):
        return None
    began = [e for e in pod.events if e.reason in ("Pulling", "Pulled", "Created", "Started")]
    if any(e.last and said.last and e.last > said.last for e in began):
        return None
    attempts = sum(pod.times(reason) for reason in FAILED)
    told = _explained(pod, said.message)
    if told.cause not in (ADDRESSES, RUNTIME) and attempts < AGAIN:
        return None
    return Finding(
        told.cause,
        told.said,
        told.resolution,
        detail=f"pod {pod.name}: {said.reason}: {said.message} ({attempts} times)",
        since=min((e.first for e in pod.events if e.reason in FAILED and e.first), default=pod.created),
        pod=pod.name,
        times=attempts,
    )


def _explained(pod: Pod, words: str) -> Explanation:
    node = pod.node or "the pod's node"
    see = f"kubectl describe node {pod.node or 'NODE'}"
    lower = words.lower()
    if NO_ADDRESS.search(lower):
        said = f"the network of {node} has no address left for the pod"
        fix = f"{ADDRESSES.advice} See the node's pods and range: {see}"
        return Explanation(ADDRESSES, said, fix)
    if runtime := NO_RUNTIME.search(words) or NO_RUNTIME.search(lower):
        name = next(filter(None, runtime.groups()))
        return Explanation(RUNTIME, f"{node} has no runtime {name!r} for its containers", RUNTIME.advice)
    if image := IMAGE.search(words):
        said = f"{node} cannot pull {image['image']}, which each pod begins with"
        return Explanation(PAUSE, f"{said}: {_innermost(words)}", PAUSE.advice)
    if any(word in lower for word in OF_NETWORK):
        said = f"the network plugin{_plugin(words)} of {node} does not connect the pod"
        fix = f"See the plugin's pods on that node: kubectl get pods -A --field-selector=spec.nodeName={node}"
        return Explanation(NETWORK, f"{said}: {_innermost(words)}", fix)
    said = f"{node} cannot create the pod's sandbox: {_innermost(words)}"
    return Explanation(OTHER, said, f"See the node: {see}")


def _plugin(words: str) -> str:
    found = PLUGIN.search(words)
    return f" {found['type'] or found['other']}" if found else ""


def _innermost(words: str) -> str:
    """Return the end of a chain of errors, of which the last two tell what was done and why it failed."""
    chain = [part for part in INNERMOST.split(words.strip()) if part]
    return ": ".join(chain[-2:])[:200] if chain else "no reason is given"
