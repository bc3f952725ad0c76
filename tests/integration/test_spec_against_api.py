"""What the spec accepts the API server accepts, without a word of warning; what it refuses has a reason."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, seed, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from scaling_group.errors import InvalidInput
from scaling_group.operations.render import render
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from scaling_group.spec.quantity import canonical_cpu, canonical_memory
from scaling_group.yaml_text import yaml_text
from tests.integration.terminal import ROOT, Terminal
from tests.strategies import groups
from tools.kubernetes.releases import releases
from tools.local_cluster.certificates import API_AUTHORITY
from tools.local_cluster.cluster import LocalCluster
from tools.toolchain import pins

pytestmark = pytest.mark.integration

#: Four parts, so that the workers of pytest-xdist share them.
SHARDS = range(4)

PATHS = {
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "Service": "/api/v1/namespaces/{}/services",
    "HTTPRoute": "/apis/gateway.networking.k8s.io/v1/namespaces/{}/httproutes",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/{}/poddisruptionbudgets",
}
#: What scales groups needs a cluster with KEDA and to which no count is too small: test_apart.
SCALERS = {
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers",
    "ScaledObject": "/apis/keda.sh/v1alpha1/namespaces/{}/scaledobjects",
}
STRICTLY = "dryRun=All&fieldValidation=Strict"
GOLDENS = ROOT / "tests" / "golden"


class DryRun:
    """Requests that change nothing, all on one connection: thousands are a matter of seconds."""

    def __init__(self, cluster: LocalCluster, namespace: str) -> None:
        certificates = cluster.directory / "pki"
        kubeconfig = json.loads(cluster.kubeconfig.read_text())
        authority = kubeconfig["clusters"][0]["cluster"]["server"]
        context = ssl.create_default_context(cafile=str(certificates / f"{API_AUTHORITY}.crt"))
        context.load_cert_chain(certificates / "admin.pem")
        self._connection = http.client.HTTPSConnection(urlsplit(authority).netloc, context=context)
        self.environment = environment(namespace)

    def create(self, item: dict[str, Any]) -> tuple[int, list[str], dict[str, Any]]:
        """Return status, warnings and answer for a new object."""
        path = (PATHS | SCALERS)[item["kind"]].format(self.environment.namespace)
        return self._send("POST", f"{path}?{STRICTLY}", json.dumps(item), "application/json")

    def apply(self, item: dict[str, Any]) -> tuple[int, list[str], dict[str, Any]]:
        """Return the same for server-side apply of the YAML that `render` prints."""
        path = (PATHS | SCALERS)[item["kind"]].format(self.environment.namespace)
        query = f"{STRICTLY}&fieldManager=test"
        return self._send(
            "PATCH",
            f"{path}/{item['metadata']['name']}?{query}",
            yaml_text([item]),
            "application/apply-patch+yaml",
        )

    def _send(self, method: str, path: str, body: str, kind: str) -> tuple[int, list[str], dict[str, Any]]:
        self._connection.request(method, path, body.encode(), {"Content-Type": kind})
        response = self._connection.getresponse()
        answer = json.loads(response.read())
        return response.status, response.headers.get_all("Warning") or [], answer

    def close(self) -> None:
        self._connection.close()


def environment(namespace: str) -> EnvironmentSpec:
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    return environment_spec({"id": "e1", "namespace": namespace, "gateway": gateway})


@pytest.fixture
def api(cluster: LocalCluster, namespace: str) -> Iterator[DryRun]:
    client = DryRun(cluster, namespace)
    yield client
    client.close()


def assert_taken(
    item: dict[str, Any], send: Callable[..., tuple[int, list[str], dict[str, Any]]]
) -> dict[str, Any]:
    status, warnings, answer = send(item)
    assert status in (200, 201), answer.get("message")
    assert not warnings, warnings
    return answer


def rendered(values: dict[str, Any], environment: EnvironmentSpec) -> list[dict[str, Any]]:
    """Return the objects of a group but what scales it."""
    return [item for item in render(group_spec(values), environment) if item["kind"] in PATHS]


def contains(answer: Any, sent: Any) -> bool:
    """Return whether all that was sent is in the answer, which has the server's defaults too."""
    if isinstance(sent, dict):
        # Empty values of defaults are left out of answers.
        return all(contains(answer.get(key, type(value)()), value) for key, value in sent.items())
    if isinstance(sent, list):
        return len(answer) == len(sent) and all(map(contains, answer, sent))
    return bool(answer == sent)


