"""Every name that is derived from another one, and the patterns that names must match.

Nothing here shortens or rewrites: a name that does not fit is refused where it enters.
"""

from __future__ import annotations

import hashlib
import re
import uuid

#: The Pulumi project of every stack, and the namespace of its configuration.
PROJECT = "scaling-group"
#: The organization of stacks in backends that know none.
ORGANIZATION = "organization"
#: The stack configuration key that holds the record.
RECORD_KEY = "record"
#: Type of the component in state and schema; changing it would replace every group.
TYPE_TOKEN = "scaling-group:index:ScalingGroup"  # noqa: S105 - what Pulumi calls a type
DEFAULT_LABEL_DOMAIN = "chalk.ai"

#: Of the second Service of a group, which has a cluster IP.
CLUSTER_IP_SUFFIX = "-cluster-ip"
#: The label with the name of the group that an object or a Pod is of.
NAME_LABEL = "app.kubernetes.io/name"

LABEL_LENGTH = 63
HOST_LENGTH = 253

#: RFC 1123 label: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
#: RFC 1035 label: what a Service accepts as its name.
SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
#: RFC 1123 subdomain: labels joined by dots.
DNS_SUBDOMAIN = re.compile(rf"{DNS_LABEL.pattern}(\.{DNS_LABEL.pattern})*")
#: Label values and the name part of label keys; the empty value is allowed apart.
LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")

#: Root of the ids that are computed and not drawn; any fixed UUID would do.
_ID_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, "https://scaling-group/id")


def stack_name(environment: str, name: str) -> str:
    """Return `<environment>.<name>`; neither part can hold a dot, so it splits in one way."""
    return f"{environment}.{name}"


def route_label(environment: str, name: str) -> str:
    """Return the first label of the hostname, at most LABEL_LENGTH characters."""
    return f"{environment}-{name}"


def hostname(environment: str, name: str, domain: str) -> str:
    """Return the host that the gateway serves the group under."""
    return f"{route_label(environment, name)}.{domain}"


def path_route(name: str, path: str) -> str:
    """Return the name of the HTTPRoute of a group for one beginning of paths.

    An HTTPRoute has its hostnames for all of its rules, so each other path than `/` has one of its own.
    """
    return f"{name}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def object_key(kind: str, name: str, group: str) -> str:
    """Return what tells an object from others of its group: its kind, and its name if another one."""
    return kind if name == group else f"{kind}/{name}"


def cluster_address(name: str, namespace: str) -> str:
    """Return the DNS name that other workloads of the cluster reach the pods under."""
    return f"{name}.{namespace}.svc"


def computed_id(organization: str, project: str, stack: str, environment: str, name: str) -> str:
    """Return the id of a group in a plain Pulumi program: the same at every run."""
    path = "/".join((organization, project, stack, environment, name))
    return str(uuid.uuid5(_ID_ROOT, path))


def tag_label(label_domain: str, key: str) -> str:
    return f"{label_domain}/tag-{key}"


def id_label(label_domain: str) -> str:
    return f"{label_domain}/scaling-group"


def environment_label(label_domain: str) -> str:
    return f"{label_domain}/environment"


def record_annotation(label_domain: str) -> str:
    """Return the annotation of the Deployment that carries the record as JSON."""
    return f"{label_domain}/record"
