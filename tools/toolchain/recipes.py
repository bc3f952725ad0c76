"""What is built from Go modules, and how. Data only; building.py does it."""

from __future__ import annotations

from dataclasses import dataclass

from . import pins
from .pins import Part

#: The folder with the files that take the place of a dependency's, one folder for each Trim.
REPLACEMENTS = "replacements"
#: For every build.
FLAGS = ("-trimpath",)
STRIP = ("-s", "-w")


@dataclass(frozen=True)
class Main:
    """One main package.

    Attributes:
        package: as `go build` is given it.
        made: the name that `go build` gives its program: the last element of the path.
        target: where it belongs, below the toolchain's folder.
        programs: which of pins.PROGRAMS it is; one that is not the target's name is a link to it.
    """

    package: str
    made: str
    target: str
    programs: tuple[str, ...]


@dataclass(frozen=True)
class Trim:
    """A dependency of which a changed copy is compiled.

    Attributes:
        module: its Go module path.
        replacement: the folder below REPLACEMENTS whose files overwrite those of the copy.
        removed: files and folders that the copy does without.
    """

    module: str
    replacement: str
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Build:
    """One run of `go build`.

    Attributes:
        name: as people are told.
        part: what its programs are for.
        module: the folder with its go.mod, below this one.
        settings: for the linker's -X.
        seconds: how long it takes on 2 idle cores with empty caches, measured.
        packages: how many it compiles.
        nice: how far it stands back where processors are busy.
    """

    name: str
    part: Part
    module: str
    mains: tuple[Main, ...]
    settings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    trims: tuple[Trim, ...] = ()
    seconds: float = 60.0
    packages: int = 1000
    nice: int = 0


@dataclass(frozen=True)
class Copy:
    """A file that a program needs and that its Go module has."""

    program: str
    go_mod: str
    module: str
    source: str
    target: str


_KUBERNETES_VERSION = "k8s.io/component-base/version"
_KUBERNETES_MINOR = pins.KUBERNETES.split(".")[1]

#: Whether the engine is built beside the programs of the cluster, at its lower priority, or after them.
ENGINE_BESIDE = False

BUILDS = (
    Build(
        "etcd",
        Part.CLUSTER,
        "etcd",
        (Main("go.etcd.io/etcd/server/v3", "server", "bin/etcd", ("etcd",)),),
        seconds=60,
        packages=367,
    ),
    Build(
        "Kubernetes",
        Part.CLUSTER,
        "kubernetes",
        (
            Main(
                ".",
                "kubernetes",
                "bin/kube",
                ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
            ),
        ),
        settings=(
            f"{_KUBERNETES_VERSION}.gitVersion=v{pins.KUBERNETES}",
            f"{_KUBERNETES_VERSION}.gitMajor=1",
            f"{_KUBERNETES_VERSION}.gitMinor={_KUBERNETES_MINOR}",
            f"{_KUBERNETES_VERSION}.gitTreeState=clean",
        ),
        seconds=422,
        packages=2373,
    ),
    Build(
        "kwok",
        Part.CLUSTER,
        "kwok",
        (Main("sigs.k8s.io/kwok/cmd/kwok", "kwok", "bin/kwok", ("kwok",)),),
        seconds=88,
        packages=741,
    ),
    Build(
        "Traefik",
        Part.CLUSTER,
        "traefik",
        (Main("github.com/traefik/traefik/v3/cmd/traefik", "traefik", "bin/traefik", ("traefik",)),),
        seconds=474,
        packages=2201,
    ),
    Build(
        "Pulumi",
        Part.ENGINE,
        "pulumi",
        (Main("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "pulumi", "bin/pulumi", ("pulumi",)),),
        settings=(f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{pins.PULUMI}",),
        tags=("osusergo", "grpcnotrace"),
        seconds=224,
        packages=1453,
    ),
    Build(
        "Pulumi's Python host",
        Part.ENGINE,
        "pulumi-language-python",
        (
            Main(
                "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
                "pulumi-language-python",
                "bin/pulumi-language-python",
                ("pulumi-language-python",),
            ),
        ),
        settings=(
            f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{pins.PULUMI_LANGUAGE_PYTHON}",
        ),
        seconds=33,
        packages=600,
    ),
    Build(
        "Pulumi's YAML host",
        Part.ENGINE,
        "pulumi-language-yaml",
        (
            Main(
                "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
                "pulumi-language-yaml",
                "bin/pulumi-language-yaml",
                ("pulumi-language-yaml",),
            ),
        ),
        settings=(f"github.com/pulumi/pulumi-yaml/pkg/version.Version={pins.PULUMI_YAML}",),
        seconds=55,
        packages=800,
    ),
    Build(
        "the Kubernetes provider",
        Part.ENGINE,
        "pulumi-resource-kubernetes",
        (
            Main(
                ".",
                "pulumi-resource-kubernetes",
                f"{pins.PROVIDER_FOLDER}/pulumi-resource-kubernetes",
                ("pulumi-resource-kubernetes",),
            ),
        ),
        settings=(
            "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=" + pins.PULUMI_KUBERNETES,
        ),
        seconds=530,
        packages=1508,
    ),
)

COPIES = (
    # The Python language host starts this script, which it looks for beside itself.
    Copy(
        "pulumi-language-python",
        go_mod="pulumi",
        module="github.com/pulumi/pulumi/sdk/v3",
        source="python/cmd/pulumi-language-python-exec",
        target="bin/pulumi-language-python-exec",
    ),
)