def test_the_cluster_is_of_the_version_that_was_asked_for(
    cluster: LocalCluster, pytestconfig: pytest.Config
) -> None:
    minor = pytestconfig.getoption("--kubernetes")
    wanted = releases()[minor].version if minor else pins.KUBERNETES

    assert (cluster.api.get("/version") or {})["gitVersion"] == f"v{wanted}"


@pytest.mark.parametrize("shard", SHARDS)
def test_a_legal_group_is_created_without_error_or_warning(shard: int, api: DryRun) -> None:
    kinds: list[str] = []
    groups_of_shard = settings().max_examples // len(SHARDS)

    @seed(shard)
    @settings(max_examples=groups_of_shard)
    @given(groups())
    def check(values: dict[str, Any]) -> None:
        for item in rendered(values, api.environment):
            assert_taken(item, api.create)
            kinds.append(item["kind"])

    check()
    assert all(kinds.count(kind) >= groups_of_shard for kind in ("Deployment", "Service"))
    # Private groups have none.
    assert "HTTPRoute" in kinds


def test_a_legal_group_is_applied_as_it_is_from_rendered_yaml(api: DryRun) -> None:
    """Server-side apply refuses more than create does: keys of lists must not occur twice."""

    @given(groups())
    def check(values: dict[str, Any]) -> None:
        for item in rendered(values, api.environment):
            answer = assert_taken(item, api.apply)
            assert contains(answer, item)

    check()


@pytest.mark.parametrize(
    "fields",
    [
        {"env": {"A": "x" * 131_072}},
        {"env": {f"V{i}": "ü🦙" * 10_000 for i in range(4)}},
        {"annotations": {"a": "x" * 245_000}},
        {"tags": {f"k{i}": "v" * 63 for i in range(500)}},
        {"name": "a" * 60, "replicas": 2**31 - 1, "port": 65535, "gpu": 1024},
        {"cpu": "9223372036854775", "memory": "9223372036854775"},
        {"cpu": "1m", "memory": 1},
        {"termination_grace": 86_400, "shutdown_delay": 86_399, "progress_deadline": 86_400},
    ],
    ids=",".join,
)
def test_a_group_at_the_bounds_is_created(fields: dict[str, Any], api: DryRun) -> None:
    for item in render(group_spec({"image": "a", "name": "a", "port": 1} | fields), api.environment):
        assert_taken(item, api.create)
        assert_taken(item, api.apply)


