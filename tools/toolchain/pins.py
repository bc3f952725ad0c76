"""Every version of the toolchain, once. The Go modules' go.mod files pin the same."""

from __future__ import annotations

import enum
from dataclasses import dataclass

PULUMI = "3.274.1"
PULUMI_LANGUAGE_PYTHON = "3.187.0"
PULUMI_YAML = "1.38.3"
PULUMI_KUBERNETES = "4.25.0"
KUBERNETES = "1.36.3"
ETCD = "3.6.16"
KWOK = "0.8.0"
TRAEFIK = "3.6.12"
GATEWAY_API = "1.5.1"


class Part(enum.Enum):
    """What a program is for; the local cluster's come first."""

    CLUSTER = "cluster"
    ENGINE = "engine"


@dataclass(frozen=True)
class Program:
    """One thing that the toolchain has, of one version."""

    name: str
    version: str
    part: Part


PROGRAMS = (
    Program("etcd", ETCD, Part.CLUSTER),
    Program("kube-apiserver", KUBERNETES, Part.CLUSTER),
    Program("kube-controller-manager", KUBERNETES, Part.CLUSTER),
    Program("kube-scheduler", KUBERNETES, Part.CLUSTER),
    Program("kubectl", KUBERNETES, Part.CLUSTER),
    Program("kwok", KWOK, Part.CLUSTER),
    Program("traefik", TRAEFIK, Part.CLUSTER),
    Program("gateway-api", GATEWAY_API, Part.CLUSTER),
    Program("kwok-stages", KWOK, Part.CLUSTER),
    Program("pulumi", PULUMI, Part.ENGINE),
    Program("pulumi-language-python", PULUMI_LANGUAGE_PYTHON, Part.ENGINE),
    Program("pulumi-language-yaml", PULUMI_YAML, Part.ENGINE),
    Program("pulumi-resource-kubernetes", PULUMI_KUBERNETES, Part.ENGINE),
)

#: Where the engine looks for the provider, as `pulumi plugin install` lays it out.
PROVIDER_FOLDER = f"plugins/resource-kubernetes-v{PULUMI_KUBERNETES}"
