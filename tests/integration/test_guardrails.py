"""Guardrails on the command line, in front of a real cluster and a real backend."""

from __future__ import annotations

import os

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

TWO = """\
name: small
image: my-registry/server:v1
port: 8080
---
name: large
image: my-registry/server:v1
port: 8080
replicas: 3
"""


def guarded(terminal: Terminal, *rules: str) -> Terminal:
    """Return a terminal whose settings have these rules besides where its groups live."""
    settings = (terminal.cluster.directory / "scaling-group.toml").read_text()
    file = terminal.folder / "guarded.toml"
    file.write_text("\n".join([settings, "[guardrails]", *rules]))
    return terminal.with_variables(SCALING_GROUP_CONFIG=str(file))


def test_what_is_refused_leaves_nothing_behind(terminal: Terminal) -> None:
    strict = guarded(terminal, 'required-tags = {tags = ["team"]}', "replica-ceiling = {most = 2}")
    done = strict.group("create", "--name=inference", "--image=my-registry/server:v1", "--port=8080")
    assert done.returncode == 2
    assert "required-tags: the tag team is missing." in done.stderr

    (terminal.folder / "two.yaml").write_text(TWO)
    done = guarded(terminal, "replica-ceiling = {most = 2}").group("apply", "-f", "two.yaml")
    assert done.returncode == 2
    assert "two.yaml:5: replica-ceiling: 3 replicas are more than the 2 that are allowed." in done.stderr

    assert terminal.names() == []
    assert not os.path.lexists(terminal.data_dir)


def test_every_change_of_a_group_is_asked(terminal: Terminal) -> None:
    terminal.create("inference", "--replicas=3")
    terminal.data("update", "inference", "--replicas=1")
    strict = guarded(terminal, "replica-ceiling = {most = 2}", "no-mutable-tag = {digests = true}")

    for arguments in (
        ("update", "inference", "--replicas=3"),
        ("update", "inference", "--replicas=3", "--dry-run"),
        ("rollback", "inference", "--to=1"),
    ):
        done = strict.group(*arguments)
        assert done.returncode == 2, done.stderr
        assert "error: the guardrails refuse inference:" in done.stderr
        assert "replica-ceiling: 3 replicas are more than the 2 that are allowed." in done.stderr
    assert terminal.data("get", "inference")["revision"] == 2

    done = strict.group("update", "inference", "--replicas=2")
    assert done.returncode == 0, done.stderr
    assert "warning: no-mutable-tag: the image my-registry/server:v1" in done.stderr
    assert terminal.data("delete", "inference")["status"] == "Deleted"
    done = strict.group("restore", "inference", "--revision=1")
    assert done.returncode == 2, done.stderr
    assert terminal.names() == []
