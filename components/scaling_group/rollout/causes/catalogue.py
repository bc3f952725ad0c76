"""Every cause that is known, in the order in which one hides another.

Each file knows one family: its causes, for the documentation, and how to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scaling_group.rollout.causes import (
    admission,
    autoscaling,
    backend_tls,
    certificate,
    configuration,
    crash,
    creation,
    deployment,
    gates,
    gateway,
    grants,
    image,
    listener,
    lost,
    probes,
    pulling,
    refusals,
    rivals,
    routing,
    sandbox,
    scheduling,
    start,
    volumes,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

#: What may keep one pod from serving; the first that finds something says why.
OF_PODS: tuple[Callable[[ObservedRollout, Pod], Finding | None], ...] = (
    admission.find,
    scheduling.find,
    lost.find,
    sandbox.find,
    image.find,
    configuration.find,
    start.find,
    volumes.mounting,
    probes.kills,
    crash.find,
    gates.find,
    pulling.find,
)
#: What may keep the rollout as a whole from going on.
OF_ROLLOUTS: tuple[Callable[[ObservedRollout], Iterator[Finding]], ...] = (
    deployment.paused,
    creation.find,
    deployment.deadline,
)
#: What may keep requests from the pods.
OF_ROUTES: tuple[Callable[[ObservedRollout], Iterator[Finding]], ...] = (
    rivals.find,
    routing.find,
    backend_tls.find,
    certificate.find,
)
#: The causes by family, as they are documented.
FAMILIES: Mapping[str, tuple[Cause, ...]] = {
    "The whole rollout": deployment.CAUSES,
    "Autoscaling": autoscaling.CAUSES,
    "Pods that cannot be created": creation.CAUSES,
    "Policies and webhooks": refusals.CAUSES,
    "Pods that no node can run": scheduling.CAUSES,
    "Pods whose sandbox cannot be made": sandbox.CAUSES,
    "Volumes": volumes.CAUSES,
    "Images": image.CAUSES,
    "Secrets, ConfigMaps and other configuration": configuration.CAUSES,
    "Programs that do not start": start.CAUSES,
    "Processes that end": crash.CAUSES,
    "Probes that fail": probes.CAUSES,
    "Pods whose node does not answer": lost.CAUSES,
    "Pods that wait for a readiness gate": gates.CAUSES,
    "Images that are being pulled": pulling.CAUSES,
    "Pods that their node refused or ended": admission.CAUSES,
    "The gateway": gateway.CAUSES,
    "The gateway's listener": listener.CAUSES,
    "Routes of one hostname": rivals.CAUSES,
    "The route": routing.CAUSES,
    "References to another namespace": grants.CAUSES,
    "TLS between gateway and Pods": backend_tls.CAUSES,
    "The listener's certificate": certificate.CAUSES,
}
#: What the causes of a family are known from, and how soon.
EVIDENCE: Mapping[str, str] = {
    "The whole rollout": "the Deployment's spec and conditions",
    "Autoscaling": "conditions of the HorizontalPodAutoscaler, 15 s after the change; conditions and events "
    "of the ScaledObject",
    "Pods that cannot be created": "the Deployment's condition ReplicaFailure and events of its ReplicaSet, "
    "0.2 s after the change",
    "Policies and webhooks": "the same; of a webhook that does not answer after its own timeout, mostly 10 s",
    "Pods that no node can run": "the Pod's condition PodScheduled, 0.1 s after the Pod; nodes, where they "
    "may be read; events of the autoscaler",
    "Pods whose sandbox cannot be made": "events of the Pod, 1 s to 10 s after it has its node",
    "Volumes": "the Pod's condition PodScheduled, events of the Pod and of its claims",
    "Images": "the container's state, 1.4 s after the Pod has its node",
    "Secrets, ConfigMaps and other configuration": "the container's state, 1.5 s after the Pod has its node",
    "Programs that do not start": "the container's state, 1.4 s after the Pod has its node",
    "Processes that end": "the container's state and last state, its last words, and the end of its log",
    "Probes that fail": "events of the Pod, and how long the container has run",
    "Pods whose node does not answer": "the Pod's condition Ready, its event NodeNotReady and the node's "
    "condition Ready, some 40 s after the node is gone",
    "Pods that wait for a readiness gate": "conditions of the Pod",
    "Images that are being pulled": "the Pod's event Pulling, 60 s after it",
    "Pods that their node refused or ended": "the Pod's phase and reason",
    "The gateway": "conditions of the Gateway and its class",
    "The gateway's listener": "the Gateway's spec, and conditions of its listeners",
    "Routes of one hostname": "HTTPRoutes of the cluster, or of the namespace where others may not be read",
    "The route": "the answers in the HTTPRoute's status to its present parents and generation",
    "References to another namespace": "the same; ReferenceGrants, where they were recorded",
    "TLS between gateway and Pods": "the same; conditions of BackendTLSPolicies, where they were recorded",
    "The listener's certificate": "conditions of the listener, and the certificate that it shows",
}
CATALOGUE: tuple[Cause, ...] = tuple(cause for causes in FAMILIES.values() for cause in causes)
