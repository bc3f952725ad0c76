"""One group that uses every field, and the objects that it becomes.

pytest tests/unit/spec/test_every_field.py --update-goldens    rewrites the objects; read the diff
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scaling_group.operations.render import render
from scaling_group.records import Record
from scaling_group.spec.autoscale import Autoscale
from scaling_group.spec.documents import parse_documents, specs_of
from scaling_group.spec.group import GroupSpec, environment_spec
from scaling_group.spec.written import short
from scaling_group.yaml_text import yaml_text

GOLDEN = Path(__file__).parents[2] / "golden" / "spec"
GROUP = GOLDEN / "every-field.yaml"
OBJECTS = GOLDEN / "every-field.objects.yaml"
ENVIRONMENT = environment_spec(
    {
        "id": "abc123",
        "namespace": "models",
        "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.chalk.ai"},
    }
)


@pytest.fixture(scope="module")
def spec() -> GroupSpec:
    [found] = specs_of(parse_documents(GROUP.read_bytes(), GROUP.name))
    return found


def test_the_file_sets_every_field_away_from_its_default(spec: GroupSpec):
    written = yaml.safe_load(GROUP.read_text(encoding="utf-8"))

    # A group that is autoscaled has no number of replicas, and one without a route no hostnames.
    every = GroupSpec.model_fields.keys() - {"autoscale", "route"}
    assert written.keys() == every
    assert spec.model_dump(exclude_defaults=True).keys() == every


def test_the_other_file_sets_every_part_of_autoscale():
    written = [
        each["autoscale"] for each in yaml.safe_load_all((GOLDEN / "autoscaled.yaml").read_text("utf-8"))
    ]

    assert {key for each in written for key in each} == Autoscale.model_fields.keys()


@pytest.mark.parametrize("file", [GROUP, GOLDEN / "autoscaled.yaml"], ids=lambda path: path.stem)
def test_the_groups_become_their_golden_objects(file: Path, request: pytest.FixtureRequest):
    objects = file.with_suffix(".objects.yaml")
    specs = specs_of(parse_documents(file.read_bytes(), file.name))
    text = yaml_text([each for spec in specs for each in render(spec, ENVIRONMENT)])
    if request.config.getoption("--update-goldens"):
        objects.write_text(text, encoding="utf-8")

    assert text == objects.read_text(encoding="utf-8")


def test_the_golden_objects_carry_the_group(spec: GroupSpec):
    [deployment, *_] = yaml.safe_load_all(OBJECTS.read_text(encoding="utf-8"))
    record = Record.model_validate_json(deployment["metadata"]["annotations"]["chalk.ai/record"])

    assert record.spec == spec
    assert record.environment == ENVIRONMENT


@pytest.mark.parametrize(
    ("field", "canonical"),
    [
        ("cpu", "2500m"),
        ("memory", "32Gi"),
        ("gpu", "nvidia-l4:1"),
        ("shm_size", "2Gi"),
        ("shutdown_delay", 15),
        ("termination_grace", 120),
        ("progress_deadline", 1800),
        ("tags", {"team": "ML-platform", "version": "2.10", "experimental": ""}),
    ],
)
def test_the_canonical_forms(spec: GroupSpec, field: str, canonical: object):
    assert short(getattr(spec, field)) == canonical
