"""Node labels, tolerations, annotations, service account and pull secrets."""

from __future__ import annotations

import pytest

from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.scheduling import ANNOTATIONS_LENGTH, Toleration
from tests.unit.spec.fields import faults, spec_with

KEY_FORM = "must be name or domain/name, as for a label."
EFFECTS = "NoSchedule, PreferNoSchedule, NoExecute"


@pytest.mark.parametrize("field", ["node_selector", "annotations"])
@pytest.mark.parametrize(
    "key", ["a", "A_b.c-1", "topology.kubernetes.io/zone", "k" * 63, "d" * 253 + "/k", "1/2"]
)
def test_legal_keys(field, key):
    assert getattr(spec_with(**{field: {key: "x"}}), field) == {key: "x"}


@pytest.mark.parametrize("field", ["node_selector", "annotations"])
@pytest.mark.parametrize(
    "key",
    [
        "",
        "a b",
        "-a",
        "a-",
        "k" * 64,
        "/a",
        "a/",
        "a/b/c",
        "A.io/b",
        "a_b/c",
        "a..b/c",
        "d" * 254 + "/k",
        "ä",
    ],
)
def test_illegal_keys_are_refused(field, key):
    found = faults(**{field: {key: "x"}})

    assert found.keys() == {f"{field}.{key}"}
    assert found[f"{field}.{key}"].startswith("the key '")
    assert found[f"{field}.{key}"].endswith(KEY_FORM)


@pytest.mark.parametrize("value", ["", "a", "A_b.c-1", "v" * 63, "2.10"])
def test_legal_node_labels(value):
    assert spec_with(node_selector={"a": value}).node_selector == {"a": value}


@pytest.mark.parametrize("value", ["a b", "-a", "a/b", "v" * 64, "ä", "a\n"])
def test_illegal_node_labels_are_refused(value):
    assert faults(node_selector={"a": value}) == {
        "node_selector.a": f"{value!r} cannot be the value of a label."
    }


@pytest.mark.parametrize("field", ["node_selector", "annotations"])
@pytest.mark.parametrize("value", [1, True, 2.1, None])
def test_values_that_are_not_text_are_refused(field, value):
    assert faults(**{field: {"a": value}}) == {
        f"{field}.a": f"must be text, not {value!r}; put quotes around it."
    }


@pytest.mark.parametrize("gpu", [None, 1, "4"])
def test_the_label_of_the_gpu_type_is_free_without_a_type(gpu):
    labels = {GPU_TYPE_LABEL: "nvidia-l4"}

    assert spec_with(gpu=gpu, node_selector=labels).node_selector == labels


def test_the_label_of_the_gpu_type_is_taken_by_the_type():
    found = faults(gpu="nvidia-l4", node_selector={GPU_TYPE_LABEL: "nvidia-l4"})

    assert found == {"node_selector": f"{GPU_TYPE_LABEL} is already set by the GPU type (nvidia-l4:1)."}


@pytest.mark.parametrize(
    ("text", "toleration"),
    [
        ("spot", Toleration("spot", None, None)),
        ("spot:NoSchedule", Toleration("spot", None, "NoSchedule")),
        ("spot=true", Toleration("spot", "true", None)),
        ("spot=", Toleration("spot", "", None)),
        ("a.io/b=c:NoExecute", Toleration("a.io/b", "c", "NoExecute")),
        ("a=b:PreferNoSchedule", Toleration("a", "b", "PreferNoSchedule")),
    ],
)
def test_legal_tolerations(text, toleration):
    assert Toleration.parse(text) == toleration
    assert str(toleration) == text
    assert spec_with(tolerations=[text]).tolerations == (toleration,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"the key '' {KEY_FORM}"),
        ("=a", f"the key '' {KEY_FORM}"),
        (":NoSchedule", f"the key '' {KEY_FORM}"),
        ("a b", f"the key 'a b' {KEY_FORM}"),
        ("a=b c", "'b c' cannot be the value of a label."),
        ("a=b=c", "'b=c' cannot be the value of a label."),
        ("a:", f"'a:': '' is not one of {EFFECTS}."),
        ("a:Never", f"'a:Never': 'Never' is not one of {EFFECTS}."),
        ("a:noSchedule", f"'a:noSchedule': 'noSchedule' is not one of {EFFECTS}. Did you mean 'NoSchedule'?"),
        (1, "must be text, not 1; put quotes around it."),
    ],
)
def test_illegal_tolerations_are_refused(text, message):
    assert faults(tolerations=["fine", text]) == {"tolerations.1": message}


def test_annotations_may_hold_any_text():
    annotations = {"a": "", "b.io/c": "ünï\n🦙", "d": "x" * 1000}

    assert spec_with(annotations=annotations).annotations == annotations


@pytest.mark.parametrize("text", ["\x7f", "a\x85", "\x9f", "\ufffe"])
def test_an_annotation_that_cannot_be_sent_is_refused(text):
    message = f"{text!r} holds U+{ord(text[-1]):04X}, which cannot be sent to the API server."

    assert faults(annotations={"a": text}) == {"annotations.a": message}
    assert faults(entrypoint=["sh", text]) == {"entrypoint": message}


def test_the_bound_of_annotations_counts_bytes_of_keys_and_values():
    size = ANNOTATIONS_LENGTH + 1
    message = f"have {size} bytes in total; at most {ANNOTATIONS_LENGTH}."

    assert faults(annotations={"a": "x" * (size - 3), "b": "x"}) == {"annotations": message}


@pytest.mark.parametrize("name", ["a", "default", "a.b-c", "1"])
def test_legal_names_of_service_accounts_and_pull_secrets(name):
    spec = spec_with(service_account=name, image_pull_secrets=[name, "other"])

    assert (spec.service_account, spec.image_pull_secrets) == (name, (name, "other"))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("", "'' is not a domain of lower-case letters"),
        ("My_Account", "For example: my-account"),
        ("a" * 254, "has 254 characters; at most 253."),
        (3, "must be text, not 3"),
    ],
)
def test_illegal_names_of_service_accounts_and_pull_secrets_are_refused(name, part):
    found = faults(service_account=name, image_pull_secrets=[name])

    assert found.keys() == {"service_account", "image_pull_secrets.0"}
    assert all(part in message for message in found.values())


def test_a_pull_secret_is_named_once():
    found = faults(image_pull_secrets=["a", "b", "a"])

    assert found == {"image_pull_secrets": "a is given twice."}
