"""Groups from a file for a program: all of them or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaling_group.component.files import groups_from
from scaling_group.component.inputs import InvalidArgs
from tests.unit.component.mocked import DEPLOYMENT, ENVIRONMENT, group, run

TWO = "name: a\nimage: a/b:1\nport: 80\n---\nname: b\nimage: a/b:2\nport: 81\ncpu: 2\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "groups.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(file: Path, environment: dict[str, object] = ENVIRONMENT) -> list[str]:
    with pytest.raises(InvalidArgs) as caught:
        groups_from(file, environment)
    return [f"{fault.field}: {fault.message}" for fault in caught.value.faults]


def test_each_group_has_the_arguments_that_the_file_says(tmp_path):
    assert groups_from(written(tmp_path, TWO), ENVIRONMENT) == {
        "a": {"name": "a", "image": "a/b:1", "port": 80, "environment": ENVIRONMENT},
        "b": {"name": "b", "image": "a/b:2", "port": 81, "cpu": "2", "environment": ENVIRONMENT},
    }


def test_the_component_takes_them(tmp_path):
    args = groups_from(written(tmp_path, TWO), ENVIRONMENT)["b"]

    assert run(lambda: group(**args)).inputs(DEPLOYMENT)["metadata"]["name"] == "b"


def test_every_fault_of_the_file_and_the_environment_is_listed_with_its_line(tmp_path):
    listed = faults(written(tmp_path, TWO + "---\nname: B_\nimage: a\nport: 0\n"), {"id": "X"})

    assert [line.split(": ")[0] for line in listed] == [
        "groups.yaml:10",
        "groups.yaml:12",
        "environment.id",
    ]


def test_names_that_do_not_fit_the_environment_are_all_listed(tmp_path):
    long = [letter * 60 for letter in "xy"]
    text = "---\n".join(f"name: {name}\nimage: a\nport: 1\n" for name in long)

    assert [line.split(":")[0] for line in faults(written(tmp_path, text))] == long


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_refused_because_it_would_delete_every_group(tmp_path, text):
    assert faults(written(tmp_path, text)) == ["groups.yaml: there is no group in it."]


def test_what_is_not_yaml_is_refused(tmp_path):
    assert "is not YAML" in faults(written(tmp_path, "a: [\n"))[0]


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    assert faults(tmp_path / "none.yaml")[0].endswith("none.yaml: cannot be read: No such file or directory.")
