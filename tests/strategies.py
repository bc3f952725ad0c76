"""Legal groups and environments for hypothesis, as plain dicts in the form of their YAML.

What is drawn here is legal by the rules' own words, not by asking the model: a test that finds one
refused has found a fault of the model or of these strategies.

What is made while a group is drawn is kept: hypothesis checks a strategy at its first use, which takes
longer than to draw from it.
"""

from __future__ import annotations

import string
from functools import cache
from typing import Any

from hypothesis import strategies as st

from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.mount import SHM_PATH
from scaling_group.spec.probe import OPTIONS

Group = dict[str, Any]

#: NUL, the C1 controls and what is no character.
UNSENDABLE = "\0\ufffe\uffff" + "".join(map(chr, range(0x7F, 0xA0)))

LOWER = string.ascii_lowercase
LOWER_DIGITS = LOWER + string.digits
ALPHANUMERIC = string.ascii_letters + string.digits


@cache
def labels(first: str = LOWER_DIGITS, longest: int = 63) -> st.SearchStrategy[str]:
    """Lower-case letters, digits and '-'; the first character is one of `first`."""
    middle = _middle(LOWER_DIGITS + "-", LOWER_DIGITS, min(longest, 12) - 2)
    return st.tuples(st.sampled_from(first), middle).map("".join) | st.just(first[0] * longest)


def _middle(middle: str, last: str, longest: int) -> st.SearchStrategy[str]:
    """Return nothing, or characters of `middle` and then one of `last`."""
    text = st.tuples(st.text(middle, max_size=longest), st.sampled_from(last)).map("".join)
    return st.just("") | text


@cache
def subdomains() -> st.SearchStrategy[str]:
    """Labels joined by dots, up to 253 characters."""
    usual = st.lists(labels(longest=12), min_size=1, max_size=3).map(".".join)
    return usual | st.just(".".join(["d" * 63] * 3 + ["d" * 61]))


@cache
def label_values() -> st.SearchStrategy[str]:
    """The value of a label that is not empty: mixed case, '-', '_' and '.' inside."""
    text = st.tuples(st.sampled_from(ALPHANUMERIC), _middle(ALPHANUMERIC + "-_.", ALPHANUMERIC, 15))
    return text.map("".join) | st.sampled_from(["2.10", "on", "null", "1e3", "v" * 63, "A"])


@cache
def qualified_names() -> st.SearchStrategy[str]:
    """Keys of labels and annotations, with and without a domain."""
    return label_values() | st.tuples(subdomains(), label_values()).map("/".join)


@cache
def texts(longest: int = 20) -> st.SearchStrategy[str]:
    """What a process can receive and the engine can send: unicode, controls, quotes; no NUL byte."""
    awkward = [
        "",
        "a,b",
        '"quoted"',
        "it's",
        "$(VAR)",
        "$$(VAR)",
        "ünï 🦙",
        "2.10",
        "1e3",
        "on",
        "a\nb",
        "\\",
    ]
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=UNSENDABLE)
    return st.sampled_from(awkward) | st.text(characters, max_size=longest)


@st.composite
def images(draw: st.DrawFn) -> str:
    """[host[:port]/]path[:tag][@digest]"""
    host = draw(st.sampled_from(["", "localhost", "ghcr.io", "registry.example.com", "[::1]", "Registry.io"]))
    port = draw(st.sampled_from(["", ":5000", ":443"])) if host else ""
    path = "/".join(draw(_image_paths()))
    tag = draw(_image_tags())
    digest = draw(st.sampled_from(["", f"@sha256:{'0123abcd' * 8}", f"@sha512:{'f' * 128}"]))
    return f"{host}{port}{'/' if host else ''}{path}{tag}{digest}"


@cache
def _image_paths() -> st.SearchStrategy[list[str]]:
    part = st.tuples(
        st.text(LOWER_DIGITS, min_size=1, max_size=8),
        st.sampled_from(["", ".a", "_b", "__c", "-d", "--e9"]),
    ).map("".join)
    return st.lists(part, min_size=1, max_size=3)


