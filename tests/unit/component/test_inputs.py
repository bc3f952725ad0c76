"""Arguments: plain ones are checked at once and together, Outputs in their own leaf."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from scaling_group.component.inputs import InvalidArgs
from tests.unit.component.mocked import COMPONENT, DEPLOYMENT, ENVIRONMENT, GATEWAY, SERVICE, group, run

PLAIN_NEEDED = "must be a plain value: names, ports and selectors must be known in a preview."


def refusal(**fields: Any) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        run(lambda: group(**{key: make() if callable(make) else make for key, make in fields.items()}))
    return str(caught.value)


def later(value: Any):
    """Return what makes an Output of a value; Outputs need the event loop of the run."""
    return lambda: pulumi.Output.from_input(value)


def made(**fields: Any) -> dict[str, Any]:
    found = run(lambda: group(**{key: make() if callable(make) else make for key, make in fields.items()}))
    return found.inputs(DEPLOYMENT)


def container(**fields: Any) -> dict[str, Any]:
    return made(**fields)["spec"]["template"]["spec"]["containers"][0]


def test_every_plain_fault_is_named_in_one_error():
    message = refusal(
        image="A B",
        name="X_",
        port=0,
        gpu="l4:0",
        environment={"id": "Abc", "gateway": {**GATEWAY, "name": ""}},
    )

    assert message.splitlines()[0] == "ScalingGroup 'inference' is not valid:"
    fields = [line.split(":")[0].strip() for line in message.splitlines()[1:]]
    assert fields == ["image", "name", "port", "gpu", "environment.id", "environment.gateway.name"]


def test_invalid_arguments_are_a_run_error_which_the_engine_prints_without_a_traceback():
    assert issubclass(InvalidArgs, pulumi.RunError)


def test_an_unknown_field_is_refused_with_the_nearest():
    assert "replcas: no such field. Did you mean 'replicas'?" in refusal(replcas=2)


def test_an_unknown_field_is_refused_although_it_holds_an_output():
    assert "replcas: no such field. Did you mean 'replicas'?" in refusal(replcas=later(2))


def test_a_name_that_does_not_fit_the_environment_is_refused():
    assert "the first part of the hostname" in refusal(name="n" * 63)


def test_a_missing_environment_is_refused():
    message = refusal(environment=None)

    assert "environment.id: is required." in message


def test_a_public_group_without_a_gateway_is_refused():
    message = refusal(environment={"id": "abc123"})

    assert "gateway.domain: not set, and a public group needs it" in message


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": later("inference")}, "name"),
        ({"port": later(8080)}, "port"),
        ({"id": later("x")}, "id"),
        ({"environment": later(ENVIRONMENT)}, "environment"),
        (
            {"environment": lambda: {**ENVIRONMENT, "id": pulumi.Output.from_input("abc123")}},
            "environment.id",
        ),
        (
            {
                "environment": lambda: {
                    "id": "a",
                    "gateway": {**GATEWAY, "name": pulumi.Output.from_input("g")},
                }
            },
            "environment.gateway.name",
        ),
    ],
)
def test_what_shapes_names_and_selectors_cannot_be_an_output(fields, field):
    assert f"  {field}: {PLAIN_NEEDED}" in refusal(**fields).splitlines()


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("image", "a/b@sha256:" + "0" * 64, lambda c: c["image"]),
        ("cpu", "500m", lambda c: c["resources"]["requests"]["cpu"]),
        ("memory", "1Gi", lambda c: c["resources"]["limits"]["memory"]),
        ("entrypoint", ["python", "-m", "server"], lambda c: c["command"]),
    ],
)
def test_an_output_arrives_in_its_leaf(field, value, found):
    assert found(container(**{field: later(value)})) == value


@pytest.mark.parametrize(
    ("field", "given", "canonical"),
    [("cpu", "0.5", "500m"), ("memory", "1024Mi", "1Gi"), ("cpu", "1000m", "1")],
)
def test_an_output_is_normalised_like_a_plain_value(field, given, canonical):
    assert container(**{field: later(given)})["resources"]["requests"][field] == canonical


def test_replicas_can_be_an_output():
    assert made(replicas=later(3))["spec"]["replicas"] == 3


def test_no_pause_before_a_stop_can_be_an_output():
    assert "lifecycle" not in container(shutdown_delay=later(0))
    assert container(shutdown_delay=later(5))["lifecycle"] == {"preStop": {"sleep": {"seconds": 5}}}


def test_a_program_states_how_its_nodes_name_gpus():
    nodes = {**ENVIRONMENT, "gpu_profile": "karpenter"}
    found = made(gpu=later("a100-80gb:2"), environment=nodes)["spec"]["template"]["spec"]

    assert found["nodeSelector"] == {
        "karpenter.k8s.aws/instance-gpu-name": "a100",
        "karpenter.k8s.aws/instance-gpu-memory": "81920",
    }
    assert "gpu: rtx:1: the type 'rtx' has no name" in refusal(gpu="rtx", environment=nodes)
    for wrong, said in (
        ("auto", "auto looks at the nodes"),
        ("x", "is not one of"),
    ):
        assert said in refusal(environment={**nodes, "gpu_profile": wrong})
    named = {**nodes, "gpu_names": {"rtx": ["of-our-own"]}}
    chosen = made(gpu="rtx", environment=named)["spec"]["template"]["spec"]["nodeSelector"]
    assert chosen == {"karpenter.k8s.aws/instance-gpu-name": "of-our-own"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"gpu": "rtx"}, "gpu: rtx:1: the type 'rtx' has no name in the profile karpenter"),
        ({"spot": True, "node_selector": {"karpenter.sh/capacity-type": "x"}}, "is already set by spot"),
    ],
)
def test_what_does_not_fit_the_profile_is_refused_when_it_is_known(fields: Any, said: str):
    nodes = {**ENVIRONMENT, "gpu_profile": "karpenter"}

    assert said in refusal(environment=nodes, **{key: later(value) for key, value in fields.items()})


def test_an_output_may_name_any_resource():
    found = made(gpu=later("amd.com/gpu:2"), cpu=later("4"))["spec"]["template"]["spec"]

    limits = found["containers"][0]["resources"]["limits"]
    assert (limits["amd.com/gpu"], limits["cpu"], "nvidia.com/gpu" in limits) == ("2", "4", False)
    assert found["tolerations"] == [{"key": "amd.com/gpu", "operator": "Exists"}]


def test_every_value_of_autoscale_can_be_an_output():
    def autoscale() -> dict[str, Any]:
        later = pulumi.Output.from_input
        window = {"window": later("1m")}
        return {"min": 2, "max": later(8), "pods": later({"waiting": 5}), "scale_down": window}

    found = run(lambda: group(autoscale=autoscale()))

    scaler = found.inputs("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 8)
    target = {"type": "AverageValue", "averageValue": "5"}
    assert scaler["metrics"] == [{"type": "Pods", "pods": {"metric": {"name": "waiting"}, "target": target}}]
    assert scaler["behavior"] == {"scaleDown": {"stabilizationWindowSeconds": 60}}
    recorded = found.inputs(COMPONENT)["record"]["spec"]["autoscale"]
    assert recorded == {
        "min": 2,
        "max": 8,
        "pods": {"waiting": "5"},
        "scale_down": {"window": 60, "period": 60},
    }


def test_what_scales_a_group_must_be_known():
    assert "autoscale: must be a mapping, whose values can be Outputs" in refusal(autoscale=later({"max": 2}))


def test_a_gpu_that_is_an_output_sets_count_and_node_selector():
    found = made(gpu=later("nvidia-l4:2"))["spec"]["template"]["spec"]

    assert found["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "2"
    assert found["nodeSelector"] == {"cloud.google.com/gke-accelerator": "nvidia-l4"}


def test_a_tag_value_can_be_an_output_and_the_selector_stays_plain():
    found = run(lambda: group(tags={"team": pulumi.Output.from_input("ml"), "fixed": "x"}))

    for labels in (
        found.inputs(DEPLOYMENT)["metadata"]["labels"],
        found.inputs(DEPLOYMENT)["spec"]["template"]["metadata"]["labels"],
        found.inputs(SERVICE)["metadata"]["labels"],
    ):
        assert labels["chalk.ai/tag-team"] == "ml"
        assert labels["chalk.ai/tag-fixed"] == "x"
    assert set(found.inputs(SERVICE)["spec"]["selector"]) == {
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
    }


def test_tags_as_a_whole_can_be_an_output():
    assert made(tags=later({"team": "ml"}))["metadata"]["labels"]["chalk.ai/tag-team"] == "ml"


def test_an_element_of_the_entrypoint_can_be_an_output():
    found = run(lambda: group(entrypoint=["serve", pulumi.Output.from_input("--fast"), "x"]))

    command = found.inputs(DEPLOYMENT)["spec"]["template"]["spec"]["containers"][0]["command"]
    assert command == ["serve", "--fast", "x"]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"image": later("A B")}, "  image: 'A B' is not an image reference. It holds blanks."),
        ({"cpu": later("0.0001")}, "  cpu: '0.0001' is finer than 1m"),
        ({"gpu": later("l4:0")}, "  gpu: 'l4:0': the count must be a whole number from 1 to 1024."),
        ({"replicas": later(-1)}, "  replicas: input should be greater than or equal to 0, not -1."),
        ({"tags": lambda: {"a": pulumi.Output.from_input("not legal")}}, "  tags.a: 'not legal' holds ' '"),
        (
            {"autoscale": lambda: {"min": 3, "max": pulumi.Output.from_input(2)}},
            "  autoscale: min 3 must not be more than max 2.",
        ),
        (
            {"replicas": later(3), "autoscale": lambda: {"max": pulumi.Output.from_input(4)}},
            "  autoscale: a group has a number of Pods (replicas is 3) or is autoscaled, not both.",
        ),
    ],
)
def test_an_output_is_checked_by_the_same_rule_when_it_resolves(fields, line):
    message = refusal(**fields)

    assert "ScalingGroup 'inference' is not valid:" in message
    assert line in message


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tags": lambda: {"key": pulumi.Output.secret("hush")}}, "tags.key"),
        ({"entrypoint": lambda: ["serve", pulumi.Output.secret("--key=hush")]}, "entrypoint.1"),
    ],
)
def test_a_secret_is_refused_and_not_printed(fields, field):
    message = refusal(**fields)

    assert f"  {field}: is a secret, but a Deployment is plain text in the cluster." in message
    assert "hush" not in message


def test_an_image_that_a_password_has_made_secret_is_told_how_to_become_plain():
    message = refusal(image=lambda: pulumi.Output.secret("hush/b:1"))

    assert "  image: is marked as a secret, because it was made from one" in message
    assert "pulumi.Output.unsecret(image)" in message
    assert "image_pull_secrets" in message
    assert "hush" not in message


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"gpu": lambda: {"type": later("nvidia-l4")(), "count": 2}}, {"nvidia.com/gpu": "2"}),
        ({"gpu": lambda: {"type": "nvidia-l4", "count": later(2)()}}, {"nvidia.com/gpu": "2"}),
        ({"gpu": later({"count": 2})}, {"nvidia.com/gpu": "2"}),
    ],
)
def test_an_output_may_be_any_part_of_a_mapping(fields, found):
    assert found.items() <= container(**fields)["resources"]["limits"].items()


def test_the_items_of_lists_and_mappings_may_be_mappings_with_outputs():
    made = container(
        mounts=lambda: [{"pvc": later("models")(), "path": "/models"}],
        secret_env=lambda: {"TOKEN": {"secret": later("hf")(), "key": "token"}, "OTHER": "a:b"},
    )

    assert made["volumeMounts"] == [{"name": "pvc-0", "mountPath": "/models"}]
    assert [(each["name"], each["valueFrom"]["secretKeyRef"]) for each in made["env"]] == [
        ("OTHER", {"name": "a", "key": "b"}),
        ("TOKEN", {"name": "hf", "key": "token"}),
    ]


def test_what_is_recorded_of_outputs_is_their_text():
    found = run(lambda: group(gpu={"type": pulumi.Output.from_input("nvidia-l4")}, mounts=["pvc:a:/a"]))

    assert (
        found.inputs(COMPONENT)["record"]["spec"].items()
        >= {"gpu": "nvidia-l4:1", "mounts": ["pvc:a:/a"]}.items()
    )


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"termination_grace": 30, "shutdown_delay": 60}, "termination_grace: 30 s must be more than"),
        ({"mounts": ["empty-dir:/dev/shm"], "shm_size": "1Gi"}, "shm_size: /dev/shm is already mounted"),
        (
            {"gpu": "nvidia-l4:1", "node_selector": {"cloud.google.com/gke-accelerator": "a"}},
            "node_selector: cloud.google.com/gke-accelerator is already set by the GPU type",
        ),
        ({"env": {"A": "1"}, "secret_env": {"A": "a:b"}}, "secret_env: A is also set in env"),
        ({"env": {"API_KEY": "x"}, "not_secret": ["OTHER"]}, "env: API_KEY looks like a credential"),
    ],
)
def test_a_rule_between_two_outputs_holds_too(fields, fault):
    message = refusal(**{key: later(value) for key, value in fields.items()})

    assert fault in message


def test_two_outputs_that_fit_each_other_are_taken():
    made_of = made(
        termination_grace=later(5),
        shutdown_delay=later(2),
        env=later({"API_KEY": "x"}),
        not_secret=later(["API_KEY"]),
    )

    assert made_of["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 5
