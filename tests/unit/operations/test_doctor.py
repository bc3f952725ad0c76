"""The checks of doctor: what each finds, with its fix, and which are not made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scaling_group.check_result import CheckResult, Outcome
from scaling_group.errors import NotFound, Unreachable, Unreadable
from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.operations.checks.check import Check, ok, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.checks.host import certificate_finding
from scaling_group.operations.checks.limits import out_of_range, used_up
from scaling_group.operations.doctor import CHECKS, doctor
from scaling_group.rollout.attachment import attachment_to
from scaling_group.rollout.certificate import ServedCertificate, covers_host
from scaling_group.rollout.pod_security import refusals
from tests.gpu_nodes import FAMILIES, device_class, gpu_node, resource_slice
from tests.unit.autoscalers import autoscaler
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakeEngine,
    FakeInstalled,
    FakeLock,
    FakeNetwork,
    objects_of,
    record_of,
)
from tests.unit.rollout.gateways import condition_of, gateway, gateway_class, listener, namespace

HOST = "abc123-example.gw.example.com"
ADDRESS = "192.0.2.1"
LATER = datetime(2126, 1, 1, tzinfo=UTC)
GOOD = ServedCertificate(("*.gw.example.com",), LATER)


@dataclass
class World:
    """Everything in order, to be broken by a test."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    engine: FakeEngine = field(default_factory=FakeEngine)
    network: FakeNetwork = field(default_factory=lambda: FakeNetwork({HOST: [ADDRESS]}, GOOD))
    environment: Any = ENVIRONMENT
    connect: Callable[[], FakeCluster] | None = None

    def __post_init__(self) -> None:
        self.cluster.gateway = gateway(addresses=[{"value": ADDRESS}])

    def results(self) -> dict[str, CheckResult]:
        connect = self.connect or (lambda: self.cluster)
        return {
            r.id: r
            for r in doctor(CheckContext(lambda: self.environment, self.engine, self.network, connect))
        }

    def result(self, check: str) -> CheckResult:
        return self.results()[check]

    def outcomes(self, outcome: Outcome) -> list[str]:
        return [r.id for r in self.results().values() if r.outcome is outcome]


@pytest.fixture
def world() -> World:
    return World()


def test_where_all_is_well_every_check_is_ok(world):
    assert {r.outcome for r in world.results().values()} == {Outcome.OK}


def test_ids_are_pinned():
    assert [check.id for check in CHECKS] == [
        "settings", "engine", "plugin", "backend", "locks", "cluster", "namespace", "rights", "gateway-api",
        "gateway", "gateway-controller", "gateway-limits", "https-listener", "namespace-admitted",
        "hostname-covered", "certificate", "dns", "gpus", "autoscaling", "limits", "pod-security", "drift",
        "answer",
    ]  # fmt: skip


def test_what_a_check_needs_comes_before_it():
    for number, check in enumerate(CHECKS):
        assert set(check.needs) <= {before.id for before in CHECKS[:number]}, check.id


def test_whatever_is_wrong_has_a_fix_or_a_reason(world):
    """The worst of worlds: each check that complains says what to do."""
    world.cluster.gateway = gateway(listener(name="other"))
    world.cluster.missing = {"create services in namespace default"}
    world.engine.cli = None

    for result in world.results().values():
        if result.outcome in (Outcome.WARNING, Outcome.FAILED):
            assert result.resolution, result.id
        assert result.summary, result.id


def test_a_check_that_needs_a_failed_one_is_skipped_and_names_it():
    first = Check("one", "First", "", lambda _: warning("hm", resolution="mend"))
    broken = Check("two", "Second", "", fails, needs=("one",))
    third = Check("three", "Third", "", lambda _: ok("fine"), needs=("two",))
    fourth = Check("four", "Fourth", "", lambda _: ok("fine"), needs=("three",))
    world = World()

    place = CheckContext(lambda: ENVIRONMENT, world.engine, world.network, lambda: world.cluster)
    found = list(doctor(place, (first, broken, third, fourth)))

    assert [(r.outcome.value, r.summary) for r in found] == [
        ("warning", "hm"),
        ("failed", "gone"),
        ("skipped", "needs: Second"),
        ("skipped", "needs: Third"),
    ]
    assert (found[1].detail, found[1].resolution) == ("why", "look")


def fails(_place: CheckContext):
    raise NotFound("gone", detail="why", resolution="look")


