"""The Automation API over exactly one process per operation, by public classes alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pulumi import automation
from pulumi.automation import errors
from semver import VersionInfo

from scaling_group.engine.process import OnLine, Runs, run_cli


class OneProcessCommand(automation.PulumiCommand):
    """Runs the CLI in its own process group, and asks for no version: it is known."""

    def __init__(
        self, command: str, version: tuple[int, int, int], runs: Runs, report: OnLine | None = None
    ) -> None:
        self.command = command
        self.version = VersionInfo(*version)
        self._runs = runs
        self._report = report

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> automation.CommandResult:
        finished = run_cli(
            self.command,
            args,
            cwd,
            additional_env,
            on_output,
            on_error,
            runs=self._runs,
            report=self._report,
            owned=True,
        )
        result = automation.CommandResult(finished.stdout, finished.stderr, finished.code)
        if finished.code:
            raise errors.create_command_error(result)
        return result


class OneProcessStack(automation.Stack):
    """up and destroy as one process each: outputs and history are read from the state instead."""

    def __init__(self, name: str, workspace: automation.LocalWorkspace) -> None:
        # The constructor of the base class would select or create the stack.
        self.name = name
        self.workspace = workspace

    def outputs(self) -> automation.OutputMap:
        return {}

    def info(self, show_secrets: bool | None = None) -> automation.UpdateSummary:
        # A raised error is what tells of a failure; nothing else of the summary is ever read.
        return automation.UpdateSummary("update", datetime.now(UTC), "", {}, {}, "succeeded")
