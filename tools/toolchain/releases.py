"""What upstream releases for a platform: addresses, archives, and where a digest comes from. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from . import pins
from .platforms import Platform

KUBERNETES_SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


@dataclass(frozen=True)
class Hosts:
    """The base addresses of the release hosts, without a slash at the end."""

    pulumi: str = "https://get.pulumi.com"
    kubernetes: str = "https://dl.k8s.io"
    github: str = "https://github.com"
    github_api: str = "https://api.github.com"
    github_files: str = "https://raw.githubusercontent.com"


class Kind(enum.Enum):
    """How a file is packed."""

    PLAIN = "plain"
    TAR = "tar.gz"
    ZIP = "zip"


@dataclass(frozen=True)
class Member:
    """A file in an archive, the program it belongs to, and where it goes below the toolchain's folder."""

    name: str
    program: str
    target: str


@dataclass(frozen=True)
class DigestSource:
    """A file with the SHA-256: sha256sum's lines, one bare digest, or GitHub's record of a release."""

    url: str
    host: str

    @property
    def is_record(self) -> bool:
        return "/releases/tags/" in self.url


@dataclass(frozen=True)
class Release:
    """One file of a release host, and what of the toolchain is in it."""

    name: str
    version: str
    url: str
    host: str
    kind: Kind
    members: tuple[Member, ...]
    digest: DigestSource

    @property
    def file(self) -> str:
        return self.url.rsplit("/", 1)[-1]

    @property
    def programs(self) -> frozenset[str]:
        return frozenset(member.program for member in self.members)


def releases_for(platform: Platform, hosts: Hosts) -> tuple[Release, ...]:
    """Return every release for a platform, the local cluster's first; none where it has none."""
    if not platform.released:
        return ()
    return (
        _etcd(platform, hosts),
        *_kubernetes(platform, hosts),
        _kwok(platform, hosts),
        _traefik(platform, hosts),
        _pulumi(platform, hosts),
        _pulumi_yaml(platform, hosts),
        _provider(platform, hosts),
    )


def _etcd(platform: Platform, hosts: Hosts) -> Release:
    base = f"{hosts.github}/etcd-io/etcd/releases/download/v{pins.ETCD}"
    stem = f"etcd-v{pins.ETCD}-{platform.system}-{platform.processor}"
    kind = Kind.ZIP if platform.system == "darwin" else Kind.TAR
    return Release(
        "etcd",
        pins.ETCD,
        f"{base}/{stem}.{kind.value}",
        hosts.github,
        kind,
        (Member(f"{stem}/etcd", "etcd", "bin/etcd"),),
        DigestSource(f"{base}/SHA256SUMS", hosts.github),
    )


def _kubernetes(platform: Platform, hosts: Hosts) -> tuple[Release, ...]:
    """The servers are released for Linux alone."""
    servers = KUBERNETES_SERVERS if platform.system == "linux" else ()
    return tuple(_kubernetes_program(name, platform, hosts) for name in (*servers, "kubectl"))


def _kubernetes_program(name: str, platform: Platform, hosts: Hosts) -> Release:
    folder = f"release/v{pins.KUBERNETES}/bin/{platform.system}/{platform.processor}"
    url = f"{hosts.kubernetes}/{folder}/{name}"
    digest = DigestSource(f"{url}.sha256", hosts.kubernetes)
    return _plain(name, pins.KUBERNETES, url, hosts.kubernetes, digest)


def _kwok(platform: Platform, hosts: Hosts) -> Release:
    file = f"kwok-{platform.system}-{platform.processor}"
    url = f"{hosts.github}/kubernetes-sigs/kwok/releases/download/v{pins.KWOK}/{file}"
    digest = _record(hosts, "kubernetes-sigs/kwok", pins.KWOK)
    return _plain("kwok", pins.KWOK, url, hosts.github, digest)


def _traefik(platform: Platform, hosts: Hosts) -> Release:
    base = f"{hosts.github}/traefik/traefik/releases/download/v{pins.TRAEFIK}"
    return Release(
        "traefik",
        pins.TRAEFIK,
        f"{base}/traefik_v{pins.TRAEFIK}_{platform.system}_{platform.processor}.tar.gz",
        hosts.github,
        Kind.TAR,
        (Member("traefik", "traefik", "bin/traefik"),),
        DigestSource(f"{base}/traefik_v{pins.TRAEFIK}_checksums.txt", hosts.github),
    )


def _pulumi(platform: Platform, hosts: Hosts) -> Release:
    """The archive of the command line has the Python language host and the script that it starts."""
    base = f"{hosts.pulumi}/releases/sdk"
    processor = "x64" if platform.processor == "amd64" else platform.processor
    python = "pulumi-language-python"
    members = (("pulumi", "pulumi"), (python, python), (f"{python}-exec", python))
    return Release(
        "pulumi",
        pins.PULUMI,
        f"{base}/pulumi-v{pins.PULUMI}-{platform.system}-{processor}.tar.gz",
        hosts.pulumi,
        Kind.TAR,
        tuple(Member(f"pulumi/{file}", program, f"bin/{file}") for file, program in members),
        DigestSource(f"{base}/pulumi-{pins.PULUMI}-checksums.txt", hosts.pulumi),
    )


def _pulumi_yaml(platform: Platform, hosts: Hosts) -> Release:
    name = "pulumi-language-yaml"
    file = f"{name}-v{pins.PULUMI_YAML}-{platform.system}-{platform.processor}.tar.gz"
    return Release(
        name,
        pins.PULUMI_YAML,
        f"{hosts.github}/pulumi/pulumi-yaml/releases/download/v{pins.PULUMI_YAML}/{file}",
        hosts.github,
        Kind.TAR,
        (Member(name, name, f"bin/{name}"),),
        _record(hosts, "pulumi/pulumi-yaml", pins.PULUMI_YAML),
    )


def _provider(platform: Platform, hosts: Hosts) -> Release:
    """From the place whose record has its digest: nothing says that get.pulumi.com has the same bytes."""
    name = "pulumi-resource-kubernetes"
    version = pins.PULUMI_KUBERNETES
    file = f"{name}-v{version}-{platform.system}-{platform.processor}.tar.gz"
    return Release(
        name,
        version,
        f"{hosts.github}/pulumi/pulumi-kubernetes/releases/download/v{version}/{file}",
        hosts.github,
        Kind.TAR,
        (Member(name, name, f"{pins.PROVIDER_FOLDER}/{name}"),),
        _record(hosts, "pulumi/pulumi-kubernetes", version),
    )


def _plain(name: str, version: str, url: str, host: str, digest: DigestSource) -> Release:
    member = Member("", name, f"bin/{name}")
    return Release(name, version, url, host, Kind.PLAIN, (member,), digest)


def _record(hosts: Hosts, repository: str, version: str) -> DigestSource:
    """GitHub keeps a digest of each asset, where upstream publishes no file of checksums."""
    return DigestSource(f"{hosts.github_api}/repos/{repository}/releases/tags/v{version}", hosts.github_api)