def test_without_an_engine_the_first_change_gets_one(world):
    world.engine.cli = None

    found = world.result("engine")
    assert (found.outcome, found.summary) == (Outcome.WARNING, "there is no Pulumi CLI yet")
    assert "/data/engine" in found.detail
    assert world.outcomes(Outcome.SKIPPED) == ["plugin"]


@pytest.mark.parametrize(
    ("version", "said"),
    [((0, 0, 0), "does not run: it reports no version"), ((3, 100, 0), "is 3.100.0, which is too old")],
)
def test_an_engine_that_cannot_be_used(world, version, said):
    world.engine.cli = FakeInstalled(version=version, usable=False)

    found = world.result("engine")
    assert (found.outcome, found.summary) == (Outcome.FAILED, f"/bin/pulumi {said}")
    assert "put it on PATH" in found.resolution
    assert world.result("plugin").summary == "needs: Engine"


def test_no_engine_where_none_may_be_downloaded(world):
    world.engine.cli, world.engine.own_download = None, False

    found = world.result("engine")
    assert (found.outcome, found.summary) == (
        Outcome.FAILED,
        "there is no Pulumi CLI, and downloads are off",
    )


@pytest.mark.parametrize(("downloads", "outcome"), [(True, Outcome.WARNING), (False, Outcome.FAILED)])
def test_a_plugin_that_is_missing(world, downloads, outcome):
    world.engine.installed_plugins, world.engine.downloads = ["4.20.0"], downloads

    found = world.result("plugin")
    assert found.outcome is outcome
    assert found.detail == "Installed: 4.20.0"
    assert "pulumi plugin install resource kubernetes 4.25.0" in found.resolution


def test_a_folder_that_cannot_be_written(world):
    world.engine.trouble = OSError(30, "Read-only file system", "/data/state")

    found = world.result("backend")
    assert found.outcome is Outcome.FAILED
    assert found.summary == "file:///data/state cannot be written: Read-only file system"
    assert "SCALING_GROUP_DATA_DIR" in found.resolution
    assert world.result("locks").summary == "needs: Backend"


@pytest.mark.parametrize("trouble", [None, Unreachable("postgres://pulumi:s3cret@db/state is away")])
def test_the_password_of_a_backend_is_in_no_result(world, trouble):
    world.engine.url, world.engine.trouble = "postgres://pulumi:s3cret@db/state", trouble

    found = world.result("backend")
    assert "postgres://***@db/state" in found.summary
    assert "s3cret" not in found.model_dump_json()


def test_another_backend_is_asked_by_the_engine(world):
    world.engine.url, world.engine.held = "s3://bucket", None

    assert world.result("backend").summary.startswith("s3://bucket answers")
    assert world.result("locks").outcome is Outcome.SKIPPED

    world.engine.trouble = Unreachable("pulumi stack ls failed", detail="no credentials")
    assert world.result("backend").detail == "no credentials"

    world.engine.cli = None
    assert world.result("backend").outcome is Outcome.SKIPPED


def test_locks_of_killed_runs_and_of_others(world):
    world.engine.held = [FakeLock("abc123.web", abandoned=True), FakeLock("abc123.api", abandoned=False)]

    found = world.result("locks")
    assert found.outcome is Outcome.WARNING
    assert found.summary == "killed runs left the lock of web"
    assert found.resolution.endswith("scaling-group unlock --name=web")
    assert "abc123.api: ada@host (pid 7) since" in found.detail

    world.engine.held = [FakeLock("abc123.api", abandoned=False)]
    assert world.result("locks").summary == "api: locked, by a run that may still be at work"


def test_a_cluster_that_cannot_be_reached(world):
    def nowhere() -> FakeCluster:
        raise Unreachable("cannot reach cluster x", detail="refused", resolution="Check that it runs.")

    world.connect = nowhere
    results = world.results()

    assert results["cluster"].outcome is Outcome.FAILED
    assert (results["cluster"].summary, results["cluster"].detail) == ("cannot reach cluster x", "refused")
    skipped = world.outcomes(Outcome.SKIPPED)
    assert skipped == [check.id for check in CHECKS[6:] if not check.of_group]
    assert results["rights"].summary == "needs: Cluster"


def test_a_cluster_that_is_too_old(world):
    world.cluster.kubernetes = (1, 29)

    assert world.result("cluster").summary.startswith("this cluster runs Kubernetes 1.29")


def test_a_namespace_that_does_not_exist(world):
    world.cluster.namespaces = {}

    assert "kubectl create namespace default" in world.result("namespace").resolution
    assert world.result("pod-security").summary == "needs: Namespace"


