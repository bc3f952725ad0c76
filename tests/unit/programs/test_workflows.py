"""The workflow that people copy: nothing of others' runs with credentials that nobody has looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted(ROOT.glob("programs/*/.github/workflows/*.yaml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d")


def jobs(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())["jobs"]
    return found


def test_there_are_workflows():
    assert WORKFLOWS


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.parents[2].name)
class TestAWorkflow:
    def test_a_scanner_finds_nothing(self, file):
        scanner = str(Path(sys.executable).with_name("zizmor"))
        command = [scanner, "--offline", "--no-config", "--quiet", "--format=plain", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stdout + done.stderr

    def test_every_action_is_pinned_by_commit_with_its_version_beside_it(self, file):
        used = [line for line in file.read_text().splitlines() if "uses: " in line]

        assert used
        assert all(PINNED.search(line) for line in used)

    def test_what_a_job_installs_runs_before_it_has_credentials(self, file):
        for job in jobs(file).values():
            steps = [str(step) for step in job["steps"]]
            installed = next(at for at, step in enumerate(steps) if "pulumi install" in step)
            assert not any("secrets." in step or "role-to-assume" in step for step in steps[: installed + 1])

    def test_secrets_are_those_of_an_environment(self, file):
        for job in jobs(file).values():
            assert "secrets." not in str(job) or job["environment"]

    def test_a_pull_request_of_a_fork_runs_nothing(self, file):
        for job in jobs(file).values():
            guarded = "head.repo.full_name == github.repository" in job["if"]
            assert guarded or job["if"] == "github.event_name == 'push'"


def test_the_page_says_who_looks_at_a_pull_request_first():
    text = (ROOT / "programs" / "github-actions" / "README.md").read_text()

    assert "required reviewers for `preview`" in text