@cache
def _image_tags() -> st.SearchStrategy[str]:
    return st.just("") | st.text(ALPHANUMERIC + "_", min_size=1, max_size=9).map(lambda text: f":{text}.-")


def cpus() -> st.SearchStrategy[str | int | float]:
    """Cores in every accepted spelling, also as a plain number."""
    whole = st.integers(1, 100_000)
    spelled = [
        whole,
        whole.map(str),
        st.sampled_from([0.001, 0.5, 2.5, 1.0]),
        whole.map(lambda n: f"{n}m"),
        whole.map(lambda n: f"{n * 1000}u"),
        st.decimals("0.001", 1000, places=3, allow_nan=False).map(lambda n: f"{n:f}"),
        st.sampled_from([".5", "1.", "2.5", "1e3", "1E2", "5e-1", "25e-2", "2k", "1M", "007", "1.500000"]),
    ]
    return st.one_of(spelled)


def memories() -> st.SearchStrategy[str | int]:
    """Bytes in every accepted spelling, also as a plain number."""
    return st.integers(1, 2**40) | memory_texts()


@cache
def memory_texts() -> st.SearchStrategy[str]:
    """Bytes in every accepted spelling."""
    suffixes = ["", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"]
    awkward = [
        "0.5Gi",
        ".5Mi",
        "1.5G",
        "0.1Ki",
        "1e3",
        "12E6",
        "128974848",
        "129M",
        "1.Gi",
        "3e9",
        "0010Ki",
        "0.001E",
        ".001Ei",
    ]
    number = st.integers(1, 7) | st.integers(1, 2000)
    plain = st.tuples(number.map(str), st.sampled_from(suffixes[:5] + suffixes[6:10])).map("".join)
    large = st.tuples(st.integers(1, 7).map(str), st.sampled_from(suffixes)).map("".join)
    return st.one_of(plain, large, st.sampled_from(awkward))


def gpus() -> st.SearchStrategy[str | int]:
    """type:count, type, and a count as text and as a number."""
    # A type of digits and dots alone would be read as a count.
    kind = label_values().filter(lambda text: any(letter.isalpha() for letter in text))
    kind = kind.filter(lambda text: text != "1e3") | st.sampled_from(
        ["nvidia-l4", "nvidia-tesla-a100", "H100", "amd.com/gpu", "nvidia.com/mig-1g.10gb"]
    )
    count = st.integers(1, 1024)
    with_count = st.tuples(kind, count.map(str)).map(":".join)
    return st.one_of(kind, with_count, count, count.map(str), st.just("l4:08"))


@cache
def tags() -> st.SearchStrategy[dict[str, str]]:
    """Tags with mixed case and with empty values."""
    key = label_values().filter(lambda text: len(text) <= 59) | st.just("K" * 59)
    return st.dictionaries(key, st.just("") | label_values(), max_size=3)


def entrypoints() -> st.SearchStrategy[list[str]]:
    """A program and its arguments."""
    program = texts().filter(lambda text: bool(text.strip()))
    return st.just([]) | st.tuples(program, st.lists(texts(), max_size=4)).map(lambda t: [t[0], *t[1]])


@cache
def env_names() -> st.SearchStrategy[str]:
    """Names of variables; none that reads like the name of a credential."""
    # Every name that is taken for a credential ends with N, D, E, T or Y.
    last = st.sampled_from("ABC_0159")
    first = st.sampled_from(["A", "_", "lower", "MODEL_PATH", "a.b-", ".x", "-y"])
    name = st.tuples(first, st.text(ALPHANUMERIC + "_", max_size=6), last).map("".join)
    return name | st.sampled_from(["PATH_A", "on", "null", "X" * 100])


@cache
def object_names() -> st.SearchStrategy[str]:
    """Names of Secrets, ConfigMaps and claims."""
    return subdomains()


@cache
def data_keys() -> st.SearchStrategy[str]:
    """Keys of a Secret."""
    key = st.text(ALPHANUMERIC + "-_", min_size=1, max_size=12)
    return key | st.sampled_from([".hidden", "tls.crt", "a..b", "-", "k" * 253])


def env_froms() -> st.SearchStrategy[list[str]]:
    kind = st.sampled_from(["secret", "configmap"])
    return st.lists(st.tuples(kind, object_names()).map(":".join), max_size=3)


@cache
def paths() -> st.SearchStrategy[str]:
    """Absolute paths outside of the runtime's folders."""
    part = st.text(ALPHANUMERIC + "-_ .ü", min_size=1, max_size=8).filter(
        lambda text: text not in (".", "..")
    )
    usual = st.lists(part, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
    usual = usual.filter(lambda path: path.split("/")[1] not in ("proc", "sys", "dev"))
    return usual | st.sampled_from(["/models", "/devices", "/system", SHM_PATH])


@st.composite
def mounts(draw: st.DrawFn) -> list[str]:
    """Volumes of every kind, each at a path of its own."""
    listed = draw(st.lists(paths(), max_size=4, unique_by=lambda path: path.rstrip("/")))
    return [draw(_mount(path)) for path in listed]


@cache
def _mount(path: str) -> st.SearchStrategy[str]:
    name = object_names()
    slash = st.sampled_from(["", "/"])
    claim = st.tuples(name, slash, st.sampled_from(["", ":ro", ":rw"]))
    size = st.just("") | memory_texts().map(":{}".format)
    return st.one_of(
        claim.map(lambda drawn: f"pvc:{drawn[0]}:{path}{drawn[1]}{drawn[2]}"),
        name.map(lambda secret: f"secret:{secret}:{path}"),
        name.map(lambda config: f"configmap:{config}:{path}"),
        size.map(lambda given: f"empty-dir{given}:{path}"),
    )


@st.composite
def probes(draw: st.DrawFn) -> str:
    """A probe of any kind, with options in any order."""
    kind = draw(st.sampled_from(["tcp", "http", "grpc", "none"]))
    if kind == "none":
        return kind
    path = draw(st.text(ALPHANUMERIC + "-_/.?=&:%", max_size=12))
    keys = draw(st.lists(st.sampled_from(list(OPTIONS)), unique=True))
    given = [f"{key}={draw(st.integers(max(1, OPTIONS[key][1]), 86_400) | st.just(5))}" for key in keys]
    return ",".join([f"http:/{path}" if kind == "http" else kind, *given])


@cache
def lengths(least: int, most: int = 86_400) -> st.SearchStrategy[int | str]:
    """Seconds as a number or as text with a unit."""
    number = st.integers(least, most)
    minutes = st.integers(max(1, -(-least // 60)), most // 60).map(lambda n: f"{n}m")
    return st.one_of(number, number.map(str), number.map(lambda n: f"{n}s"), minutes)


def seconds(length: int | str) -> int:
    """Return a length of time as seconds."""
    units = {"s": 1, "m": 60, "h": 3600}
    text = str(length)
    return int(text.rstrip("smh")) * units.get(text[-1], 1)


def node_selectors() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(qualified_names(), st.just("") | label_values(), max_size=3)


def tolerations() -> st.SearchStrategy[list[str]]:
    value = st.sampled_from(["", "="]) | label_values().map("={}".format)
    effect = st.sampled_from(["", ":NoSchedule", ":PreferNoSchedule", ":NoExecute"])
    return st.lists(st.tuples(qualified_names(), value, effect).map("".join), max_size=3)


#: What every group has.
REQUIRED: dict[str, st.SearchStrategy[Any]] = {
    "image": images(),
    "name": labels(first=LOWER, longest=50),
    "port": st.integers(1, 65535),
}


#: Fields that have to fit one another are completed by `groups`.
@cache
def metric_values() -> st.SearchStrategy[str | int | float]:
    """What one Pod can take of a metric, also as a plain number."""
    return st.integers(1, 10**6) | st.sampled_from(["5", "0.5", "500m", "20k", 2.5, "1Ki"])


@cache
def metric_names() -> st.SearchStrategy[str]:
    """Names of custom metrics, as exporters give them."""
    first = st.sampled_from(["vllm:num_requests_waiting", "queue_depth", "a", "_x.y-z"])
    return st.tuples(first, st.text(LOWER_DIGITS, max_size=4)).map("".join)


@cache
def external_metrics() -> st.SearchStrategy[str]:
    """Metrics with and without labels."""
    labelled = st.tuples(metric_names(), label_values()).map(lambda pair: f"{pair[0]}{{queue={pair[1]}}}")
    return metric_names() | labelled


@st.composite
def autoscales(draw: st.DrawFn) -> Group:
    """By an HPA, with every metric of one, or by KEDA, to zero too."""
    fewest = draw(st.integers(0, 5))
    most = fewest + draw(st.integers(1, 50))
    percent = st.integers(1, 1000)
    rate = st.fixed_dictionaries(
        {}, optional={"window": lengths(0, 3600), "pods": st.integers(1, 9), "period": lengths(1, 1800)}
    )
    optional = {"cpu": percent, "memory": percent, "scale_up": rate, "scale_down": rate}
    metrics = st.dictionaries(metric_names(), metric_values(), max_size=2)
    if draw(st.booleans()):
        external = st.dictionaries(external_metrics(), metric_values(), min_size=1, max_size=2)
        needed = {"external": external} if fewest == 0 else {}
        optional |= {"pods": metrics, **({} if needed else {"external": external})}
    else:
        needed = by_keda(most)
    values = draw(st.fixed_dictionaries(needed, optional=optional))
    return {"min": fewest, "max": most, **values}


def by_keda(most: int) -> dict[str, st.SearchStrategy[Any]]:
    """What KEDA scales by."""
    prometheus = st.fixed_dictionaries(
        {
            "server": st.sampled_from(["http://prometheus.monitoring:9090", "https://metrics.example.com/x"]),
            "query": st.just("sum(rate(requests[1m]))"),
            "threshold": metric_values(),
        }
    )
    schedule = st.fixed_dictionaries(
        {
            "from": st.sampled_from(["0 8 * * 1-5", "*/15 6 1 * *"]),
            "to": st.sampled_from(["0 18 * * 1-5", "30 22 * * *"]),
            "replicas": st.integers(1, most),
        },
        optional={"timezone": st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"])},
    )
    return {"prometheus": prometheus, "schedule": st.lists(schedule, max_size=2)}


@cache
def hosts() -> st.SearchStrategy[Any]:
    """Hostnames for all paths, and for those below one, in both syntaxes."""
    path = st.sampled_from(["", "/v1", "/v1/chat", "/a.b~c"])
    short = st.tuples(labels(longest=20), path).map(lambda pair: f"{pair[0]}.example.com{pair[1]}")
    return short | labels(longest=20).map(lambda label: {"host": f"{label}.example.org", "path": "/v2"})


def peers() -> st.SearchStrategy[Any]:
    """Other groups with their ports."""
    port = st.integers(1, 65535)
    short = st.tuples(labels(first=LOWER, longest=50), port).map(lambda pair: f"{pair[0]}:{pair[1]}")
    return short | st.fixed_dictionaries({"group": labels(first=LOWER, longest=50), "port": port})


OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "replicas": st.sampled_from([0, 1]) | st.integers(0, 2**31 - 1),
    "autoscale": autoscales(),
    "cpu": cpus(),
    "memory": memories(),
    "gpu": gpus(),
    "tags": tags(),
    "entrypoint": entrypoints(),
    "not_secret": st.lists(st.sampled_from(["MAX_TOKEN", "API_KEY", "db_password"]), max_size=2),
    "env": st.dictionaries(env_names(), texts(), max_size=4),
    "secret_env": st.dictionaries(
        env_names(), st.tuples(object_names(), data_keys()).map(":".join), max_size=3
    ),
    "env_from": env_froms(),
    "mounts": mounts(),
    "shm_size": memory_texts(),
    "readiness": probes(),
    "liveness": probes(),
    "startup": probes(),
    "shutdown_delay": lengths(0, 80_000),
    "termination_grace": lengths(80_001),
    "progress_deadline": lengths(1),
    "service_account": object_names(),
    "priority_class": object_names(),
    "image_pull_secrets": st.lists(object_names(), max_size=3, unique=True),
    "node_selector": node_selectors(),
    "tolerations": tolerations(),
    "annotations": st.dictionaries(qualified_names(), texts(40), max_size=3),
    "surge": st.integers(1, 2**31 - 1),
    "spot": st.just(value=True),
    "architecture": st.sampled_from(["amd64", "arm64"]),
    "route": st.sampled_from(["public", "private"]),
    "hostnames": st.lists(hosts(), max_size=3, unique_by=str),
    "protocol": st.sampled_from(["http", "h2c", "grpc"]),
    "request_timeout": lengths(0),
    "service": st.sampled_from(["headless", "cluster-ip"]),
    "peers": st.dictionaries(env_names(), peers(), max_size=2),
    "disruptions": st.sampled_from(["max_unavailable=1", "max_unavailable=25%", "max_unavailable=100%"]),
    "min_ready": lengths(0, 599),
}


def without_contradictions(values: Group) -> Group:
    """Return a group without fields that exclude others which it has."""
    given = {**values}
    if given.get("route") == "private":
        given.pop("hostnames", None)
        given.pop("request_timeout", None)
    if "peers" in given:
        taken = {*given.get("env", ()), *given.get("secret_env", ())}
        given["peers"] = {name: peer for name, peer in given["peers"].items() if name not in taken}
    if seconds(given.get("min_ready", 0)) >= seconds(given.get("progress_deadline", 600)):
        given.pop("min_ready")
    return given


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """A legal group: any of the optional fields, in the forms in which people write them."""
    values = draw(st.fixed_dictionaries(REQUIRED, optional=OPTIONAL))
    if "autoscale" in values:
        values.pop("replicas", None)
    if draw(st.booleans()):
        # What only looks like a credential is legal once its name is excused.
        excused = values.get("not_secret", [])
        values["env"] = {**values.get("env", {}), **{name: draw(texts()) for name in excused}}
    if "env" in values and "secret_env" in values:
        values["secret_env"] = {k: v for k, v in values["secret_env"].items() if k not in values["env"]}
    if "shm_size" in values and "mounts" in values:
        values["mounts"] = [text for text in values["mounts"] if SHM_PATH not in text]
    if "termination_grace" in values:
        delay = seconds(values.get("shutdown_delay", 10))
        values["termination_grace"] = draw(lengths(delay + 1))
    if draw(st.booleans()) and isinstance(values.get("gpu", 1), int):
        values["node_selector"] = {**values.get("node_selector", {}), GPU_TYPE_LABEL: "nvidia-l4"}
    return without_contradictions(values)


def environments() -> st.SearchStrategy[dict[str, Any]]:
    """A legal environment whose hostnames have room for any name of `groups`."""
    # 253 characters, less the first label's 63 and a dot.
    domain = st.lists(labels(longest=12), min_size=1, max_size=3).map(".".join)
    domain = domain | st.just(".".join(["d" * 63, "d" * 63, "d" * 61]))
    gateway = st.fixed_dictionaries(
        {"name": subdomains(), "namespace": labels(), "domain": domain}, optional={"section": subdomains()}
    )
    return st.fixed_dictionaries(
        {"id": labels(longest=12), "gateway": gateway},
        optional={"namespace": labels(), "label_domain": subdomains()},
    )
