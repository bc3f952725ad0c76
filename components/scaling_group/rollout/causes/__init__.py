"""Every cause that is known, in the order in which one hides another.

Each file knows one family: its causes, for the documentation, and how to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scaling_group.rollout.causes import (
    certificate,
    configuration,
    crash,
    creation,
    deployment,
    evicted,
    gateway,
    image,
    listener,
    probes,
    routing,
    scheduling,
    start,
    volumes,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

#: What may keep one pod from serving; the first that finds something says why.
OF_PODS: tuple[Callable[[ObservedRollout, Pod], Finding | None], ...] = (
    evicted.find,
    scheduling.find,
    image.find,
    configuration.find,
    start.find,
    volumes.mounting,
    probes.kills,
    crash.find,
    probes.readiness,
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
    "Pods that no node can run": scheduling.CAUSES,
    "Volumes": volumes.CAUSES,
    "Images": image.CAUSES,
    "Secrets, ConfigMaps and other configuration": configuration.CAUSES,
    "Programs that do not start": start.CAUSES,
    "Processes that end": crash.CAUSES,
    "Probes that fail": probes.CAUSES,
    "Pods that their node evicted": evicted.CAUSES,
    "The gateway": gateway.CAUSES,
    "The gateway's listener": listener.CAUSES,
    "The route": routing.CAUSES,
    "The listener's certificate": certificate.CAUSES,
}
CATALOGUE: tuple[Cause, ...] = tuple(cause for causes in FAMILIES.values() for cause in causes)
