"""validate, render and schema, as people and scripts meet them: no cluster, no engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scaling_group.spec.documents import LARGEST
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.schema import group_schema
from tests.unit.cli.done import Call, Done

ROOT = Path(__file__).parents[3]
EVERY_FIELD = ROOT / "tests" / "golden" / "spec" / "every-field.yaml"
GROUP = "name: inference\nimage: my-registry/my-server:v1\nport: 8080\n"
FLAGS = ["--name=inference", "--image=my-registry/my-server:v1", "--port=8080"]


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return str(file)


def deployment(done: Done) -> Any:
    assert done.code == 0, done.err
    return done.documents[0]


def container(done: Done) -> Any:
    return deployment(done)["spec"]["template"]["spec"]["containers"][0]


def record(done: Done) -> Any:
    return json.loads(deployment(done)["metadata"]["annotations"]["chalk.ai/record"])["spec"]


def test_a_valid_file_is_valid(call: Call, tmp_path: Path):
    file = write(tmp_path, "group.yaml", GROUP)

    assert call("validate", "-f", file) == Done(0, "1 group is valid\n", "")


def test_warnings_are_on_standard_error(call: Call, tmp_path: Path):
    file = write(tmp_path, "group.yaml", f"{GROUP}replicas: 0\n---\nname: other\nimage: a\nport: 1\n")
    done = call("validate", "-f", file)

    assert (done.code, done.out) == (0, "2 groups are valid\n")
    assert [line.partition(":")[2].split(":")[0].strip() for line in done.err.splitlines()] == [
        "inference",
        "other",
    ]


def test_a_valid_file_as_json(call: Call, tmp_path: Path):
    file = write(tmp_path, "group.yaml", f"{GROUP}replicas: 0\n")
    done = call("validate", "-f", file, "-o", "json")

    message = "0 replicas: the URL answers 503 until there are some"
    assert done.data == {"groups": ["inference"], "warnings": [{"name": "inference", "message": message}]}
    assert done.err == ""


def test_every_fault_has_its_file_and_line(call: Call, tmp_path: Path):
    write(tmp_path, "a.yaml", f"{GROUP}replcas: 2\ntags: {{version: 2.10}}\n")
    write(tmp_path, "b.yaml", "# b\nname: My_Group\nimage: a:v1\n")
    done = call("validate", "-f", "a.yaml", "-f", "b.yaml")

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "error: the groups are not valid:",
        "  a.yaml:5: tags.version: must be text, not 2.1; put quotes around it. Write it as '2.10'.",
        "  a.yaml:4: replcas: no such field. Did you mean 'replicas'?",
        "  b.yaml:2: name: 'My_Group' is not a name of lower-case letters, digits and '-' that starts with a "
        "letter and does not end in '-'. For example: my-group",
        "  b.yaml:2: port: is required.",
    ]


def test_faults_as_json(call: Call, tmp_path: Path):
    write(tmp_path, "a.yaml", f"{GROUP}replicas: -1\n")
    done = call("validate", "-f", "a.yaml", "-o", "json")

    assert (done.code, done.out) == (2, "")
    assert done.error["exitCode"] == 2
    assert done.error["faults"] == [
        {
            "field": "a.yaml:4: replicas",
            "message": "input should be greater than or equal to 0, not -1.",
        }
    ]


def test_a_folder_is_its_yaml_files(call: Call, tmp_path: Path):
    write(tmp_path, "groups/b.yaml", GROUP.replace("inference", "b"))
    write(tmp_path, "groups/a.yml", GROUP.replace("inference", "a"))
    write(tmp_path, "groups/notes.txt", "no group")
    write(tmp_path, "groups/deeper/c.yaml", "no group")

    assert call("validate", "-f", "groups", "-o", "json").data["groups"] == ["a", "b"]


def test_standard_input_is_a_file(call: Call):
    assert call("validate", "-f", "-", stdin=GROUP.encode()).out == "1 group is valid\n"
    refused = call("validate", "-f", "-", stdin=GROUP.replace("8080", "0").encode())
    assert refused.code == 2
    assert "  -:3: port: input should be greater than or equal to 1, not 0." in refused.err.splitlines()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no group in -"),
        (b"a: \xff", "- is not UTF-8: byte 3 is 0xff"),
        (b"a: \0", "-:1 holds a NUL byte"),
        (b"- a", "-:1 is not a group, but 'a'"),
        (b"a: 1\na: 2", "-:2 gives the key 'a' twice"),
        (b"[" * 100_000, "-:1 is nested deeper than 16 levels"),
        (b"#" * (LARGEST + 2), f"- has {LARGEST + 1} bytes; at most {LARGEST} are read"),
    ],
)
def test_what_is_not_read_is_one_sentence(call: Call, content: bytes, message: str):
    done = call("validate", "-f", "-", stdin=content)

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"error: {message}"


def test_a_file_that_is_not_there(call: Call, tmp_path: Path):
    (tmp_path / "empty").mkdir()

    assert "cannot read nowhere.yaml" in call("validate", "-f", "nowhere.yaml").err
    assert "there is no group in empty" in call("validate", "-f", "empty").err


def test_validate_needs_a_file(call: Call):
    done = call("validate")

    assert done.code == 2
    assert "See scaling-group validate --help" in done.err


def test_render_prints_three_documents_without_aliases(configured: Call, tmp_path: Path):
    done = configured("render", "-f", write(tmp_path, "group.yaml", GROUP))

    assert [item["kind"] for item in done.documents] == ["Deployment", "Service", "HTTPRoute"]
    assert {item["metadata"]["namespace"] for item in done.documents} == {"models"}
    assert done.documents[2]["spec"]["hostnames"] == ["abc123-inference.gw.chalk.ai"]
    assert "&id" not in done.out
    assert "*id" not in done.out
    assert done.err == ""


def test_render_of_flags_and_of_the_file_are_the_same(configured: Call, tmp_path: Path):
    by_file = configured("render", "-f", write(tmp_path, "group.yaml", GROUP))

    assert configured("render", *FLAGS) == by_file


def test_render_as_json_is_one_list(configured: Call):
    done = configured("render", *FLAGS, "-o", "json")

    assert {key: value for key, value in done.data.items() if key != "items"} == {
        "apiVersion": "v1",
        "kind": "List",
    }
    assert done.data["items"] == configured("render", *FLAGS).documents


def test_render_of_many_groups(configured: Call, tmp_path: Path):
    write(tmp_path, "groups/a.yaml", f"{GROUP}---\n{GROUP.replace('inference', 'b')}")
    done = configured("render", "-f", "groups")

    assert [item["metadata"]["name"] for item in done.documents] == ["inference"] * 3 + ["b"] * 3


def test_render_keeps_every_text(configured: Call):
    texts = {"A": "1e3", "B": "a\u2028c", "C": "on", "D": "y", "E": "0x1F", "F": "ünï 🦙", "G": "\x1b"}
    done = configured("render", *FLAGS, *(f"--env={key}={text}" for key, text in texts.items()))

    assert {item["name"]: item["value"] for item in container(done)["env"]} == texts
    # Go's YAML reads these as a number and a boolean without quotes.
    assert 'value: "1e3"\n' in done.out
    assert 'value: "y"\n' in done.out


def test_render_needs_settings_and_says_which(call: Call):
    done = call("render", *FLAGS)

    assert (done.code, done.out) == (2, "")
    assert "settings are missing:" in done.err
    for key in ("environment", "gateway.name", "gateway.namespace", "gateway.domain"):
        assert f"  {key}: not set (by " in done.err
    assert "SCALING_GROUP_GATEWAY_DOMAIN" in done.err


def test_a_name_that_does_not_fit_the_environment(configured: Call):
    done = configured("render", f"--name={'n' * 60}", *FLAGS[1:])

    assert (done.code, done.out) == (2, "")
    assert "the first part of the hostname, has 4 characters over 63." in done.err


def test_a_file_and_flags_exclude_each_other(configured: Call, tmp_path: Path):
    done = configured("render", "-f", write(tmp_path, "group.yaml", GROUP), "--replicas=2")

    assert (done.code, done.out) == (2, "")
    assert "-f and the flags of a group exclude each other" in done.err


def test_a_faulty_file_renders_nothing(configured: Call, tmp_path: Path):
    done = configured("render", "-f", write(tmp_path, "g.yaml", f"{GROUP}---\n{GROUP.replace('8080', 'x')}"))

    assert (done.code, done.out) == (2, "")
    assert "g.yaml:7: port:" in done.err


def test_repeated_flags_add_up(configured: Call):
    done = configured(
        "render",
        *FLAGS,
        *("--tags=a=1,b=2", "--tags=c=2.10"),
        *("--entrypoint=sh,-c", '--entrypoint="echo a,b"', "--entrypoint=-x"),
        *("--env=A=1", "--env=B=x=y", "--env=C="),
        *("--secret-env=S=s:k", "--secret-env=T=t:k"),
        *("--env-from=secret:a", "--env-from=configmap:b"),
        *("--mount=pvc:a:/a", "--mount=empty-dir:/b"),
        *("--image-pull-secret=p", "--image-pull-secret=q"),
        *("--node-selector=n=1", "--node-selector=m="),
        *("--toleration=spot", "--toleration=a=b:NoSchedule"),
        *("--annotation=x=1", "--annotation=y=a=b"),
        *("--not-secret=A", "--not-secret=B"),
        *("--hostname=a.example.com", "--hostname=b.example.com/v1"),
        *("--peer=ONE=one:80", "--peer=TWO=two:8080"),
    )

    found = record(done)
    assert found["tags"] == {"a": "1", "b": "2", "c": "2.10"}
    assert found["entrypoint"] == ["sh", "-c", "echo a,b", "-x"]
    assert found["env"] == {"A": "1", "B": "x=y", "C": ""}
    assert found["secret_env"] == {"S": "s:k", "T": "t:k"}
    assert found["env_from"] == ["secret:a", "configmap:b"]
    assert found["mounts"] == ["pvc:a:/a", "empty-dir:/b"]
    assert found["image_pull_secrets"] == ["p", "q"]
    assert found["node_selector"] == {"n": "1", "m": ""}
    assert found["tolerations"] == ["spot", "a=b:NoSchedule"]
    assert found["annotations"] == {"x": "1", "y": "a=b"}
    assert found["not_secret"] == ["A", "B"]
    assert found["hostnames"] == ["a.example.com", "b.example.com/v1"]
    assert found["peers"] == {"ONE": "one:80", "TWO": "two:8080"}


def test_a_command_after_two_dashes_is_the_entrypoint(configured: Call):
    done = configured("render", *FLAGS, "--", "python", "-m", "server", "--tags", "a,b")
    assert container(done)["command"] == ["python", "-m", "server", "--tags", "a,b"]

    done = configured("render", *FLAGS, "--entrypoint=python", "--", "python")
    assert done.code == 2
    assert "exclude each other" in done.err


def test_every_field_has_a_flag(configured: Call):
    single = {
        "replicas": "2",
        "cpu": "1",
        "memory": "2Gi",
        "gpu": "l4",
        "shm-size": "1Gi",
        "readiness": "none",
        "liveness": "tcp",
        "startup": "grpc",
        "shutdown-delay": "5s",
        "termination-grace": "1m",
        "progress-deadline": "1h",
        "service-account": "a",
        "priority-class": "high",
        "protocol": "h2c",
        "request-timeout": "0",
        "service": "cluster-ip",
        "disruptions": "max_unavailable=1",
        "min-ready": "5s",
    }
    repeated = {
        "tags": "a=b",
        "entrypoint": "a",
        "not-secret": "A",
        "env": "A=b",
        "secret-env": "B=s:k",
        "env-from": "secret:s",
        "mount": "empty-dir:/a",
        "image-pull-secret": "p",
        "node-selector": "a=b",
        "toleration": "a",
        "annotation": "a=b",
        "hostname": "a.example.com",
        "peer": "PEER=a:80",
    }
    flags = [f"--{flag}={value}" for flag, value in (single | repeated).items()]

    spec = GroupSpec.model_validate(record(configured("render", *FLAGS, *flags)))
    fields = GroupSpec.model_fields.keys() - {"autoscale", "route"}
    assert spec.model_dump(exclude_defaults=True).keys() == fields


def test_a_private_group_has_no_hostnames(configured: Call):
    flags = ("--route=private", "--hostname=a.example.com", "--request-timeout=1m")

    assert record(configured("render", *FLAGS, "--route=private"))["route"] == "private"
    done = configured("render", *FLAGS, *flags)
    assert done.code == 2
    assert "--hostname: a private group has no hostname: no Gateway serves it." in done.err
    assert "--request-timeout: a private group has no route that could keep it." in done.err


def test_autoscaling_has_flags(configured: Call):
    flags = ["--min-replicas=2", "--max-replicas=8", "--target-cpu=70", "--target-memory=90"]
    metrics = ["--target-metric=vllm:num_requests_waiting=5", "--target-metric=queue=0.5"]

    spec = GroupSpec.model_validate(record(configured("render", *FLAGS, *flags, *metrics)))

    assert spec.model_dump(exclude_defaults=True)["autoscale"] == {
        "min": 2,
        "max": 8,
        "cpu": 70,
        "memory": 90,
        "pods": {"vllm:num_requests_waiting": "5", "queue": "500m"},
    }


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (
            ["--replicas=2", "--max-replicas=3"],
            "a group has a number of Pods (replicas is 2) or is autoscaled, not both.",
        ),
        (["--min-replicas=4", "--max-replicas=3"], "min 4 must not be more than max 3."),
    ],
)
def test_a_fault_of_autoscaling_as_a_whole_names_a_flag_that_there_is(configured: Call, flags, told):
    done = configured("render", *FLAGS, *flags)

    assert (done.code, done.err.splitlines()[-1]) == (2, f"  --max-replicas: {told}")


def test_faults_of_autoscaling_are_named_by_the_flags(configured: Call):
    done = configured("render", *FLAGS, "--min-replicas=-1", "--target-cpu=x", "--target-metric=a/b=1")

    named = [line.strip().partition(": ")[0] for line in done.err.splitlines() if line.startswith("  --")]
    assert (done.code, named) == (
        2,
        ["--min-replicas", "--max-replicas", "--target-cpu", "--target-metric.a/b"],
    )


def test_faults_of_flags_are_named_by_the_flags(configured: Call):
    done = configured(
        "render",
        *("--name=My_Group", "--image=a:v1", "--port=0", "--memory=8GB", "--gpu=l4:", "--shm-size=x"),
        *("--tags=a", "--env=A", "--env-from=x", "--mount=/a", "--toleration=:x", "--annotation=a b=c"),
        *("--image-pull-secret=A", "--node-selector=a=b c", "--termination-grace=1d", "--secret-env=A=b"),
        *("--readiness=http", "--service-account=A", "--not-secret=1"),
    )

    assert (done.code, done.out) == (2, "")
    named = [line.strip().partition(":")[0] for line in done.err.splitlines() if line.startswith("  --")]
    assert sorted(named) == sorted(
        [
            *("--name", "--port", "--memory", "--gpu", "--shm-size", "--tags", "--env", "--env-from.0"),
            *(
                "--mount.0",
                "--toleration.0",
                "--annotation.a b",
                "--image-pull-secret.0",
                "--node-selector.a",
            ),
            *("--termination-grace", "--secret-env.A", "--readiness", "--service-account", "--not-secret.0"),
        ]
    )


def test_a_key_given_twice_is_refused(configured: Call):
    done = configured("render", *FLAGS, "--env=A=1", "--env=A=2", "--tags=a=1", "--tags=a=2")

    assert "  --env: 'A' is given twice." in done.err.splitlines()
    assert "  --tags: the key 'a' is given twice ('1' and '2')." in done.err.splitlines()


def test_a_file_of_variables(configured: Call, tmp_path: Path):
    file = write(tmp_path, "a.env", "\ufeff# comment\n\nA=1\r\n  B=x \nC=\nD=a=b # c\nE=ü\u2028é\n")
    other = write(tmp_path, "b.env", "F=1\nB=later\n")
    done = configured("render", *FLAGS, f"--env-file={file}", f"--env-file={other}", "--env=A=2")

    assert record(done)["env"] == {"A": "2", "B": "later", "C": "", "D": "a=b", "E": "ü\u2028é", "F": "1"}


def test_a_file_of_variables_may_have_what_shells_and_dotenv_know(configured: Call, tmp_path: Path):
    text = "export A=1\nB='two  words # no comment'\nC=\"a\\nb\"\nD=$(B)\nE='first\nsecond'\n"
    done = configured("render", *FLAGS, "--env-file=" + write(tmp_path, "a.env", text))

    lines = {"C": "a\nb", "E": "first\nsecond"}
    assert record(done)["env"] == {"A": "1", "B": "two  words # no comment", "D": "$(B)", **lines}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"A=1\nB", "vars.env:2: 'B' is not NAME=VALUE."),
        (b"\n\n=1", "vars.env:3 is not NAME=VALUE."),
        (b"A='1", "vars.env:1 is not NAME=VALUE."),
        (b"A=1\nA=2", "vars.env:2: 'A' is given twice."),
        (b"A=\xff", "vars.env is not UTF-8: invalid start byte at byte 2."),
        (b"A=" + b"x" * LARGEST, f"vars.env has more than {LARGEST} bytes."),
    ],
)
def test_a_faulty_file_of_variables(configured: Call, tmp_path: Path, content: bytes, message: str):
    (tmp_path / "vars.env").write_bytes(content)
    done = configured("render", *FLAGS, "--env-file=vars.env", "--port=0")

    assert (done.code, done.out) == (2, "")
    assert f"  --env-file: {message}" in done.err.splitlines()
    assert "  --port: input should be greater than or equal to 1, not '0'." in done.err.splitlines()


def test_a_file_of_variables_that_is_not_there(configured: Call):
    done = configured("render", *FLAGS, "--env-file=nowhere.env")

    assert done.code == 2
    assert "cannot read nowhere.env" in done.err


@pytest.mark.parametrize("by_file", [False, True])
def test_a_credential_is_refused_with_the_way_to_a_secret(configured: Call, tmp_path: Path, by_file: bool):
    write(tmp_path, "vars.env", "API_KEY=hunter2\n")
    flag = "--env-file=vars.env" if by_file else "--env=API_KEY=hunter2"
    done = configured("render", *FLAGS, flag)

    assert (done.code, done.out) == (2, "")
    assert "  --env: API_KEY looks like a credential" in done.err
    assert "name it with secret_env (API_KEY=secret:key)" in done.err
    assert "hunter2" not in done.err

    excused = configured("render", *FLAGS, flag, "--not-secret=API_KEY")
    assert container(excused)["env"] == [{"name": "API_KEY", "value": "hunter2"}]

    by_secret = configured("render", *FLAGS, "--secret-env=API_KEY=credentials:api-key")
    assert container(by_secret)["env"] == [
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "credentials", "key": "api-key"}}}
    ]


def test_a_variable_comes_after_those_that_it_names(configured: Call):
    """The kubelet expands $(NAME) only where NAME stands before."""
    flags = ["--env=A=$(Z)/$(B)/$(S)/$(MISSING)/$$(A)", "--env=B=$(Z)", "--env=Z=1", "--secret-env=S=s:k"]
    done = configured("render", *FLAGS, *flags)

    assert [item["name"] for item in container(done)["env"]] == ["S", "Z", "B", "A"]
    assert configured("render", *FLAGS, *reversed(flags)).out == done.out


def test_variables_in_a_circle_stay_in_the_order_of_the_alphabet(configured: Call):
    done = configured("render", *FLAGS, "--env=B=$(A)", "--env=A=$(B)", "--env=C=$(C)")

    assert [item["name"] for item in container(done)["env"]] == ["A", "B", "C"]


def test_more_than_an_annotation_holds_is_refused(configured: Call, tmp_path: Path):
    values = "".join(f"V{i}={'x' * 100_000}\n" for i in range(3))
    done = configured("render", *FLAGS, "--env-file=" + write(tmp_path, "vars.env", values))

    assert (done.code, done.out) == (2, "")
    assert "  (whole): the group has 300" in done.err
    assert "bytes; at most 245760 fit into its record, an annotation." in done.err


def test_schema_prints_the_schema(call: Call):
    done = call("schema")

    assert (done.code, done.err) == (0, "")
    assert done.data == json.loads(json.dumps(group_schema()))


def test_the_group_with_every_field_renders(configured: Call):
    done = configured("render", "-f", str(EVERY_FIELD))

    assert (done.code, len(done.documents)) == (0, 4)
