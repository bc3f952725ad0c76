"""What is built from Go modules, and how. Data only; building.py does it."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import pins

#: The folder with the files that take the place of a dependency's, below the dependency's module path.
REPLACED = "replaced"
#: For every build. Nobody debugs these programs, and without debugging information they compile faster.
FLAGS = ("-trimpath", "-gcflags=all=-dwarf=false")
STRIP = ("-s", "-w")


@dataclass(frozen=True)
class Main:
    """One main package.

    Attributes:
        package: as `go build` is given it.
        made: the name that `go build` gives its program: the last element of the path.
        target: where it belongs, below the toolchain's folder.
        programs: which of pins.PROGRAMS it is; one that is not the target's name is a link to it.
        seconds: what it adds to the time of those before it, measured on 2 cores with empty caches.
        packages: how many more are compiled for it, those of Go's standard library among them.
    """

    package: str
    made: str
    target: str
    programs: tuple[str, ...]
    # Not shown, and so not part of the toolchain's key: a better estimate builds nothing anew.
    seconds: float = field(repr=False)
    packages: int = field(repr=False)


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


_KUBERNETES = "k8s.io/component-base/version"
_KUBERNETES_MINOR = pins.KUBERNETES.split(".")[1]
_PULUMI_VERSION = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_TAGS = ("grpcnotrace",)
_GRPC = Trim("google.golang.org/grpc", emptied=("xds/googledirectpath",))

#: All that compiles with common versions of its dependencies is one build. The provider does not: its
#: fluxcd/pkg/ssa needs k8s.io/api/autoscaling/v2beta2, which Kubernetes 1.36 no longer has. Nor does
#: the Python language host, whose only version that is served as a module needs pulumi 3.187.
BUILDS = (
    Build(
        "programs",
        (
            Main(
                "./kube",
                "kube",
                "bin/kube",
                ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
                seconds=425,
                packages=2429,
            ),
            Main("go.etcd.io/etcd/server/v3", "server", "bin/etcd", ("etcd",), seconds=14, packages=105),
            Main("sigs.k8s.io/kwok/cmd/kwok", "kwok", "bin/kwok", ("kwok",), seconds=14, packages=81),
            Main(
                "github.com/traefik/traefik/v3/cmd/traefik",
                "traefik",
                "bin/traefik",
                ("traefik",),
                seconds=70,
                packages=398,
            ),
            Main(
                "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                "pulumi",
                "bin/pulumi",
                ("pulumi",),
                seconds=145,
                packages=959,
            ),
            Main(
                "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
                "pulumi-language-yaml",
                "bin/pulumi-language-yaml",
                ("pulumi-language-yaml",),
                seconds=23,
                packages=19,
            ),
        ),
        settings=(
            f"{_KUBERNETES}.gitVersion=v{pins.KUBERNETES}",
            f"{_KUBERNETES}.gitMajor=1",
            f"{_KUBERNETES}.gitMinor={_KUBERNETES_MINOR}",
            f"{_KUBERNETES}.gitTreeState=clean",
            f"github.com/traefik/traefik/v3/pkg/version.Version={pins.TRAEFIK}",
            f"{_PULUMI_VERSION}=v{pins.PULUMI}",
            f"github.com/pulumi/pulumi-yaml/pkg/version.Version={pins.PULUMI_YAML}",
        ),
        tags=_TAGS,
        trims=(
            Trim("github.com/go-acme/lego/v4", emptied=("providers/dns",)),
            Trim(
                "github.com/traefik/traefik/v3",
                emptied=(
                    "pkg/provider/docker",
                    "pkg/provider/ecs",
                    "pkg/provider/kubernetes/knative",
                    "pkg/provider/kv/redis",
                    "pkg/provider/nomad",
                    "pkg/plugins",
                    "pkg/version",
                ),
            ),
            Trim("go.opentelemetry.io/contrib/bridges/otellogrus", emptied=(".",)),
            Trim("k8s.io/apiserver"),
            Trim("k8s.io/kubernetes", emptied=("pkg/kubelet/eviction",)),
            _GRPC,
            Trim("github.com/charmbracelet/glamour", emptied=(".", "ansi")),
            Trim("github.com/pulumi/pulumi/pkg/v3", emptied=("cmd/esc/cli",)),
            Trim("github.com/ccojocar/zxcvbn-go", emptied=(".",)),
        ),
    ),
    Build(
        "provider",
        (
            Main(
                "./kubernetes-provider",
                "kubernetes-provider",
                f"{pins.PROVIDER_FOLDER}/pulumi-resource-kubernetes",
                ("pulumi-resource-kubernetes",),
                seconds=130,
                packages=1166,
            ),
        ),
        settings=(
            f"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version={pins.PULUMI_KUBERNETES}",
        ),
        tags=_TAGS,
        trims=(
            Trim("github.com/pulumi/pulumi-kubernetes/provider/v4"),
            Trim("github.com/pulumi/pulumi-kubernetes/sdk/v4", emptied=("go/kubernetes/helm/v4",)),
            Trim("k8s.io/client-go", emptied=("informers",)),
            _GRPC,
        ),
    ),
    Build(
        "language-python",
        (
            Main(
                "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
                "pulumi-language-python",
                "bin/pulumi-language-python",
                ("pulumi-language-python",),
                seconds=17,
                packages=450,
            ),
        ),
        settings=(f"{_PULUMI_VERSION}=v{pins.PULUMI_LANGUAGE_PYTHON}",),
        tags=_TAGS,
    ),
)

COPIES = (
    # The Python language host starts this script, which it looks for beside itself.
    Copy(
        "pulumi-language-python",
        go_mod="programs",
        module="github.com/pulumi/pulumi/sdk/v3",
        source="python/cmd/pulumi-language-python-exec",
        target="bin/pulumi-language-python-exec",
    ),
)
