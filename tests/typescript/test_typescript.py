"""programs/typescript: the SDK that is written from the schema, the compiler, and the engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.package import installable
from tests.integration.project import Project
from tests.integration.terminal import ROOT, Terminal
from tests.integration.test_package import SCHEMA
from tests.integration.test_programs import environment, is_the_full_example

pytestmark = [pytest.mark.integration, pytest.mark.long]

PROGRAM = ROOT / "programs" / "typescript"
MADE = ROOT / ".typescript"
TSC = f"{MADE}/node_modules/.bin/tsc"
MAPPING = 'gpu: { type: "nvidia-l4", count: 1 }'


@pytest.fixture
def project(terminal: Terminal) -> Project:
    """A copy of the program with its packages and its SDK, as `pulumi install` leaves it."""
    if not MADE.exists():
        pytest.fail(f"{MADE} is not there; run `make typescript` first", pytrace=False)
    installable(terminal.folder)
    made = Project.copy_of(PROGRAM, terminal)
    sdk = made.folder / "sdks" / "scaling-group"
    succeeded(made, f"{MADE}/write-sdk {SCHEMA} {sdk}")
    installed(made, "@pulumi/scaling-group", sdk)
    for name in ("@pulumi/pulumi", "@types/node"):
        installed(made, name, MADE / "node_modules" / name)
    shutil.copy(Path(__file__).parent / "run.js", made.folder)
    compiled(made, sdk)
    # Its own script does both where npm installs it.
    shutil.copy(sdk / "package.json", sdk / "bin")
    return made


def test_a_compiled_program_makes_the_same_objects_with_a_mapping_and_with_a_text(
    project: Project, terminal: Terminal
) -> None:
    project.configure({"environment": environment(terminal)})
    compiled(project, project.folder)
    up(project)
    assert is_the_full_example(terminal)
    assert project.outputs() == {
        "url": f"https://{terminal.environment}-llm-inference.gw.localhost",
        "address": f"llm-inference.{terminal.namespace}.svc:8080",
    }

    changed(project, MAPPING, 'gpu: "nvidia-l4:1"')
    compiled(project, project.folder)
    assert "5 unchanged" in up(project)
    project.destroy()
    assert terminal.objects("llm-inference") == {}


def test_the_compiler_names_what_is_no_gpu(project: Project) -> None:
    changed(project, MAPPING, 'gpu: { kind: "nvidia-l4" }')
    said = project.terminal.shell(TSC, project.folder)
    assert said.returncode == 2
    assert "'kind' does not exist in type" in said.stdout


def installed(project: Project, name: str, folder: Path) -> None:
    place = project.folder / "node_modules" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(folder)


def changed(project: Project, old: str, new: str) -> None:
    file = project.folder / "index.ts"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def compiled(project: Project, folder: Path) -> None:
    succeeded(project, f"cd {folder} && {TSC}")


def up(project: Project) -> str:
    return succeeded(project, f"node run.js up {project.stack}")


def succeeded(project: Project, line: str) -> str:
    done = project.terminal.shell(line, project.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
