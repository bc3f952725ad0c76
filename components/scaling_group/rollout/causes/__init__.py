"""Every cause that is known, in the order in which one hides another.

Each file knows one family: its causes, for the documentation, and how to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scaling_group.rollout.causes import (
    admission,
    certificate,
    configuration,
    crash,
    creation,
    deployment,
    gates,
    gateway,
    image,
    listener,
    lost,
    probes,
    pulling,
    refusals,
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
OF_ROUTES: tuple[Callable[[ObservedRollout], Iterator[Finding]], ...] = (routing.find, certificate.find)
#: The causes by family, as they are documented.
FAMILIES: Mapping[str, tuple[Cause, ...]] = {
    "The whole rollout": deployment.CAUSES,
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
    "The route": routing.CAUSES,
    "The listener's certificate": certificate.CAUSES,
}
CATALOGUE: tuple[Cause, ...] = tuple(cause for causes in FAMILIES.values() for cause in causes)
