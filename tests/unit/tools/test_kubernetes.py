"""Other versions of Kubernetes: which there are, and what a folder of one has."""

from __future__ import annotations

import re

import pytest

from scaling_group.manifests.deployment import OLDEST_KUBERNETES
from tests.integration.conftest import FIRST
from tests.integration.terminal import ROOT
from tests.unit.tools.made import make
from tools.kubernetes.building import ensure_kubernetes
from tools.kubernetes.releases import KUBE, releases
from tools.toolchain import pins
from tools.toolchain.choosing import Mode
from tools.toolchain.errors import ToolchainError
from tools.toolchain.folder import COMPLETE
from tools.toolchain.manifest import read_manifest
from tools.toolchain.releases import Hosts

KINDS = "kind: CustomResourceDefinition\nmetadata:\n  name: {}.gateway.networking.k8s.io\nspec: {{}}"


def test_they_are_the_oldest_that_is_supported_and_one_newer_than_the_toolchain_has():
    oldest, newest = releases()

    assert oldest == ".".join(map(str, OLDEST_KUBERNETES))
    assert [int(part) for part in newest.split(".")] > [int(part) for part in pins.KUBERNETES.split(".")[:2]]


def test_the_tests_that_make_and_pytest_name_are_there():
    here = {file.stem for file in (ROOT / "tests" / "integration").glob("test_*.py")}
    [listed] = re.findall(r"AGAINST_API := .*?%\.py,([^)]*)\)", (ROOT / "Makefile").read_text(), re.DOTALL)
    named = {f"test_{name}" for name in listed.replace("\\", "").split()}

    assert len(named) > 10
    assert named | set(FIRST) <= here


@pytest.mark.parametrize("minor", releases())
def test_all_modules_of_kubernetes_are_of_its_version(minor):
    text = (releases()[minor].module / "go.mod").read_text()
    replaced = set(re.findall(r"^\s+k8s\.io/\S+ => k8s\.io/\S+ v0\.(\S+)$", text, re.MULTILINE))

    assert {f"1.{version}" for version in replaced} == {releases()[minor].version}


def test_a_version_has_a_control_plane_of_its_own_and_all_else_of_the_toolchain(settings, display, go, asked):
    command = go()
    toolchain = make(settings(Mode.BUILD, Hosts()), display)
    release = releases()["1.30"]

    folder = ensure_kubernetes(release, toolchain.parent, display)

    entries = read_manifest(folder)
    assert (folder / COMPLETE).exists()
    assert {name for name, entry in entries.items() if entry.version == release.version} == set(KUBE.programs)
    assert (folder / "bin" / "etcd").samefile(toolchain / "bin" / "etcd")
    assert not (folder / "bin" / "kubectl").samefile(toolchain / "bin" / "kubectl")
    before = asked(command)
    assert f"gitVersion=v{release.version}" in before[-1]
    assert ensure_kubernetes(release, toolchain.parent, display) == folder
    assert asked(command) == before, "it is built once"


def test_what_a_version_refuses_of_the_gateway_api_is_left_out_for_it_alone(settings, display, go):
    go()
    toolchain = make(settings(Mode.BUILD, Hosts()), display)
    routes = [KINDS.format(name) for name in ("httproutes", "tlsroutes", "grpcroutes")]
    (toolchain / "share" / "gateway-api.yaml").write_text("\n---\n".join(routes))

    folders = [ensure_kubernetes(releases()[minor], toolchain.parent, display) for minor in ("1.30", "1.37")]

    texts = [(folder / "share" / "gateway-api.yaml").read_text() for folder in folders]
    assert texts == ["\n---\n".join([routes[0], routes[2]]), "\n---\n".join(routes)]


def test_it_needs_the_toolchain(tmp_path, display):
    with pytest.raises(ToolchainError, match="run `make toolchain` first"):
        ensure_kubernetes(releases()["1.30"], tmp_path, display)


def test_a_build_that_fails_says_how_to_repeat_it(settings, display, go):
    go()
    toolchain = make(settings(Mode.BUILD, Hosts()), display)
    go(before="echo cannot compile; exit 1")

    with pytest.raises(ToolchainError, match=r"cannot compile\nTo repeat: make test-kubernetes"):
        ensure_kubernetes(releases()["1.37"], toolchain.parent, display)
    assert not list(toolchain.parent.glob("*kubernetes-*"))
