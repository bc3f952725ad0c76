"""What is built from Go modules, and how. Data only; building.py does it."""

from __future__ import annotations

from dataclasses import dataclass

from . import pins

#: The folder with the files that take the place of a dependency's, below the dependency's module path.
REPLACED = "replaced"
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
        seconds: what it adds to the time of those before it, measured on 2 idle cores with empty caches.
        packages: how many more are compiled for it.
    """

    package: str
    made: str
    target: str
    programs: tuple[str, ...]
    seconds: float
    packages: int


@dataclass(frozen=True)
class Trim:
    """A dependency of which a changed copy is compiled.

    Attributes:
        module: its Go module path, and below REPLACED the folder whose files overwrite those of the copy.
        emptied: packages that lose their own files first.
    """

    module: str
    emptied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Build:
    """One run of `go build`; the programs that are needed first stand first.

    Attributes:
        module: the folder with its go.mod, below this one.
        settings: for the linker's -X.
    """

    module: str
    mains: tuple[Main, ...]
    settings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    trims: tuple[Trim, ...] = ()

    def needed(self, programs: frozenset[str]) -> tuple[Main, ...]:
        """Return the main packages that make some of `programs`."""
        return tuple(main for main in self.mains if programs.intersection(main.programs))


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

BUILDS = (
    Build(
        "etcd",
        (Main("go.etcd.io/etcd/server/v3", "server", "bin/etcd", ("etcd",), 60, 367),),
    ),
    Build(
        "kubernetes",
        (
            Main(
                ".",
                "kubernetes",
                "bin/kube",
                ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
                422,
                2373,
            ),
        ),
        settings=(
            f"{_KUBERNETES_VERSION}.gitVersion=v{pins.KUBERNETES}",
            f"{_KUBERNETES_VERSION}.gitMajor=1",
            f"{_KUBERNETES_VERSION}.gitMinor={_KUBERNETES_MINOR}",
            f"{_KUBERNETES_VERSION}.gitTreeState=clean",
        ),
    ),
    Build(
        "kwok",
        (Main("sigs.k8s.io/kwok/cmd/kwok", "kwok", "bin/kwok", ("kwok",), 88, 741),),
    ),
    Build(
        "traefik",
        (
            Main(
                "github.com/traefik/traefik/v3/cmd/traefik", "traefik", "bin/traefik", ("traefik",), 474, 2201
            ),
        ),
    ),
    Build(
        "pulumi",
        (Main("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "pulumi", "bin/pulumi", ("pulumi",), 224, 1453),),
        settings=(f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{pins.PULUMI}",),
        tags=("osusergo", "grpcnotrace"),
    ),
    Build(
        "pulumi-language-python",
        (
            Main(
                "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
                "pulumi-language-python",
                "bin/pulumi-language-python",
                ("pulumi-language-python",),
                33,
                600,
            ),
        ),
        settings=(
            f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{pins.PULUMI_LANGUAGE_PYTHON}",
        ),
    ),
    Build(
        "pulumi-language-yaml",
        (
            Main(
                "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
                "pulumi-language-yaml",
                "bin/pulumi-language-yaml",
                ("pulumi-language-yaml",),
                55,
                800,
            ),
        ),
        settings=(f"github.com/pulumi/pulumi-yaml/pkg/version.Version={pins.PULUMI_YAML}",),
    ),
    Build(
        "pulumi-resource-kubernetes",
        (
            Main(
                ".",
                "pulumi-resource-kubernetes",
                f"{pins.PROVIDER_FOLDER}/pulumi-resource-kubernetes",
                ("pulumi-resource-kubernetes",),
                530,
                1508,
            ),
        ),
        settings=(
            "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=" + pins.PULUMI_KUBERNETES,
        ),
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