def test_a_right_that_commands_need_is_named_exactly(world):
    world.cluster.missing = {
        "patch httproutes.gateway.networking.k8s.io in namespace default",
        "list nodes in the whole cluster",
    }

    found = world.result("rights")
    assert found.outcome is Outcome.FAILED
    assert found.summary == "1 permission is missing"
    assert found.detail.splitlines() == [
        "patch httproutes.gateway.networking.k8s.io in namespace default",
        "list nodes in the whole cluster: doctor does not list GPUs, and a pod without a place is explained "
        "without the nodes.",
    ]
    assert "docs/rbac.yaml" in found.resolution


def test_a_right_that_commands_can_do_without_is_a_warning(world):
    world.cluster.missing = {"get pods/log in namespace default", "list nodes in the whole cluster"}

    found = world.result("rights")
    assert (found.outcome, found.summary) == (
        Outcome.WARNING,
        "2 permissions are missing, for what is optional",
    )


def test_a_cluster_without_the_gateway_api(world):
    world.cluster.kinds = frozenset({"gateways"})

    found = world.result("gateway-api")
    assert found.outcome is Outcome.FAILED
    assert found.summary == "the cluster does not serve httproutes of gateway.networking.k8s.io/v1"
    assert "Install the Gateway API" in found.resolution


def test_the_release_of_the_gateway_api_is_told_where_it_can_be_read(world):
    annotations = {f"gateway.networking.k8s.io/{k}": v for k, v in RELEASE.items()}
    name = "httproutes.gateway.networking.k8s.io"
    world.cluster.environs.append(
        {"kind": "CustomResourceDefinition", "metadata": {"name": name, "annotations": annotations}}
    )
    assert world.result("gateway-api").summary == (
        "gateway.networking.k8s.io/v1 is served: release v1.5.1, standard channel"
    )

    world.cluster.forbidden = {"CustomResourceDefinition"}
    assert world.result("gateway-api").summary == "gateway.networking.k8s.io/v1 is served"


RELEASE = {"bundle-version": "v1.5.1", "channel": "standard"}


def test_a_gateway_that_does_not_exist(world):
    world.cluster.gateway = None

    assert world.outcomes(Outcome.FAILED) == ["gateway"]
    assert world.result("gateway").summary == "there is no Gateway gateway-system/gateway"
    assert world.result("https-listener").summary == "needs: Gateway"


def test_a_gateway_that_may_not_be_read_is_no_failure(world):
    world.cluster.forbidden = {"Gateway", "GatewayClass", "Node", "ResourceQuota", "LimitRange"}

    assert world.outcomes(Outcome.FAILED) == []
    assert world.result("gateway").summary == "this user may not read Gateways in gateway-system"
    assert world.result("gpus").summary == "this user may not list nodes"
    assert world.result("limits").outcome is Outcome.SKIPPED


def test_a_controller_that_does_not_answer(world):
    world.cluster.environs[0] = gateway_class("Unknown")

    assert world.outcomes(Outcome.FAILED) == ["gateway-controller"]
    assert world.result("gateway-controller").summary == "no controller has accepted GatewayClass 'public'"


def test_health_checks_of_gke_are_a_warning_until_its_policies_are_made(world):
    world.cluster.environs[0] = gateway_class() | {"spec": {"controllerName": "networking.gke.io/gateway"}}
    found = world.result("gateway-limits")
    assert (found.outcome, "answers GET / with 200" in found.summary) == (Outcome.WARNING, True)
    assert "gke_policies = true" in found.resolution

    gke = ENVIRONMENT.required_gateway.model_copy(update={"gke_policies": True})
    world.environment = ENVIRONMENT.model_copy(update={"gateway": gke})
    assert world.result("gateway-limits").outcome is Outcome.OK


def test_a_gateway_that_is_not_programmed(world):
    world.cluster.gateway = gateway(conditions=[condition_of("Accepted", "True")])

    assert world.result("gateway-controller").summary == (
        "Gateway gateway-system/gateway is not Programmed yet"
    )


