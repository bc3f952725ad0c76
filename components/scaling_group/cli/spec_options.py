"""The flags that describe a group, and the files that hold groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from pydantic_core import PydanticCustomError

from scaling_group.cli.bounded import read_bounded
from scaling_group.cli.env_file import variables_of
from scaling_group.cli.options import Command, apply_all
from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.documents import Document, parse_documents
from scaling_group.spec.edit import Edit
from scaling_group.spec.entrypoint import parse_entrypoint
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.rejection import WHOLE, reject, shown
from scaling_group.spec.tags import parse_tags

#: Endings of the files that are read from a folder.
ENDINGS = (".yaml", ".yml")

_name_option = click.option("--name", metavar="NAME", help="Name of the group.")

#: What a help text says of a field that is not given.
DEFAULT = re.compile(r"  \[default: [^]]*\]")


def _field_options(*, defaults: bool) -> Callable[[Command], Command]:
    """Return the flags of the fields; an edit has no defaults: what is not given stays as it is."""

    def option(*names: str, help: str, **more: Any) -> Callable[[Command], Command]:  # noqa: A002
        return click.option(*names, help=help if defaults else DEFAULT.sub("", help), **more)

    return apply_all(
        option("--image", metavar="IMAGE", help="Container image: [registry/]path[:tag][@digest]."),
        option("--port", metavar="PORT", help="Port that the container listens on, 1 to 65535."),
        option("--replicas", metavar="COUNT", help="Number of pods.  [default: 1]"),
        option("--cpu", metavar="CORES", help="Cores per replica, for example 500m or 4."),
        option("--memory", metavar="BYTES", help="Memory per replica, for example 512Mi or 8Gi."),
        option("--gpu", metavar="TYPE:COUNT", help="GPUs per replica: type:count, count, or type."),
        option("--tags", metavar="K=V,…", multiple=True, help="Tags; may be repeated."),
        option("--entrypoint", metavar="ARG,…", multiple=True, help="Command in place of the image's."),
        option("--env", metavar="K=V", multiple=True, help="Variable in plain text; may be repeated."),
        option("--env-file", metavar="FILE", multiple=True, help="File of variables (.env); later files and --env take precedence."),
        option("--secret-env", metavar="K=SECRET:KEY", multiple=True, help="Variable from a Secret."),
        option("--env-from", metavar="KIND:NAME", multiple=True, help="All keys of secret:NAME, configmap:NAME."),
        option("--not-secret", metavar="K", multiple=True, help="A variable that only looks like a credential."),
        option("--mount", "mounts", metavar="VOLUME", multiple=True, help="pvc:NAME:/path[:ro], secret:…, configmap:…, empty-dir[:SIZE]:/path."),
        option("--shm-size", metavar="BYTES", help="Size of /dev/shm."),
        option("--readiness", metavar="PROBE", help="tcp, http:/path, grpc or none, with ,delay=… etc.  [default: tcp]"),
        option("--liveness", metavar="PROBE", help="As --readiness.  [default: none]"),
        option("--startup", metavar="PROBE", help="As --readiness.  [default: none]"),
        option("--shutdown-delay", metavar="TIME", help="How long an ending pod goes on serving.  [default: 10s]"),
        option("--termination-grace", metavar="TIME", help="When an ending pod is killed.  [default: 30s after the delay]"),
        option("--progress-deadline", metavar="TIME", help="When a rollout without progress has failed.  [default: 10m]"),
        option("--service-account", metavar="NAME", help="Service account of the pods."),
        option("--image-pull-secret", "image_pull_secrets", metavar="NAME", multiple=True, help="Secret for the image's registry."),
        option("--node-selector", metavar="K=V", multiple=True, help="Label that nodes must have."),
        option("--toleration", "tolerations", metavar="K[=V][:EFFECT]", multiple=True, help="Taint that is tolerated."),
        option("--annotation", "annotations", metavar="K=V", multiple=True, help="Annotation of the pods."),
    )  # fmt: skip


spec_options = apply_all(_name_option, _field_options(defaults=True))
edit_options = apply_all(
    _field_options(defaults=False),
    click.option("--tag", "tag", metavar="K=V", multiple=True, help="Set one tag; --tags replaces all."),
    click.option("--untag", metavar="K", multiple=True, help="Take one tag away."),
    click.option(
        "--unset", metavar="FIELD,…", multiple=True, help="Take fields away: gpu,entrypoint,env.MODEL."
    ),
)

#: Flags whose name is not the field's.
FLAGS = {
    "mounts": "mount",
    "image_pull_secrets": "image-pull-secret",
    "tolerations": "toleration",
    "annotations": "annotation",
}


def spec_from_flags(given: dict[str, Any]) -> GroupSpec:
    """Return the spec of the flags; raises InvalidInput with every fault, named by its flag."""
    values: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, ())}
    faults = _parse_texts(values)
    try:
        spec = group_spec(values)
    except InvalidInput as error:
        faults += error.faults
    if faults:
        raise InvalidInput("the flags are not valid:", [_named_by_flag(fault) for fault in faults])
    return spec


def edit_from_flags(given: dict[str, Any]) -> Edit:
    """Return the edit of update's flags; raises InvalidInput with every fault of the texts."""
    values: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, ())}
    unset, untag = values.pop("unset", ()), values.pop("untag", ())
    faults = _parse_texts(values)
    if faults:
        raise InvalidInput("the flags are not valid:", [_named_by_flag(fault) for fault in faults])
    fields = tuple(name.strip() for text in unset for name in text.split(","))
    return Edit(values, fields, values.pop("tag", {}), tuple(untag))


def _parse_texts(values: dict[str, Any]) -> list[Fault]:
    """Replace texts by what they mean; return the faults of those that mean nothing."""
    parsers: dict[str, Callable[[Any], Any]] = {
        "tags": lambda texts: parse_tags(*texts),
        "entrypoint": parse_entrypoint,
        "env_file": variables_of,
        **dict.fromkeys(("env", "tag", "secret_env", "node_selector", "annotations"), parse_pairs),
    }
    faults = []
    for field, parse in parsers.items():
        if field in values:
            try:
                values[field] = parse(values[field])
            except PydanticCustomError as error:
                faults.append(Fault(field, error.message()))
                del values[field]
    if "env_file" in values:
        values["env"] = {**values.pop("env_file"), **values.get("env", {})}
    return faults


def parse_pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return the pairs of texts `key=value`; raises a pydantic error for a key given twice."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise reject("pairs", f"{shown(text)} is not NAME=VALUE.")
        if key in pairs:
            raise reject("pairs", f"{shown(key)} is given twice.")
        pairs[key] = value
    return pairs


def _named_by_flag(fault: Fault) -> Fault:
    if fault.field == WHOLE:
        return fault
    field, dot, rest = fault.field.partition(".")
    return Fault(f"--{FLAGS.get(field, field.replace('_', '-'))}{dot}{rest}", fault.message)


def documents_from(sources: Sequence[str]) -> list[Document]:
    """Return the groups of files, folders (their .yaml and .yml files) and `-`, standard input."""
    documents = [d for file in _files(sources) for d in parse_documents(read_bounded(file), file)]
    if not documents:
        raise InvalidInput(f"there is no group in {', '.join(sources)}")
    return documents


def _files(sources: Sequence[str]) -> list[str]:
    files: list[str] = []
    for source in sources:
        folder = Path(source)
        if source != "-" and folder.is_dir():
            files += [str(file) for file in sorted(folder.iterdir()) if file.suffix in ENDINGS]
        else:
            files.append(source)
    return files