LONG = "x" * 300
#: For each field values that are always wrong.
BROKEN: dict[str, list[Any]] = {
    "image": ["", "a b", "registry/Upper", "https://a/b", "a:tag:tag", "a@sha256:12", None, 3, LONG * 9],
    "name": ["", "My_Group", "1a", "a-", "a.b", "a" * 64, "ä", "a\n", None, 3, True],
    "port": [0, 65536, -1, "http", True, 80.5, None, 10**40, [80]],
    "replicas": [-1, 2**31, 1.5, "many", False, None, float("inf")],
    "autoscale": [{}, {"max": 0}, {"max": 2**31}, {"min": 3, "max": 2}, {"max": 2, "cpu": 0}, 3, [],
                  {"min": 0, "max": 2}, {"min": 0, "max": 2, "pods": {"a": 1}}, {"max": "many"},
                  {"max": 2, "pods": {"a/b": 1}}, {"max": 2, "pods": {"a": "nan"}},
                  {"max": 2, "pods": {"a": 0}}, {"max": 2, "external": {"a{b": 1}},
                  {"max": 2, "external": {"a{b=1,c=2}": 1, "a{c=2,b=1}": 1}},
                  {"max": 2, "scale_up": {"window": "2h"}}, {"max": 2, "scale_down": {"period": "31m"}},
                  {"max": 2, "prometheus": {"server": "x", "query": "a", "threshold": 1}},
                  {"max": 2, "schedule": [{"from": "0 8 * *", "to": "0 9 * * *", "replicas": 1}]},
                  {"max": 2, "schedule": [{"from": "0 8 * * *", "to": "0 8 * * *", "replicas": 1}]},
                  {"max": 2, "schedule": [{"from": "0 8 * * *", "to": "0 0 31 2 *", "replicas": 1}]},
                  {"max": 2, "schedule": [{"from": "0 8 * * *", "to": "0 9 * * *", "replicas": 3}]},
                  {"max": 2, "schedule": [{"from": "0 8 * * *", "to": "0 9 * * *", "replicas": 1,
                                           "timezone": "Mars/Olympus"}]}],
    "cpu": ["0", "-1", "1 core", "0.5m", "1Ki", "", 0, True, -0.5, 0.0001, "9e99"],
    "memory": ["0", "8GB", "1 Gi", "8g", "4gi", "1K", "500m", "-1Gi", "", 0, True, "8Ei"],
    "gpu": ["l4:0", "l4:", ":1", "a:b:1", "1.5", "-1", "", "l4 :1", 0, True, "l4:1025", "x" * 64,
            "claim_template=", "claim_template=A", {"claim_template": "a", "count": 2}],
    "tags": [{"a/b": "c"}, {"a": 2.1}, {"a": True}, {"": "x"}, {"a": LONG}, {"a": "-"}, {"k" * 60: ""}, []],
    "entrypoint": ["", [""], [" "], ["a\0"], ["a", "\x7f"], "python -m x", [3], {"a": 1}],
    "not_secret": [["1A"], [""], [3], "A", ["A B"]],
    "env": [{"1A": "x"}, {"A": 3}, {"A": None}, {"": ""}, {"A": "\0"}, {"A": LONG * 500},
            {"DB_PASSWORD": "x"}, {".": ""}, {"..a": ""}, {"A=B": ""}, []],
    "secret_env": [{"A": "x"}, {"A": "x:"}, {"A": ":y"}, {"A": "X:y"}, {"A": "x:.."}, {"A": "x:..y"},
                   {"A": "x:y z"}, {"1": "x:y"}, {"A": f"x:{LONG}"}, {"A": f"{LONG}:y"}, []],
    "env_from": [["x"], ["secret:"], ["pod:x"], ["secret:X"], [":x"], [3], "secret:x"],
    "mounts": [["/a"], ["pvc:/a"], ["pvc:X:/a"], ["pvc:x:a"], ["secret:x:/a:ro"], ["empty-dir:0:/a"],
               ["image:/a"], ["image:X:/a"], ["image:x/y:v1"], ["image:x:v1:/a:ro"],
               ["nfs:x:/a"], ["pvc:x:/a/../b"], ["pvc:x:/proc"], ["pvc:x:/dev/sda"], ["empty-dir:/"],
               ["empty-dir://a"], ["empty-dir:1Gi:2:/a"], ["empty-dir:/a", "pvc:x:/a/"], [3]],
    "shm_size": ["0", "8GB", "1m", "", -1, True, "64 Mi"],
    "readiness": ["", "http", "http:x", "tcp:80", "tcp,delay", "tcp,delay=-1", "tcp,period=0",
                  "tcp,delay=1.5", "none,delay=1", "exec:x", "tcp,delays=1", "tcp,period=86401",
                  "tcp,delay=1,delay=2", None, 3],
    "liveness": ["yes", "tcp,failures=0", "tcp,delay=0000000001234567", False],
    "startup": ["HTTP:/x", "http:/x,timeout=", "grpc:80", []],
    "shutdown_delay": [-1, 86401, "1d", "5 m", "", True, 1.5, None, "25h"],
    "termination_grace": [0, -1, 86401, "x", False, "1.5m"],
    "progress_deadline": [0, -5, 86401, "0s", "ten", True],
    "service_account": ["", "A", "a_b", "a..b", "-a", "a" * 254, 3],
    "priority_class": ["", "A", "a_b", "a..b", "-a", "a" * 254, 3],
    "image_pull_secrets": ["a", ["A"], [""], ["a", "a"], [3]],
    "node_selector": [{"a b": "c"}, {"a/b/c": "d"}, {"/a": "b"}, {"A.io/": "b"}, {"a": LONG}, {"a": "b c"},
                      {"a": True}, {"": "x"}, {"k" * 64: ""}, []],
    "tolerations": [[""], ["a:No"], ["a=b c"], ["=b"], ["a/b/c"], ["a:noschedule"], [3], "a"],
    "annotations": [{"a b": ""}, {"": ""}, {"a": 1}, {"a/": ""}, {"a": LONG * 1000}, {"UP/a": "x"},
                    {"a": "\x85"}, []],
    "route": ["", "both", "Private", None, True, []],
    "hostnames": [["https://a.b"], ["*.a.b"], ["A.b"], ["a.b:443"], ["a.b/v1?x"], ["a.b", "a.b"], ["a.b//v1"],
                  ["10.0.0.1"], [""], [{"path": "/v1"}], [{"host": "a.b", "paths": "/"}], [3], "a.b",
                  [f"h{i}.a.b" for i in range(16)]],
    "protocol": ["", "https", "GRPC", None, 2, []],
    "request_timeout": [-1, 86401, "1d", "5 m", "", True, 1.5],
    "service": ["", "clusterIP", "none", None, False, {}],
    "peers": [{"A": "B"}, {"A": "b:0"}, {"A": "b:65536"}, {"A": "b:http"}, {"1A": "b"}, {"A": ""}, {"A": 3},
              {"A": {"group": "b", "port": 0}}, {"A": {"port": 1}}, []],
    "disruptions": ["", "1", "max_unavailable=0", "max_unavailable=0%", "max_unavailable=101%", 1, True, [],
                    "min_available=1", {"max_unavailable": -1}, {"max_unavailable": "x"}, {}],
    "surge": [0, -1, 2**31, "25%", True, 1.5, []],
    "spot": ["", "true", 1, None, []],
    "architecture": ["", "x86_64", "ARM64", 64, True, []],
    "min_ready": [-1, 86401, "25h", "x", True, 1.5],
}  # fmt: skip


