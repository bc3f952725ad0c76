"""The protocols of operations/protocols.py over plain dicts, and groups to put into them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaling_group.applied import AppliedObject
from scaling_group.engine.state import Held
from scaling_group.errors import Unreachable, Unreadable
from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.permissions import Permission
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import service
from scaling_group.naming import record_annotation
from scaling_group.operations.context import Context, Guard, unguarded
from scaling_group.operations.protocols import Object, Report
from scaling_group.reads import ANY_VALUE, EVERYWHERE, Labels, LogQuery, Selection
from scaling_group.records import Record
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.response import Response
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec, group_spec
from tests.unit.rollout.gateways import gateway, gateway_class, namespace

UID = "5d0f4f0e-aaaa-bbbb-cccc-000011112222"
ENVIRONMENT = environment_spec(
    {
        "id": "abc123",
        "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"},
    }
)


def record_of(name: str = "inference", **changes: Any) -> Record:
    """Return the record of a group; `changes` are fields of the record or `spec_<field>`."""
    spec = {"image": "a/b:1", "name": name, "port": 8080}
    spec |= {key.removeprefix("spec_"): changes.pop(key) for key in list(changes) if key.startswith("spec_")}
    base = {"id": f"id-{name}", "namespace_uid": UID, "revision": 1, "environment": ENVIRONMENT}
    return Record(**{**base, "spec": group_spec(spec), **changes})


def objects_of(record: Record, *, available: bool = True) -> list[Object]:
    """Return the objects as a cluster holds them once the controllers have seen them."""
    inputs = GroupInputs(record.id, record.spec, record.environment)
    text = json.dumps(record.to_config())
    annotations = {record_annotation(record.environment.label_domain): text}
    desired = record.spec.replicas
    counts = {"replicas": desired, "updatedReplicas": desired}
    counts |= {"availableReplicas": desired, "readyReplicas": desired} if available else {}
    status = {"observedGeneration": 1, **counts}
    return [
        _stored(deployment(inputs, annotations), status),
        _stored(service(inputs), {}),
        *(_stored(each, {"parents": [_served()]}) for each in routes(inputs)),
    ]


def _stored(manifest: Object, status: Object) -> Object:
    uid = f"uid-{manifest['kind']}-{manifest['metadata']['labels']['chalk.ai/scaling-group']}"
    return {
        **manifest,
        "metadata": {**manifest["metadata"], "generation": 1, "uid": uid},
        "status": status,
    }


def _served() -> Object:
    conditions = [
        {"type": t, "status": "True", "observedGeneration": 1} for t in ("Accepted", "ResolvedRefs")
    ]
    return {"parentRef": {"name": "gateway"}, "conditions": conditions}


def held(found: Object, finalizer: str = "example.com/cleanup", by: str = "") -> Object:
    """Return an object with a finalizer that this manager has set."""
    fields = {"f:metadata": {"f:finalizers": {".": {}, f'v:"{finalizer}"': {}}}}
    owner = {"managedFields": [{"manager": by, "operation": "Update", "fieldsV1": fields}]} if by else {}
    return {**found, "metadata": {**found["metadata"], "finalizers": [finalizer], **owner}}


def pod_of(record: Record, **status: Any) -> Object:
    inputs = GroupInputs(record.id, record.spec, record.environment)
    labels = deployment(inputs)["spec"]["template"]["metadata"]["labels"]
    metadata = {"name": f"{record.name}-x", "namespace": "default", "labels": labels}
    metadata["creationTimestamp"] = "2026-01-01T00:00:00Z"
    return {"kind": "Pod", "metadata": metadata, "status": {"containerStatuses": [status] if status else []}}


def older_route(record: Record) -> Object:
    """Return an HTTPRoute of another namespace that has had the hostname of a group for longer."""
    found = objects_of(record)[2]
    metadata = {"name": "chat", "namespace": "demo", "creationTimestamp": "2025-01-01T00:00:00Z"}
    answer = {**_served(), "parentRef": {"name": "gateway", "namespace": "gateway-system"}}
    return {**found, "metadata": metadata, "status": {"parents": [answer]}}


class FakeTime:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def passed(self) -> float:
        return self.now - 1000.0


class FakeWatch:
    """A watch of a FakeCluster; whoever waits is woken after MOMENT at the latest."""

    MOMENT = 0.25

    def __init__(self, cluster: FakeCluster, selections: Sequence[Selection]) -> None:
        self._cluster = cluster
        self._selections = selections

    @property
    def complete(self) -> bool:
        return not self.trouble

    @property
    def trouble(self) -> str:
        self._cluster.turn()
        return self._cluster.trouble

    def now(self) -> float:
        return self._cluster.time.now

    def wait(self, seconds: float) -> None:
        assert seconds >= 0, "nobody waits for the past"
        self._cluster.time.sleep(min(seconds, self.MOMENT) or self.MOMENT)

    def objects(self, kind: str) -> list[Object] | None:
        if kind in self._cluster.forbidden:
            return None
        chosen = [selection for selection in self._selections if selection.kind == kind]
        if not chosen:
            return None
        return [found for selection in chosen for found in self._cluster.selected(selection)]


class FakeCluster:
    """Holds objects; `calls` tells what was asked, `on_look` runs before each look.

    forbidden: kinds that may not be read. trouble: why nobody answers a watch. logs: lines by pod, of
    the run before as `<pod> before`. gateway: the one Gateway, which serves every group of ENVIRONMENT;
    environs: other objects around groups. missing: permissions that the user lacks. apis: groups of APIs
    that are served, silent: those of which nobody answers.
    """

    def __init__(self, *objects: Object, namespaces: Mapping[str, str] | None = None) -> None:
        self.objects = list(objects)
        self.namespaces = {"default": UID} if namespaces is None else dict(namespaces)
        self.calls: list[tuple[str, ...]] = []
        self.on_look: Callable[[FakeCluster], None] | None = None
        self.time = FakeTime()
        self.forbidden: set[str] = set()
        self.trouble = ""
        self.logs: dict[str, list[str]] = {}
        self.kubernetes = (1, 36)
        self.server = "https://api.example.com"
        self.context = "here"
        self.environs: list[Object] = [gateway_class(), namespace(), gateway()]
        self.missing: set[str] = set()
        self.kinds = frozenset({"gateways", "httproutes"})
        metrics = ("metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io")
        self.apis: dict[str, str] = {"apps": "v1", **dict.fromkeys(metrics, "v1beta1")}
        self.silent: set[str] = set()

    def version(self) -> tuple[int, int]:
        return self.kubernetes

    def namespace_uid(self, namespace: str) -> str | None:
        self._answer("Namespace")
        return self.namespaces.get(namespace)

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        if kind == "Deployment":
            self.turn()
        self.calls.append(("get", kind, namespace, name))
        self._answer(kind)
        return next((o for o in self._of(kind, namespace) if o["metadata"]["name"] == name), None)

    def list_objects(self, kind: str, namespace: str, labels: Labels | None = None) -> list[Object]:
        self.calls.append(("list", kind, namespace))
        self._answer(kind)
        return [o for o in self._of(kind, namespace) if _carries(o, labels or {})]

    def api_groups(self) -> dict[str, str]:
        return self.apis

    def served(self, group: str, version: str) -> frozenset[str]:
        if group in self.silent:
            raise Unreachable("cannot answer")
        return self.kinds

    def allowed(self, permission: Permission) -> bool:
        return str(permission) not in self.missing

    def lacking(self, permissions: Sequence[Permission]) -> list[Permission]:
        return [permission for permission in permissions if not self.allowed(permission)]

    def turn(self) -> None:
        if self.on_look:
            self.on_look(self)

    def _answer(self, kind: str) -> None:
        if self.trouble:
            raise Unreachable("cannot reach the cluster", detail=self.trouble, resolution=IS_IT_THERE)
        if kind in self.forbidden:
            raise Unreadable(f"{kind} may not be read")

    @contextmanager
    def watch(self, selections: Sequence[Selection]) -> Iterator[FakeWatch]:
        yield FakeWatch(self, selections)

    def selected(self, selection: Selection) -> list[Object]:
        here = self._of(selection.kind, selection.namespace)
        named = [o for o in here if selection.name in (None, o["metadata"]["name"])]
        return [o for o in named if _carries(o, selection.labels)]

    def log(self, namespace: str, pod: str, query: LogQuery) -> Iterator[str]:
        self.calls.append(("log", namespace, pod, "previous" if query.previous else ""))
        key = f"{pod} before" if query.previous else pod
        if key not in self.logs:
            raise Unreadable(f"no log of {key}")
        yield from self.logs[key]

    def routes_of(self, hostnames: Collection[str], namespace: str, *, grpc: bool = False) -> list[Object]:
        self._answer("HTTPRoute")
        kinds = ("HTTPRoute", "GRPCRoute") if grpc else ("HTTPRoute",)
        routes = [o for o in self.objects if o["kind"] in kinds]
        return [o for o in routes if {*hostnames} & {*(o["spec"].get("hostnames") or ())}]

    def apply(self, manifest: Object, manager: str, *, dry_run: bool = False) -> Object:
        """Answer the object as it is sent; without dry_run it is held from then on."""
        self.calls.append(("apply", manifest["kind"], manager, "dry run" if dry_run else ""))
        if not dry_run:
            self.remove(manifest["metadata"]["name"], manifest["kind"])
            self.objects.append(manifest)
        return manifest

    def delete(self, kind: str, namespace: str, name: str, uid: str) -> None:
        self.calls.append(("delete", kind, namespace, name, uid))
        found = next((o for o in self._of(kind, namespace) if o["metadata"]["name"] == name), None)
        if found and found["metadata"]["uid"] == uid:
            # As an API server does: with a finalizer it only becomes one that is being deleted.
            if found["metadata"].get("finalizers"):
                found["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z"
            else:
                self.remove(name, kind)

    def remove(self, name: str, *kinds: str) -> None:
        """Take away the objects of a name, of these kinds only where some are given."""
        self.objects = [
            o for o in self.objects if o["metadata"]["name"] != name or (kinds and o["kind"] not in kinds)
        ]
        self.environs = [o for o in self.environs if o["metadata"]["name"] != name]

    @property
    def gateway(self) -> Object | None:
        return next((o for o in self.environs if o["kind"] == "Gateway"), None)

    @gateway.setter
    def gateway(self, found: Object | None) -> None:
        others = [o for o in self.environs if o["kind"] != "Gateway"]
        self.environs = [*others, *([found] if found else [])]

    def deleted(self) -> list[str]:
        return [call[1] for call in self.calls if call[0] == "delete"]

    def _of(self, kind: str, namespace: str) -> list[Object]:
        """Objects of a global kind have no namespace, and are found in every one."""
        held = [*self.objects, *self.environs]
        here = [o for o in held if namespace in (EVERYWHERE, o["metadata"].get("namespace", namespace))]
        return [o for o in here if o["kind"] == kind]


def _carries(found: Object, labels: Labels) -> bool:
    held = found["metadata"].get("labels", {})
    return all(
        k in held and (v == ANY_VALUE or held[k] in ((v,) if isinstance(v, str) else v))
        for k, v in labels.items()
    )


#: What the real one says.
IS_IT_THERE = "Check that it is running, and that --context is correct."


@dataclass
class FakeState:
    record: Record | None = None
    exists: bool = False
    live: bool = False
    context: str | None = None
    trouble: str = ""
    held: tuple[Held, ...] = ()


@dataclass
class FakePast:
    record: Record
    succeeded: bool = True


@dataclass
class FakeReader:
    """Stacks by name of the group, what their histories hold, and whose last operation was killed."""

    states: dict[str, FakeState] = field(default_factory=dict)
    past: list[FakePast] = field(default_factory=list)
    killed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()

    def names(self, environment: str) -> list[str]:
        return sorted({*self.states, *(past.record.name for past in self.past)})

    def read(self, environment: str, name: str) -> FakeState:
        return self.states.get(name, FakeState())

    def peek(self, environment: str, name: str) -> FakeState | None:
        return self.states.get(name)

    def read_all(self, environment: str, skip: frozenset[str] = frozenset()) -> list[Any]:
        self.skipped = skip
        return [state for name, state in self.states.items() if name not in skip]

    def deleted(self, environment: str) -> list[Record]:
        return [past.record for past in self.past if past.record.deleted]

    def newest(self, environment: str, name: str) -> FakePast | None:
        """Where no past is given, the engine has finished what the state holds."""
        held = self.states.get(name, FakeState()).record
        finished = [FakePast(held)] if held and not self.past and name not in self.killed else self.past
        return next((past for past in reversed(finished) if past.record.name == name), None)

    def history(self, environment: str, name: str) -> list[FakePast]:
        return [past for past in self.past if past.record.name == name]


@dataclass
class FakeWriter:
    """Notes what it is told; `up` makes the objects in the cluster, `destroy` takes them away."""

    cluster: FakeCluster
    done: list[tuple[Any, ...]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    leaves: tuple[str, ...] = ()
    left: list[str] = field(default_factory=list)
    refreshed: bool | None = None
    interrupts: int = 0
    stopped: list[str] = field(default_factory=list)

    @contextmanager
    def locked(self, stack: str) -> Iterator[None]:
        self.held.append(stack)
        try:
            yield
        finally:
            self.held.remove(stack)

    def interrupt(self) -> None:
        self.interrupts += 1

    def stop(self, stack: str) -> None:
        self.stopped.append(stack)

    def create_stack(self, record: Record, report: Report) -> None:
        self._note("create_stack", record)

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        self._note("up", record)
        self.refreshed = refresh
        self.cluster.objects += objects_of(record)

    def destroy(self, record: Record, context: str | None, report: Report, leave: Sequence[str] = ()) -> None:
        self._note("destroy", record, context)
        self.left = list(leave)
        left = {*self.leaves, *(urn.partition("::")[0] for urn in leave)}
        gone = [kind for kind in ("Deployment", "Service", "HTTPRoute") if kind not in left]
        self.cluster.remove(record.name, *gone)

    def remove(self, record: Record, report: Report, *, force: bool = False) -> None:
        self._note("remove", record, force)

    def adopt(self, record: Record, objects: Sequence[AppliedObject], report: Report) -> None:
        self._note("adopt", record)
        self.cluster.remove(record.name, *(each.manifest["kind"] for each in objects))

    def abandon(self, record: Record, report: Report) -> None:
        self._note("abandon", record)

    def _note(self, verb: str, record: Record, *more: Any) -> None:
        assert record.stack in self.held, "a stack is changed without its lock"
        self.done.append((verb, record, *more))

    def verbs(self) -> list[str]:
        return [entry[0] for entry in self.done]


@dataclass(frozen=True)
class FakeInstalled:
    command: str = "/bin/pulumi"
    version: tuple[int, int, int] = (3, 259, 0)
    usable: bool = True

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


@dataclass(frozen=True)
class FakeLock:
    stack: str
    abandoned: bool

    def __str__(self) -> str:
        return "ada@host (pid 7) since 2026-01-02T03:04:05Z"


@dataclass
class FakeEngine:
    """An engine in good health; trouble is raised by the call that would meet it."""

    cli: FakeInstalled | None = field(default_factory=FakeInstalled)
    installed_plugins: list[str] = field(default_factory=lambda: ["4.25.0"])
    downloads: bool = True
    own_download: bool = True
    url: str = "file:///data/state"
    trouble: Exception | None = None
    held: list[FakeLock] | None = field(default_factory=list)
    plugin_needed: str = "4.25.0"
    folder: Path = Path("/data/engine")
    how_to_install: str = "Install Pulumi and put it on PATH."

    @property
    def is_folder(self) -> bool:
        return self.url.startswith("file:")

    def installed(self) -> FakeInstalled | None:
        return self.cli

    def plugins(self, command: str) -> list[str]:
        return self.installed_plugins

    def write(self) -> None:
        self._meet()

    def list_stacks(self, command: str) -> None:
        self._meet()

    def _meet(self) -> None:
        if self.trouble:
            raise self.trouble

    def locks(self, environment: str) -> list[FakeLock] | None:
        return self.held


@dataclass
class FakeNetwork:
    """Names with their addresses, the certificate that every address shows, and what is answered there; or
    the error.
    """

    names: dict[str, list[str]] = field(default_factory=dict)
    shown: ServedCertificate | OSError = field(default_factory=ServedCertificate)
    answered: Response | OSError = field(default_factory=lambda: Response(200, {}))
    #: What is answered there by host and path, where it is something else.
    elsewhere: dict[str, Response] = field(default_factory=dict)
    deaf: frozenset[str] = frozenset()
    asked: list[tuple[str, int, bool]] = field(default_factory=list)

    def addresses(self, host: str) -> list[str]:
        return self.names.get(host, [])

    def certificate(self, address: str, port: int, host: str) -> ServedCertificate:
        if isinstance(self.shown, OSError):
            raise self.shown
        return self.shown

    def connect(self, address: str, port: int) -> None:
        if address in self.deaf:
            raise ConnectionRefusedError(111, "Connection refused")

    def request(self, address: str, port: int, host: str, path: str, *, verified: bool) -> Response:
        self.asked.append((address, port, verified))
        answered = self.elsewhere.get(f"{host}{path}", self.answered)
        if isinstance(answered, OSError):
            raise answered
        return answered


def silent(_message: str) -> None:
    """A report that nobody reads."""


def context_of(
    reader: FakeReader,
    cluster: FakeCluster,
    report: Report = silent,
    *,
    writer: FakeWriter | None = None,
    guard: Guard = unguarded,
    environment: EnvironmentSpec = ENVIRONMENT,
    network: FakeNetwork | None = None,
) -> Context:
    """Return what an operation works with. network: by default nothing is reached."""
    made = writer or FakeWriter(cluster)
    nowhere = FakeNetwork(shown=OSError("no route"))
    return Context(
        environment, lambda: reader, lambda: cluster, lambda: made, network or nowhere, report, guard
    )
