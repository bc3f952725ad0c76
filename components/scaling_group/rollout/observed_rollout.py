"""A snapshot as the causes ask of it: whose turn it is, who serves, what was said of whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from scaling_group.rollout.attachment import Attachment, GatewayView, attachment_of
from scaling_group.rollout.deployment_status import REVISION
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import (
    Object,
    field,
    instant,
    labels_of,
    name_of,
    number,
    part,
    parts,
    text,
)
from scaling_group.rollout.pods import TEMPLATE_HASH, Pod
from scaling_group.rollout.snapshot import Snapshot

#: Characters of a log that are looked at, from its end.
LONGEST_LOG = 2**16
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ObservedRollout:
    """One group at one moment. pods are those of the newest revision that are to stay."""

    seen: Snapshot

    @property
    def deployment(self) -> Object:
        return self.seen.deployment

    @property
    def name(self) -> str:
        return name_of(self.deployment)

    @property
    def namespace(self) -> str:
        return text(self.deployment, "metadata", "namespace")

    @property
    def autoscalers(self) -> Sequence[Object]:
        """What scales it, as far as that was read."""
        return self.seen.autoscalers or ()

    @property
    def status(self) -> Object:
        return part(self.deployment, "status")

    @property
    def desired(self) -> int:
        return number(self.deployment, "spec", "replicas", default=1)

    @cached_property
    def now(self) -> datetime | None:
        """When the objects were read; where nobody knows, the newest time that they name."""
        if self.seen.taken:
            return self.seen.taken
        said = (event.last for event in self._told if event.last)
        return max((*said, *_times(self.seen)), default=None)

    def for_seconds(self, since: datetime | None) -> float:
        """Return how long something has lasted, 0 where that is unknown."""
        return (self.now - since).total_seconds() if self.now and since else 0.0

    def command(self, verb: str, *flags: str) -> str:
        """Return a command line for this group."""
        return " ".join(["scaling-group", verb, f"--name={self.name}", *flags])

    def attachment(self, parent: Object | None = None) -> Attachment:
        """Return what the route asks a gateway for. parent: its answer's parentRef, or its own first."""
        ref = parent or next(iter(parts(self.seen.route, "spec", "parentRefs")), {})
        route = self.seen.route or {}
        return replace(attachment_of(route, ref, self.namespace), further=name_of(route) != self.name)

    def gateway(self, parent: Object | None = None) -> GatewayView:
        """Return the gateway as the route meets it; nobody has read the Namespace."""
        return GatewayView(self.attachment(parent), self.seen.gateway, self.seen.gateway_class)

    @cached_property
    def pods(self) -> list[Pod]:
        newest = self._newest_template
        return [p for p in self.every_pod if newest is not None and p.template == newest and not p.deleting]

    @property
    def incomplete(self) -> bool:
        """Whether there are pods of the newest revision that nobody has told of, and that may be well."""
        return sum(not pod.over for pod in self.pods) < number(self.status, "updatedReplicas")

    @cached_property
    def old_serving(self) -> list[Pod]:
        """The pods of earlier revisions that serve."""
        newest = self._newest_template
        return [p for p in self.every_pod if p.ready and not p.deleting and p.template != newest]

    @property
    def old_ready(self) -> int:
        """How many pods of earlier revisions serve."""
        return len(self.old_serving)

    @property
    def keeps_old(self) -> bool:
        """Whether an old pod serves, and none may end before a new one is available."""
        if not self.old_ready:
            return False
        allowed = part(self.deployment, "spec", "strategy", "rollingUpdate").get("maxUnavailable", "25%")
        if isinstance(allowed, str):
            share = allowed.removesuffix("%")
            return not share.isdecimal() or self.desired * int(share[:6]) // 100 == 0
        return bool(allowed == 0)

    @property
    def surges(self) -> bool:
        """Whether it is a group that was told to start new pods first (--surge)."""
        rolling = part(self.deployment, "spec", "strategy", "rollingUpdate")
        ours = text(labels_of(self.deployment), "app.kubernetes.io/managed-by") == "scaling-group"
        return ours and isinstance(rolling.get("maxSurge"), int) and rolling.get("maxUnavailable") == 0

    @property
    def swap(self) -> str:
        """The command that lets an old pod end before a new one comes."""
        patch = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'
        return f"kubectl patch deployment {self.name} -n {self.namespace} -p '{patch}'"

    @cached_property
    def ending(self) -> bool:
        """Whether a pod is on its way out, and gives free what it holds."""
        return any(pod.deleting for pod in self.every_pod)

    @cached_property
    def every_pod(self) -> list[Pod]:
        template = parts(self.deployment, "spec", "template", "spec", "containers")
        own = [text(container, "name") for container in template]
        return [
            Pod(found, self.events_of(found), self.seen.logs.get(name_of(found), "")[-LONGEST_LOG:], own)
            for found in sorted(self.seen.pods, key=name_of)
        ]

    @cached_property
    def newest_set(self) -> Object:
        """The ReplicaSet of the newest revision, empty where it is not known."""
        wanted = _annotation(self.deployment, REVISION)
        same = (
            found for found in self.seen.replica_sets if wanted and _annotation(found, REVISION) == wanted
        )
        return next(same, {})

    @cached_property
    def _newest_template(self) -> str | None:
        """The template's hash of the newest revision, None where no pod can be of it yet."""
        updated = number(self.status, "updatedReplicas")
        if part(self.deployment, "spec").get("paused") is True and not updated:
            return None
        if self.newest_set:
            return text(labels_of(self.newest_set), TEMPLATE_HASH)
        if self.seen.replica_sets or not updated:
            return None
        # Without ReplicaSets the newest pod tells, once the controller has counted it.
        newest = max(self.every_pod, key=lambda pod: (str(pod.created), pod.name), default=None)
        return newest.template if newest else None

    def events_of(self, found: Object) -> Sequence[Event]:
        """Return what was said of an object, the newest last."""
        key = (name_of(found), text(found, "metadata", "uid"))
        return self._events.get(key, ()) or self._events.get((key[0], ""), ())

    @cached_property
    def _told(self) -> list[Event]:
        return [Event.of(found) for found in self.seen.events]

    @cached_property
    def _events(self) -> Mapping[tuple[str, str], list[Event]]:
        by_object: dict[tuple[str, str], list[Event]] = {}
        for found, event in zip(self.seen.events, self._told, strict=True):
            about = part(found, "involvedObject") or part(found, "regarding")
            by_object.setdefault((text(about, "name"), text(about, "uid")), []).append(event)
        # Nobody knows when those without a time were; what has one is taken for newer.
        return {
            key: sorted(many, key=lambda e: (e.last or BEGINNING, e.message))
            for key, many in by_object.items()
        }


def _annotation(found: Object, key: str) -> str:
    return text(part(found, "metadata", "annotations"), key)


def _times(seen: Snapshot) -> Iterator[datetime]:
    """Yield the times that objects, other than events, name as having been."""
    for found in (seen.deployment, *seen.pods):
        moments = [instant(found, "metadata", "creationTimestamp")]
        for said in parts(found, "status", "conditions"):
            moments += [instant(said, "lastTransitionTime"), instant(said, "lastUpdateTime")]
        for container in parts(found, "status", "containerStatuses"):
            for state in ("state", "lastState"):
                moments += [
                    instant(field(container, state, "running"), "startedAt"),
                    instant(field(container, state, "terminated"), "finishedAt"),
                ]
        yield from (moment for moment in moments if moment)