@pytest.mark.parametrize(
    ("changes", "check", "category"),
    [
        ({"name": "web"}, "https-listener", "has no listener 'https'"),
        ({"protocol": "HTTP", "tls": None}, "https-listener", "is HTTP, not HTTPS"),
        ({"allowedRoutes": {"kinds": [{"kind": "TCPRoute"}]}}, "https-listener", "does not admit HTTPRoutes"),
        ({"allowedRoutes": None}, "namespace-admitted", "admits no routes from namespace 'default'"),
        ({"hostname": "*.example.org"}, "hostname-covered", f"does not cover the host {HOST}"),
    ],
)
def test_a_listener_that_would_not_serve_groups(world, changes, check, category):
    world.cluster.gateway = gateway(listener(**changes), addresses=[{"value": ADDRESS}])

    assert world.outcomes(Outcome.FAILED) == [check]
    assert category in world.result(check).summary


def test_a_listener_that_the_controller_does_not_serve(world):
    broken = condition_of("ResolvedRefs", "False", reason="InvalidCertificateRef", message="no Secret cert")
    world.cluster.gateway = gateway(listeners=[{"name": "https", "conditions": [broken]}])

    found = world.result("https-listener")
    assert (
        found.detail == "Gateway listener https: ResolvedRefs=False (InvalidCertificateRef): no Secret cert"
    )


NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = ("*.gw.example.com", "gw.example.com")


@pytest.mark.parametrize(
    ("shown", "outcome", "said"),
    [
        (ServedCertificate(NAMES, NOW + timedelta(days=90)), "ok", "until 2026-08-30"),
        (ServedCertificate(NAMES, NOW + timedelta(days=9)), "warning", "expires in 9 days, on 2026-06-10"),
        (
            ServedCertificate(untrusted="x", fault="certificate has expired"),
            "failed",
            "certificate has expired",
        ),
        (ServedCertificate(("shop.com",), LATER), "failed", f"does not cover {HOST}"),
        (ServedCertificate((), LATER, "self-signed"), "failed", f"does not cover {HOST}"),
        (ServedCertificate(NAMES, LATER, "self-signed certificate"), "warning", "does not trust"),
    ],
)
def test_what_a_certificate_means(shown, outcome, said):
    found = certificate_finding(shown, attachment_to(ENVIRONMENT, "example"), NOW)

    assert found.outcome.value == outcome
    assert said in found.summary
    assert (found.resolution != "") is (outcome != "ok")


@pytest.mark.parametrize(
    ("names", "covered"),
    [
        (("*.example.com",), True),
        (("*.EXAMPLE.com",), True),
        (("a.example.com",), True),
        (("example.com", "b.example.com"), False),
        (("*.com",), False),
        ((), False),
    ],
)
def test_a_wildcard_of_a_certificate_stands_for_one_label(names, covered):
    assert covers_host(names, "a.example.com") is covered


def test_a_certificate_that_cannot_be_seen_from_here_is_no_failure(world):
    world.network.shown = OSError("timed out")
    assert world.result("certificate").summary == f"{ADDRESS} port 443 cannot be reached from here: timed out"

    world.cluster.gateway = gateway()
    assert world.result("certificate").summary == "the Gateway reports no address"


def test_a_host_without_an_address(world):
    world.network.names = {}

    found = world.result("dns")
    assert (found.outcome, found.summary) == (Outcome.WARNING, f"{HOST} does not resolve on this machine")
    assert found.resolution == f"Make a DNS record *.gw.example.com that points to {ADDRESS}."


def test_a_host_that_leads_elsewhere(world):
    world.network.names = {HOST: ["198.51.100.7"]}

    found = world.result("dns")
    assert found.outcome is Outcome.WARNING
    assert found.detail == f"It resolves to 198.51.100.7; the Gateway is at {ADDRESS}."


def test_a_gateway_that_is_reached_by_a_name(world):
    world.cluster.gateway = gateway(addresses=[{"type": "Hostname", "value": "lb.example.com"}])
    world.network.names["lb.example.com"] = [ADDRESS]

    assert world.result("dns").outcome is Outcome.OK


def test_hosts_below_localhost_need_no_dns(world):
    domain = ENVIRONMENT.gateway.model_copy(update={"domain": "gw.localhost"})
    world.environment = ENVIRONMENT.model_copy(update={"gateway": domain})
    world.network.names = {}

    assert world.result("dns").summary == "abc123-example.gw.localhost is this machine"


def node(name: str, kind: str | None, count: int, *taints: str) -> dict[str, Any]:
    labels = {"cloud.google.com/gke-accelerator": kind} if kind else {}
    return gpu_node(name, labels, *taints, gpu=count)


def labelled(name: str, product: str) -> dict[str, Any]:
    return gpu_node(name, {"nvidia.com/gpu.product": product}, "nvidia.com/gpu", gpu=4)


