"""The README's examples, run: each command prints what the README shows."""

from __future__ import annotations

import re

import pytest

from tests.integration.terminal import ROOT, TIME, UUID, Terminal

pytestmark = pytest.mark.integration

BLOCKS = re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)


def steps(block: str) -> list[tuple[str, str]]:
    """Return (command, output) of a block; a command starts with `$ `."""
    return [(command, output) for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)]


def normal(text: str, terminal: Terminal) -> list[list[str]]:
    """Return the words of each line, with what differs from run to run made equal."""
    text = text.replace(terminal.environment, "abc123").replace(terminal.namespace, "default")
    return [line.split() for line in TIME.sub("TIME", UUID.sub("ID", text)).splitlines()]


def test_the_readme_has_examples() -> None:
    assert sum(len(steps(block)) for block in BLOCKS) >= 5


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0][2:40])
def test_commands_print_what_the_readme_shows(block: str, terminal: Terminal) -> None:
    for command, output in steps(block):
        done = terminal.shell(command)
        assert normal(done.stdout, terminal) == normal(output, terminal), done.stderr
