"""Where upstream's releases are, for each platform, and what of the toolchain is in them."""

from __future__ import annotations

import json
import shutil

import pytest

from tools.toolchain import pins, shared
from tools.toolchain.choosing import released_programs
from tools.toolchain.digests import find_digest
from tools.toolchain.errors import Unavailable, UsageError, WrongContent
from tools.toolchain.platforms import Platform, this_platform
from tools.toolchain.releases import Hosts, Release, releases_for

PLATFORMS = [
    Platform(system, processor) for system in ("linux", "darwin") for processor in ("amd64", "arm64")
]
LINUX = PLATFORMS[0]
SERVERS = {"kube-apiserver", "kube-controller-manager", "kube-scheduler"}
HEX = "0123456789abcdef" * 4


def by_name(platform: Platform) -> dict[str, Release]:
    return {release.name: release for release in releases_for(platform, Hosts())}


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
def test_every_program_is_released_once_but_the_servers_for_macos(platform):
    found = [program for release in releases_for(platform, Hosts()) for program in release.programs]
    found += [one.program for one in shared.SHARED]

    missing = SERVERS if platform.system == "darwin" else set()
    assert sorted(found) == sorted({program.name for program in pins.PROGRAMS} - missing)
    assert released_programs(platform) == set(found)


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
def test_addresses_use_tls_and_no_version_but_the_pinned_ones(platform):
    for release in releases_for(platform, Hosts()):
        assert release.url.startswith("https://")
        assert release.digest.url.startswith("https://")
        assert release.version in release.url
        assert release.version in release.digest.url


def test_the_addresses_for_linux():
    assert {name: release.url for name, release in by_name(LINUX).items()} == {
        "etcd": f"https://github.com/etcd-io/etcd/releases/download/v{pins.ETCD}/etcd-v{pins.ETCD}-linux-amd64.tar.gz",
        **{
            name: f"https://dl.k8s.io/release/v{pins.KUBERNETES}/bin/linux/amd64/{name}"
            for name in (*SERVERS, "kubectl")
        },
        "kwok": f"https://github.com/kubernetes-sigs/kwok/releases/download/v{pins.KWOK}/kwok-linux-amd64",
        "traefik": (
            f"https://github.com/traefik/traefik/releases/download/v{pins.TRAEFIK}/"
            f"traefik_v{pins.TRAEFIK}_linux_amd64.tar.gz"
        ),
        "pulumi": f"https://get.pulumi.com/releases/sdk/pulumi-v{pins.PULUMI}-linux-x64.tar.gz",
        "pulumi-language-yaml": (
            f"https://github.com/pulumi/pulumi-yaml/releases/download/v{pins.PULUMI_YAML}/"
            f"pulumi-language-yaml-v{pins.PULUMI_YAML}-linux-amd64.tar.gz"
        ),
        "pulumi-resource-kubernetes": (
            f"https://github.com/pulumi/pulumi-kubernetes/releases/download/v{pins.PULUMI_KUBERNETES}/"
            f"pulumi-resource-kubernetes-v{pins.PULUMI_KUBERNETES}-linux-amd64.tar.gz"
        ),
    }


def test_the_sources_of_digests_for_linux():
    assert {name: release.digest.url for name, release in by_name(LINUX).items()} == {
        "etcd": f"https://github.com/etcd-io/etcd/releases/download/v{pins.ETCD}/SHA256SUMS",
        **{
            name: f"https://dl.k8s.io/release/v{pins.KUBERNETES}/bin/linux/amd64/{name}.sha256"
            for name in (*SERVERS, "kubectl")
        },
        "kwok": f"https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/v{pins.KWOK}",
        "traefik": (
            f"https://github.com/traefik/traefik/releases/download/v{pins.TRAEFIK}/"
            f"traefik_v{pins.TRAEFIK}_checksums.txt"
        ),
        "pulumi": f"https://get.pulumi.com/releases/sdk/pulumi-{pins.PULUMI}-checksums.txt",
        "pulumi-language-yaml": f"https://api.github.com/repos/pulumi/pulumi-yaml/releases/tags/v{pins.PULUMI_YAML}",
        "pulumi-resource-kubernetes": (
            f"https://api.github.com/repos/pulumi/pulumi-kubernetes/releases/tags/v{pins.PULUMI_KUBERNETES}"
        ),
    }


