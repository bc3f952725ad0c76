"""Write the reference pages in docs/ from the code: python -m tools.reference [--check]."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from scaling_group.cli.main import VERBS, cli
from scaling_group.component.provider import ScalingGroupProvider
from scaling_group.naming import TYPE_TOKEN
from scaling_group.operations.doctor import CHECKS
from scaling_group.rollout.causes.catalogue import EVIDENCE, FAMILIES
from scaling_group.rollout.finding import Cause
from scaling_group.rollout.known_gateways import GATEWAYS, KnownGateway
from scaling_group.settings.files import TABLES, FileSettings, GatewaySettings, GpuTable, StateTable
from scaling_group.settings.places import PREFIX
from scaling_group.spec.autoscale import Autoscale, Prometheus, ScalingRate
from scaling_group.spec.flag import flag_of, has_flag
from scaling_group.spec.gpu_profiles import SOURCES, TYPE_LABELS
from scaling_group.spec.gpu_types import TYPES, GpuType
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.model import Model
from scaling_group.spec.placement import SPOT
from scaling_group.spec.schedule import ScheduledReplicas
from scaling_group.spec.schema import group_schema
from scaling_group.spec.syntax import syntax_in
from tools.client_args import CLIENT_ARGS, client_args
from tools.component_args import COMPONENT_ARGS, component_args
from tools.outputs_page import outputs_blocks, schema_files
from tools.rbac import rbac_file
from tools.reference_markdown import DOCS, Blocks, filled, table
from tools.rules_page import rules_blocks, rules_file
from tools.versions_page import versions_blocks


def spec_blocks() -> Blocks:
    """Return the fields of a group, under all three names they have."""
    properties: dict[str, Any] = group_schema()["properties"]
    rows = [
        (f"`{name}`", _flag(name), _type(properties[name]), _description(name))
        for name in GroupSpec.model_fields
    ]
    return {
        "fields": table(("Field", "Flag", "Type", "Meaning"), rows),
        "mappings": table(("Field", "Mapping"), _long_syntaxes()),
    }


def _long_syntaxes() -> list[tuple[str, str]]:
    kinds = {name: syntax_in(field.annotation) for name, field in GroupSpec.model_fields.items()}
    return [(f"`{name}`", f"`{kind.LONG.EXAMPLE}`") for name, kind in kinds.items() if kind]


def autoscaling_blocks() -> Blocks:
    """Return what autoscale is made of, and its parts."""
    rows = [*_parts(Autoscale), *_parts(ScalingRate, "scale_up.", "scale_down.")]
    rows += [*_parts(Prometheus, "prometheus."), *_parts(ScheduledReplicas, "schedule[].")]
    return {"autoscale": table(("Part", "Flag", "Meaning"), rows)}


def _parts(model: type[Model], *within: str) -> Iterator[tuple[str, str, str]]:
    for key, field in model.model_fields.items():
        name = str(field.validation_alias or key)
        called = ", ".join(f"`{place}{name}`" for place in within or ("",))
        flag = f"`--{flag_of(name, field.metadata).name}`" if has_flag(field.metadata) else ""
        yield called, flag, str(field.description)


def _flag(name: str) -> str:
    if name == "autoscale":
        return "[`--max-replicas`, …](autoscaling.md)"
    return f"`--{flag_of(name, GroupSpec.model_fields[name].metadata).name}`"


def _type(field: dict[str, Any]) -> str:
    options = [each for option in field.get("anyOf", [field]) for each in option.get("oneOf", [option])]
    kinds = [option.get("type", "") for option in options]
    return " or ".join(kind for kind in kinds if kind != "null")


def _description(name: str) -> str:
    field = GroupSpec.model_fields[name]
    required = " **Required.**" if field.is_required() else ""
    return f"{field.description}{required}"


def component_blocks() -> Blocks:
    """Return the component's arguments and outputs, from its package's schema."""
    schema: dict[str, Any] = json.loads(ScalingGroupProvider("0.0.0").schema or "{}")
    resource = schema["resources"][TYPE_TOKEN]
    lines = ["## ScalingGroup", ""]
    lines += [*_argumentstable(resource["inputProperties"], resource["requiredInputs"]), ""]
    for token, kind in sorted(schema["types"].items()):
        lines += [f"## {token.rpartition(':')[2]}", "", kind["description"], ""]
        lines += [*_argumentstable(kind["properties"], kind.get("required", ())), ""]
    outputs = [(f"`{name}`", field["description"]) for name, field in resource["properties"].items()]
    return {"arguments": [*lines, "## Outputs", "", *table(("Output", "Meaning"), outputs)]}


def _argumentstable(properties: dict[str, Any], required: Sequence[str]) -> Iterator[str]:
    first = sorted(properties, key=lambda name: (name not in required, name))
    rows = [
        (
            f"`{name}`" + (" **required**" if name in required else ""),
            _schema_type(properties[name]),
            "no" if properties[name].get("plain") else "yes",
            " ".join(properties[name]["description"].split()),
        )
        for name in first
    ]
    return table(("Argument", "Type", "Output", "Meaning"), rows)


def _schema_type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition(":")[2]
    if "oneOf" in field:
        return " or ".join(map(_schema_type, field["oneOf"]))
    inner = field.get("items") or field.get("additionalProperties")
    if not inner:
        return str(field["type"])
    kind = "list of {}s" if field["type"] == "array" else "map of {}s"
    return kind.format(_schema_type(inner)) if "oneOf" not in inner else _either(kind, inner["oneOf"])


def _either(kind: str, choices: Sequence[dict[str, Any]]) -> str:
    first, *others = map(_schema_type, choices)
    return " or ".join([kind.format(first), *others])


def settings_blocks() -> Blocks:
    """Return the settings and their variables."""
    fields = {name: field for name, field in FileSettings.model_fields.items() if name not in TABLES}
    rows = [(f"`{n}`", f"`{PREFIX}{n.upper()}`", f.description or "") for n, f in fields.items()]
    rows += [
        (
            f"`{name}.{n}`",
            # A table is no text.
            "–" if f.annotation == dict[str, Any] else f"`{PREFIX}{name.upper()}_{n.upper()}`",
            f.description or "",
        )
        for name, of in (("gateway", GatewaySettings), ("gpu", GpuTable), ("state", StateTable))
        for n, f in of.model_fields.items()
    ]
    return {"settings": table(("Setting", "Variable", "Meaning"), rows)}


def commands_blocks() -> Blocks:
    """Return the help of every command."""
    lines: list[str] = []
    context = click.Context(cli, info_name="scaling-group")
    for verb in VERBS:
        command = cli.get_command(context, verb)
        if command is not None:
            inner = click.Context(command, info_name=verb, parent=context, terminal_width=100)
            lines += [f"## scaling-group {verb}", "", "```", command.get_help(inner), "```", ""]
    return {"commands": lines[:-1]}


def doctor_blocks() -> Blocks:
    """Return the checks of `doctor`."""
    titles = {check.id: check.title for check in CHECKS}
    rows = [
        (f"`{check.id}`", check.title, check.about, ", ".join(titles[need] for need in check.needs))
        for check in CHECKS
    ]
    return {"checks": table(("Check", "Title", "What is looked at", "Needs"), rows)}


def _told(cause: Cause) -> str:
    """Return an example of a cause, and where its words and rules come from."""
    pages = ", ".join(f"<{page}>" for page in cause.source.split(", "))
    return f"- `{cause.category}`: “{cause.example}” ({pages})"


def _in_vain(cause: Cause) -> str:
    return "the group serves all the same" if cause.note else cause.hopeless or "never"


def diagnoses_blocks() -> Blocks:
    """Return every cause that is known, by family."""
    lines: list[str] = []
    for title, causes in FAMILIES.items():
        rows = [(f"`{cause.category}`", cause.meaning, cause.fix, _in_vain(cause)) for cause in causes]
        heads = ("Identifier", "Meaning", "What to do", "Waiting is in vain")
        lines += [f"## {title}", "", *table(heads, rows), "", f"Known from {EVIDENCE[title]}.", ""]
        lines += [*map(_told, causes), ""]
    return {"causes": lines[:-1]}


def gateways_blocks() -> Blocks:
    """Return what is known of gateways."""
    rows = [
        (
            f"[{known.name}]({known.source})",
            ", ".join(f"`{each}…`" for each in known.controllers),
            known.timeout[:1].upper() + known.timeout[1:],
            _changed_by(known),
            known.limits[:1].upper() + known.limits[1:],
        )
        for known in GATEWAYS
    ]
    heading = (
        "Gateway, source of its timeout",
        "controllerName",
        "Timeout by default",
        "Changed by",
        "Limits",
    )
    return {"gateways": table(heading, rows)}


def _changed_by(known: KnownGateway) -> str:
    """Return what changes the timeout of a gateway, the field of a group first."""
    own = f"[{known.change}]({known.change_source})" if known.change else ""
    return ", or ".join(filter(None, ("`request_timeout`" if known.route_timeouts else "", own)))


def gpus_blocks() -> Blocks:
    """Return what each profile calls each type of GPU."""
    heads = ("Type", "Memory", "Also called", *(f"[{name}]({SOURCES[name]})" for name in TYPE_LABELS))
    rows = [
        (f"`{of.name}`", f"{of.gib} GB", ", ".join(of.also), *(_names(of, each) for each in TYPE_LABELS))
        for of in TYPES
    ]
    labels = [(f"`{name}`", f"`{label}`") for name, label in TYPE_LABELS.items()]
    spot = [
        (f"`{name}`", f"`{of.label}={of.value}`", "the same" if of.tainted else "none")
        for name, of in SPOT.items()
    ]
    return {
        "profiles": table(("Profile", "Label of its nodes"), labels),
        "types": table(heads, rows),
        "spot": table(("Profile", "Label", "Taint"), spot),
    }


def _names(of: GpuType, profile: str) -> str:
    values = [value for named in of.labels(profile).values() for value in named]
    return ", ".join(f"`{value}`" for value in values) or "–"


#: Pages of docs/ that are written by hand, but for what these functions return.
BLOCKS: dict[str, Callable[[], Blocks]] = {
    "spec.md": spec_blocks,
    "arguments.md": component_blocks,
    "settings.md": settings_blocks,
    "rules.md": rules_blocks,
    "commands.md": commands_blocks,
    "outputs.md": outputs_blocks,
    "diagnoses.md": diagnoses_blocks,
    "doctor.md": doctor_blocks,
    "autoscaling.md": autoscaling_blocks,
    "gateways.md": gateways_blocks,
    "gpus.md": gpus_blocks,
    "versions.md": versions_blocks,
}


def pages() -> dict[Path, str]:
    """Return every page with its content."""
    return {
        COMPONENT_ARGS: component_args(),
        CLIENT_ARGS: client_args(),
        **{
            DOCS / name: filled((DOCS / name).read_text("utf-8"), blocks()) for name, blocks in BLOCKS.items()
        },
        **schema_files(),
        **rules_file(),
        DOCS / "rbac.yaml": rbac_file(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the reference pages from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a page differs")
    options = parser.parse_args()
    made = pages()
    stale = [p for p, text in made.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if options.check:
        for page in stale:
            print(f"{page.name} is not what the code says; run make docs", file=sys.stderr)
        return 1 if stale else 0
    (DOCS / "schemas").mkdir(parents=True, exist_ok=True)
    if COMPONENT_ARGS in stale:
        COMPONENT_ARGS.write_text(made[COMPONENT_ARGS], encoding="utf-8")
        # The pages are made from what is imported.
        return subprocess.call([sys.executable, "-m", "tools.reference"])
    for page in stale:
        page.write_text(made[page], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