@pytest.mark.parametrize(
    ("profile", "objects", "outcome", "said"),
    [
        (None, [node("a", None, 0)], "ok", "no node offers GPUs"),
        (
            None,
            [node("a", "t4", 8), node("b", "l4", 2, "nvidia.com/gpu"), node("c", "l4", 4)],
            "ok",
            "l4:6, t4:8",
        ),
        (None, [node("a", None, 8)], "warning", "nodes with GPUs of no type: a"),
        (None, [node("a", "t4", 8, "team")], "warning", "taints that groups do not tolerate: team"),
        (None, [node("a", "t4", 0, "team")], "ok", "no node offers GPUs"),
        ("gfd", [labelled("a", "NVIDIA-L4"), labelled("b", "NVIDIA-L4-SHARED")], "ok", "l4:4, l4:4 (shared"),
        ("auto", [labelled("a", "NVIDIA-L4")], "ok", "l4:4 (profile gfd)"),
        ("none", [labelled("a", "NVIDIA-L4")], "ok", "nvidia.com/gpu:4"),
        (
            None,
            [labelled("a", "NVIDIA-L4")],
            "warning",
            "as the profile gfd says, not by cloud.google.com",
        ),
        ("gke", [labelled("a", "NVIDIA-L4")], "warning", "as the profile gfd says, not by cloud.google.com"),
        ("gfd", [labelled("a", "RTX")], "warning", "nodes with GPUs of no type in the profile gfd: a"),
        (
            None,
            [gpu_node("a", {}, "amd.com/gpu", **{"amd.com/gpu": 8, "amd.com/cpx": 2})],
            "warning",
            "of no type: a",
        ),
        (
            "gke",
            [gpu_node("a", FAMILIES["gke"][1]), device_class(), resource_slice("a", 4)],
            "ok",
            "l4:4 (dra)",
        ),
    ],
)
def test_gpus_on_offer(world, profile, objects, outcome, said):
    world.environment = ENVIRONMENT.model_copy(update={"gpu_profile": profile})
    world.cluster.environs += objects

    found = world.result("gpus")

    assert found.outcome.value == outcome
    assert said in found.summary


def quota(hard: str, used: str, name: str = "requests.cpu") -> dict[str, Any]:
    return {"metadata": {"name": "team"}, "status": {"hard": {name: hard}, "used": {name: used}}}


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (quota("4", "3500m"), []),
        (quota("4", "4"), ["quota team: requests.cpu is used up (4 of 4)"]),
        (quota("0", "0", "pods"), ["quota team: pods is used up (0 of 0)"]),
        (quota("0", "0", "secrets"), []),
        ({"metadata": {"name": "new"}}, []),
    ],
)
def test_quotas(found, told):
    assert list(used_up([found])) == told


DEFAULTS = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ({"max": {"cpu": "2"}, "min": {"cpu": "50m"}, "maxLimitRequestRatio": {"cpu": "10"}}, []),
        ({"max": {"memory": "512Mi"}}, ["the default memory limit 1Gi is more than 512Mi"]),
        ({"min": {"cpu": "200m"}}, ["the default cpu request 100m is less than 200m"]),
        (
            {"maxLimitRequestRatio": {"memory": "2"}},
            ["the default memory limit 1Gi is more than 2 times its request 256Mi"],
        ),
    ],
)
def test_limit_ranges(limit, told):
    found = {"metadata": {"name": "team"}, "spec": {"limits": [{"type": "Container", **limit}]}}

    assert list(out_of_range([found], DEFAULTS)) == [f"limit range team: {each}" for each in told]


def test_limits_for_whole_pods_are_not_judged():
    found = {"metadata": {"name": "team"}, "spec": {"limits": [{"type": "Pod", "max": {"cpu": "1m"}}]}}

    assert list(out_of_range([found], DEFAULTS)) == []


def test_a_quota_of_the_namespace_is_a_warning(world):
    full = quota("1", "1", "pods")
    world.cluster.environs.append(
        {**full, "kind": "ResourceQuota", "metadata": {"name": "team", "namespace": "default"}}
    )

    found = world.result("limits")
    assert (found.outcome, found.detail) == (Outcome.WARNING, "quota team: pods is used up (1 of 1)")