def test_etcd_for_macos_is_a_zip():
    release = by_name(Platform("darwin", "arm64"))["etcd"]
    assert release.file == f"etcd-v{pins.ETCD}-darwin-arm64.zip"
    assert [member.name for member in release.members] == [f"etcd-v{pins.ETCD}-darwin-arm64/etcd"]


def test_nothing_is_released_for_other_processors():
    assert releases_for(Platform("linux", "riscv64"), Hosts()) == ()


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("Linux", "x86_64", "linux/amd64"),
        ("Linux", "aarch64", "linux/arm64"),
        ("Darwin", "arm64", "darwin/arm64"),
        ("Darwin", "x86_64", "darwin/amd64"),
        ("Linux", "riscv64", "linux/riscv64"),
    ],
)
def test_platforms(system, machine, expected):
    assert str(this_platform(system, machine)) == expected


def test_windows_is_told_what_to_do():
    with pytest.raises(UsageError, match=r"no toolchain for Windows.*On Windows, work in WSL 2"):
        this_platform("Windows", "AMD64")


@pytest.mark.parametrize(
    "published",
    [
        f"{'0' * 64}  other\n{HEX}  etcd-v{pins.ETCD}-linux-amd64.tar.gz\n",
        f"{HEX} *etcd-v{pins.ETCD}-linux-amd64.tar.gz\n",
        f"{HEX}  ./etcd-v{pins.ETCD}-linux-amd64.tar.gz\n",
        f"### SHA256SUMS\n\n{HEX.upper()}  etcd-v{pins.ETCD}-linux-amd64.tar.gz",
        f"{HEX}\n",
    ],
)
def test_a_digest_is_found_among_checksums(published):
    assert find_digest(by_name(LINUX)["etcd"], published) == HEX


def test_a_digest_is_found_in_the_record_of_a_release():
    assets = [{"name": "other", "digest": None}, {"name": "kwok-linux-amd64", "digest": f"sha256:{HEX}"}]
    assert find_digest(by_name(LINUX)["kwok"], json.dumps({"assets": assets})) == HEX


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("etcd", ""),
        ("etcd", f"{HEX}  another\n"),
        ("etcd", f"{HEX[:-1]}  etcd-v{pins.ETCD}-linux-amd64.tar.gz\n"),
        ("kwok", "no JSON"),
        ("kwok", "[]"),
        ("kwok", json.dumps({"message": "API rate limit exceeded"})),
        ("kwok", json.dumps({"assets": [{"name": "kwok-linux-amd64"}]})),
        ("kwok", json.dumps({"assets": [{"name": "kwok-linux-amd64", "digest": f"sha512:{HEX}"}]})),
    ],
)
def test_a_digest_that_is_not_published_is_said_so(name, published):
    with pytest.raises(Unavailable, match="has no SHA-256 of"):
        find_digest(by_name(LINUX)[name], published)


@pytest.mark.parametrize("one", shared.SHARED, ids=lambda one: one.program)
def test_a_go_module_with_a_file_that_is_not_pinned_is_an_error(one, go, modules, tmp_path):
    """So whatever is built has just the files that are downloaded elsewhere."""
    module = tmp_path / "module"
    shutil.copytree(modules / one.module, module)
    assert shared.from_module(one, module)
    place = (module / next(iter(shared.parts(one)))).parent
    (place / "kustomization.yaml").write_text("resources: []")
    assert shared.from_module(one, module)

    (place / "new.yaml").write_text("kind: New")
    with pytest.raises(WrongContent, match=r"has .*/new\.yaml, and share\.sha256 does not pin it"):
        shared.from_module(one, module)


def test_a_shared_file_that_is_another_is_an_error():
    with pytest.raises(WrongContent, match=r"crd\.yaml has the SHA-256 .*, and share\.sha256 pins"):
        shared.checked(b"other", "crd.yaml", HEX)


def test_texts_are_joined_as_documents():
    assert shared.join(["\nname: a\n\n", "name: b"]) == "name: a\n---\nname: b\n"