def test_every_field_has_a_broken_value() -> None:
    assert BROKEN.keys() == GroupSpec.model_fields.keys()
    assert all(BROKEN.values())


@pytest.mark.parametrize("field", BROKEN)
def test_a_broken_field_is_named(field: str) -> None:
    def check(values: dict[str, Any], bad: Any) -> None:
        with pytest.raises(InvalidInput) as caught:
            group_spec({**values, field: bad})
        named = {fault.field.partition(".")[0] for fault in caught.value.faults}
        # A variable that only a broken not_secret excuses is refused with it.
        assert named == {field} or (field == "not_secret" and named == {field, "env"})

    for bad in BROKEN[field]:
        check({"image": "a", "name": "a", "port": 1}, bad)
    # A group costs far more than a value: a fifth of them for each of twenty fields.
    examples = settings().max_examples // 5
    settings(max_examples=examples)(given(groups(), st.sampled_from(BROKEN[field]))(check))()


def test_every_broken_field_is_named_at_once() -> None:
    @given(st.fixed_dictionaries({}, optional={key: st.sampled_from(bad) for key, bad in BROKEN.items()}))
    def check(broken: dict[str, Any]) -> None:
        legal = {"image": "a", "name": "a", "port": 1}
        if broken:
            with pytest.raises(InvalidInput) as caught:
                group_spec(legal | broken)
            assert {fault.field.partition(".")[0] for fault in caught.value.faults} == broken.keys()

    check()


SUFFIXES = (
    "",
    "n",
    "u",
    "m",
    "k",
    "K",
    "M",
    "G",
    "T",
    "P",
    "E",
    "Ki",
    "Mi",
    "Gi",
    "Ti",
    "Pi",
    "Ei",
    "B",
    "GB",
    "g",
)
EXPONENTS = r"[eE][+-]?[0-9]{0,3}"