@pytest.mark.parametrize("level", ["privileged", "baseline"])
def test_pod_security_levels_that_take_groups(world, level):
    world.cluster.environs[1] = namespace(**{"pod-security.kubernetes.io/enforce": level})

    assert world.result("pod-security").summary == f"level {level} admits the pods of groups"


def test_the_restricted_level_refuses_groups(world):
    world.cluster.environs[1] = namespace(**{"pod-security.kubernetes.io/enforce": "restricted"})

    found = world.result("pod-security")
    assert found.outcome is Outcome.FAILED
    assert found.detail.splitlines() == [
        "securityContext.capabilities.drop does not hold ALL",
        "securityContext.runAsNonRoot is not true",
    ]


def test_a_pod_that_the_restricted_level_takes():
    context = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    good = {"containers": [{"securityContext": context}], "volumes": [{"name": "a", "emptyDir": {}}]}

    assert refusals("restricted", good) == []
    assert len(refusals("restricted", {"containers": [{}]})) == 4
    assert refusals("restricted", {**good, "volumes": [{"name": "a", "nfs": {}}]}) == ["volume a is a nfs"]


def test_groups_that_were_changed_by_hand_are_named(world):
    for name in ("web", "api"):
        world.cluster.objects += objects_of(record_of(name))
    assert world.result("drift").summary == "every group is as recorded (2)"

    world.cluster.objects[0]["spec"]["replicas"] = 7
    world.cluster.remove("api", "Service")
    found = world.result("drift")
    assert (found.outcome, found.summary) == (Outcome.WARNING, "2 of 2 groups were changed by hand")
    assert found.detail.splitlines() == ["web: Deployment spec.replicas", "api: Service"]
    assert found.resolution == "Revert one with: scaling-group update --name=web"


def test_a_deployment_that_is_no_group_of_ours_is_left_alone(world):
    inputs = GroupInputs("other", record_of().spec, ENVIRONMENT)
    world.cluster.objects.append(deployment(inputs))

    assert world.result("drift").summary == "no groups yet"


def test_nothing_is_changed(world):
    world.results()

    assert {call[0] for call in world.cluster.calls} == {"get", "list"}


def scaling(record: Any, *kinds: str) -> Any:
    """Return what scales a group by metrics of these types."""
    metrics = [{"type": kind} for kind in kinds]
    found = autoscaler(
        name=record.name, target=record.name, labels=objects_of(record)[0]["metadata"]["labels"]
    )
    return {**found, "spec": {**found["spec"], "metrics": metrics}}


def test_what_groups_can_scale_by_is_told(world):
    assert world.result("autoscaling").summary == (
        "served: metrics.k8s.io, custom.metrics.k8s.io, external.metrics.k8s.io; not served: KEDA"
    )

    world.cluster.apis = {"keda.sh": "v1alpha1"}
    found = world.result("autoscaling")
    assert (found.outcome, found.summary) == (
        Outcome.OK,
        "served: KEDA; not served: metrics.k8s.io, custom.metrics.k8s.io, external.metrics.k8s.io",
    )


def test_a_metrics_api_that_a_group_needs_and_does_not_find_is_a_warning(world):
    del world.cluster.apis["metrics.k8s.io"]
    world.cluster.objects = [
        scaling(record_of("api"), "ContainerResource", "Pods"),
        scaling(record_of("web"), "ContainerResource"),
    ]

    found = world.result("autoscaling")
    assert (found.outcome, found.summary) == (
        Outcome.WARNING,
        "the cluster has no resource metrics API (metrics.k8s.io)",
    )
    assert found.detail == f"{found.summary}: api, web scale by it"
    assert found.resolution == "Install metrics-server in the cluster"


def test_a_metrics_api_that_does_not_answer_is_a_warning(world):
    world.cluster.silent = {"custom.metrics.k8s.io"}

    found = world.result("autoscaling")
    assert (found.outcome, found.summary) == (
        Outcome.WARNING,
        "the custom metrics API (custom.metrics.k8s.io) does not answer",
    )
    assert "kubectl get apiservices" in found.resolution


def test_a_metrics_api_that_this_user_may_not_look_at_answers(world, monkeypatch):
    def refuse(group: str, version: str) -> frozenset[str]:
        raise Unreadable(f"{group}/{version} may not be read")

    monkeypatch.setattr(world.cluster, "served", refuse)

    found = world.result("autoscaling")
    assert (found.outcome, found.summary) == (
        Outcome.OK,
        "served: metrics.k8s.io, custom.metrics.k8s.io, external.metrics.k8s.io; not served: KEDA",
    )