@st.composite
def quantities(draw: st.DrawFn) -> str:
    """Texts of the grammar of quantities, and texts around it."""
    sign = draw(st.sampled_from(["", "", "", "", "", "", "+", "-"]))
    digits = st.integers(0, 5000).map(str) | st.text("0123456789", max_size=22)
    fraction = draw(st.just("") | st.text("0123456789", max_size=11).map(".{}".format))
    suffix = draw(st.sampled_from(SUFFIXES) | st.from_regex(EXPONENTS, fullmatch=True))
    blank = draw(st.sampled_from(["", "", "", "", "", "", "", " "]))
    return f"{sign}{draw(digits)}{fraction}{blank}{suffix}"


QUANTITY = re.compile(r"([+-]?)([0-9]*\.?[0-9]*)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?")
FACTORS = {letter: Decimal(10) ** exponent for letter, exponent in zip("num", (-9, -6, -3), strict=True)}
FACTORS |= {letter: Decimal(1000) ** power for power, letter in enumerate("kMGTPE", 1)}
FACTORS |= {f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", 1)}


def amount(text: str) -> Decimal:
    """Return what a quantity stands for; written apart from the spec's own parser."""
    match = QUANTITY.fullmatch(text.strip())
    assert match, text
    sign, number, suffix = match.groups()
    value = Decimal(f"0{number}") * (Decimal(f"1{suffix}") if suffix and suffix[1:] not in ("i", "") else 1)
    return (-value if sign == "-" else value) * FACTORS.get(suffix or "", Decimal(1))


MOST = Decimal(2**63 - 1) / 1000

#: Why a text is refused that the API server takes: reason and test, by resource.
REASONS: dict[str, dict[str, Callable[[str], bool]]] = {
    "both": {
        "no digit: the server reads zero": lambda text: not re.search("[0-9]", text),
        "a sign: nobody writes +1, and less than nothing is no amount": lambda text: text[0] in "+-",
        "zero: a container that may use nothing does not start": lambda text: amount(text) == 0,
        "more thousandths than 64 bits hold: the server miscounts": lambda text: amount(text) > MOST,
        "blanks around it": lambda text: text != text.strip(),
        "an exponent of three digits": lambda text: bool(re.search(r"[eE][+-]?[0-9]{3,}$", text)),
        "more than 32 characters": lambda text: len(text) > 32,
    },
    "cpu": {
        "finer than 1m: the server rounds up in silence": lambda text: amount(text) * 1000 % 1 != 0,
        "cores counted as bytes": lambda text: text.endswith("i"),
    },
    "memory": {
        "thousandths and less of a byte": lambda text: text[-1] in "num",
        "parts of a byte: the server warns": lambda text: amount(text) % 1 != 0,
    },
}  # fmt: skip


def deployment_with(field: str, text: str) -> dict[str, Any]:
    """Return a Deployment whose only peculiarity is the limit of a resource."""
    labels = {"app": "quantity"}
    container = {"name": "main", "image": "a", "resources": {"limits": {field: text}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "quantity"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


@pytest.mark.parametrize(("field", "canonical"), [("cpu", canonical_cpu), ("memory", canonical_memory)])
def test_quantities_mean_what_they_mean_to_the_api_server(
    field: str, canonical: Callable[[str], str], api: DryRun
) -> None:
    seen = {"accepted": 0, "refused": 0, "refused here alone": 0}

    @example("0.1Ki")
    @example("9223372036854775807")
    @example("7.9999Ei")
    @example("1.5Gi")
    @example("12e6")
    @given(quantities())
    def check(text: str) -> None:
        status, warnings, answer = api.create(deployment_with(field, text))
        try:
            ours = canonical(text)
        except PydanticCustomError:
            ours = ""
        if not ours:
            seen["refused"] += 1
            if status == 201:
                reasons = REASONS["both"] | REASONS[field]
                assert any(applies(text) for applies in reasons.values()), text
                seen["refused here alone"] += 1
            return
        assert status == 201, answer["message"]
        container = answer["spec"]["template"]["spec"]["containers"][0]
        theirs = container["resources"]["limits"][field]
        # The server keeps parts of a byte (0.1Ki) and warns; whoever uses the amount rounds it up.
        whole = amount(theirs).to_integral_value(ROUND_CEILING) if field == "memory" else amount(theirs)
        assert amount(ours) == whole, (text, ours, theirs)
        assert bool(warnings) == (whole != amount(theirs))
        status, warnings, answer = api.create(deployment_with(field, ours))
        assert (status, warnings) == (201, [])
        container = answer["spec"]["template"]["spec"]["containers"][0]
        # Another form than the server's would be a difference at every refresh.
        assert container["resources"]["limits"][field] == ours
        seen["accepted"] += 1

    check()
    assert min(seen.values()) > 0.03 * settings().max_examples, seen


def test_awkward_texts_survive_the_engine(terminal: Terminal) -> None:
    """They go through the stack's settings, the program and the provider, all with YAML of their own."""
    env = {
        "A": "1e3",
        "B": "on",
        "C": "",
        "D": "y",
        "E": "0o17",
        "F": "2.10",
        "G": "null",
        "H": "1:30",
        "I": "a\x01b\x1bc\u2028d\ufeffe",
        "J": "ünï 🦙",
        "K": " x ",
        "L": "a\nb\t",
        "M": "$(Z)",
        "Z": "1",
    }
    tags = {"short-sha": "1e10", "version": "2.10", "n": "1_000", "Case": "On", "empty": ""}
    flags = [f"--env={name}={value}" for name, value in env.items()]
    flags += [f"--tags={key}={value}" for key, value in tags.items()]
    created = terminal.create("awkward", *flags, '--entrypoint=sh,-c,"1,2",1e3', "--no-wait")
    assert (created["spec"]["env"], created["spec"]["tags"]) == (env, tags)

    template = terminal.objects("awkward")["deployment"]["spec"]["template"]
    container = template["spec"]["containers"][0]
    found = [(item["name"], item.get("value", "")) for item in container["env"]]
    assert dict(found) == env
    assert found.index(("Z", "1")) < found.index(("M", "$(Z)"))
    assert container["command"] == ["sh", "-c", "1,2", "1e3"]
    assert {key: template["metadata"]["labels"][f"chalk.ai/tag-{key}"] for key in tags} == tags


@pytest.mark.parametrize(
    "command", sorted((GOLDENS / "product-page").glob("*.sh")), ids=lambda file: file.stem
)
def test_the_rendered_examples_of_the_product_page_pass_a_dry_run(command: Path, terminal: Terminal) -> None:
    rendered = terminal.shell(command.read_text().replace("scaling-group create", "scaling-group render"))
    assert rendered.returncode == 0, rendered.stderr
    applied(rendered.stdout, terminal)


def test_a_rendered_group_with_every_field_passes_a_dry_run(
    terminal: Terminal, pytestconfig: pytest.Config
) -> None:
    lines = (GOLDENS / "spec" / "every-field.yaml").read_text("utf-8").splitlines(keepends=True)
    if pytestconfig.getoption("--kubernetes") == "1.30":
        lines = [line for line in lines if "- image:" not in line]
    file = terminal.folder / "every-field.yaml"
    file.write_text("".join(lines), "utf-8")
    rendered = terminal.group("render", "-f", str(file))
    assert rendered.returncode == 0, rendered.stderr
    applied(rendered.stdout, terminal, ["httproute", "service", "poddisruptionbudget"])


def applied(manifests: str, terminal: Terminal, further: Sequence[str] = ()) -> None:
    printed = terminal.kubectl("apply", "--dry-run=server", "-f", "-", stdin=manifests)
    kinds = [line.partition("/")[0].partition(".")[0] for line in printed.splitlines()]
    assert kinds == ["deployment", "service", "httproute", *further], printed
    assert printed.count("created (server dry run)") == len(kinds)
