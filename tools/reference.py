"""Write the reference pages in docs/ from the code: python -m tools.reference [--check]."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from scaling_group.cli.main import VERBS, cli
from scaling_group.component.provider import ScalingGroupProvider
from scaling_group.manifests.deployment import OLDEST_KUBERNETES
from scaling_group.naming import TYPE_TOKEN
from scaling_group.operations.doctor import CHECKS
from scaling_group.rollout.causes import FAMILIES
from scaling_group.settings.files import TABLES, FileSettings, GatewaySettings
from scaling_group.settings.places import PREFIX
from scaling_group.spec.flag import flag_of
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.schema import group_schema
from scaling_group.spec.syntax import syntax_in
from tools import rules_page as rules
from tools.client_args import CLIENT_ARGS, client_args
from tools.component_args import COMPONENT_ARGS, component_args
from tools.outputs_page import outputs_page, schema_files
from tools.rbac import rbac_file
from tools.reference_markdown import DOCS, NOTE, table
from tools.versions_page import versions_page


def spec_page() -> str:
    """Return the reference of a group's fields, under all three names they have."""
    properties: dict[str, Any] = group_schema()["properties"]
    rows = [
        (f"`{name}`", _flag(name), _type(properties[name]), _description(name))
        for name in GroupSpec.model_fields
    ]
    return "\n".join(
        [
            "# The fields of a group",
            NOTE,
            "The same fields in a YAML file (`scaling-group validate -f`), in a Pulumi program "
            "(`ScalingGroupArgs`) and as flags of `scaling-group create`. In a program every field takes an "
            "Output, except `name` and `port`; an Output is checked by the same rule when it is known.",
            "",
            *table(("Field", "Flag", "Type", "Meaning"), rows),
            "",
            "In YAML and in programs, a text that has parts may be a mapping:",
            "",
            *table(("Field", "Mapping"), _long_syntaxes()),
            "",
            "Several groups stand in one file with `---` between them, or as a list, which may stand under "
            "`groups`:",
            "",
            "```yaml",
            "name: inference",
            "image: my-registry/my-inference-server:v1",
            "port: 8080",
            "---",
            "name: embeddings",
            "image: my-registry/my-embedding-server:v1",
            "port: 8080",
            "replicas: 2",
            "```",
            "",
            "A secret Output is refused, because a Deployment is plain text in the cluster. Use "
            "`secret_env`, `env_from` or `mounts` with a Kubernetes Secret.",
            "",
            f"The defaults need Kubernetes {'.'.join(map(str, OLDEST_KUBERNETES))} or newer; `create` checks "
            "it. Probes and the pause before a stop are carried out by the kubelet of a node. The local "
            "cluster simulates its nodes; what a real kubelet does with them is tested by `make real`.",
            "",
        ]
    )


def _long_syntaxes() -> list[tuple[str, str]]:
    kinds = {name: syntax_in(field.annotation) for name, field in GroupSpec.model_fields.items()}
    return [(f"`{name}`", f"`{kind.LONG.EXAMPLE}`") for name, kind in kinds.items() if kind]


def _flag(name: str) -> str:
    return f"`--{flag_of(name, GroupSpec.model_fields[name]).name}`"


def _type(field: dict[str, Any]) -> str:
    options = [each for option in field.get("anyOf", [field]) for each in option.get("oneOf", [option])]
    kinds = [option.get("type", "") for option in options]
    return " or ".join(kind for kind in kinds if kind != "null")


def _description(name: str) -> str:
    field = GroupSpec.model_fields[name]
    required = " **Required.**" if field.is_required() else ""
    return f"{field.description}{required}"


def component_page() -> str:
    """Return the reference of the component's arguments and outputs, from its package's schema."""
    schema: dict[str, Any] = json.loads(ScalingGroupProvider("0.0.0").schema or "{}")
    resource = schema["resources"][TYPE_TOKEN]
    parts = [
        "# Arguments and outputs of the component",
        NOTE,
        "Names are those of Pulumi YAML, TypeScript, Go and others. In Python they are written with "
        "underscores (`shm_size`), and `groupId` is `id`. How to use them: [component.md](component.md).",
        "",
        "## ScalingGroup",
        "",
        *_argumentstable(resource["inputProperties"], resource["requiredInputs"]),
        "",
    ]
    for token, kind in sorted(schema["types"].items()):
        name = token.rpartition(":")[2]
        parts += [f"## {name}", "", kind["description"], ""]
        parts += [*_argumentstable(kind["properties"], kind.get("required", ())), ""]
    outputs = [(f"`{name}`", field["description"]) for name, field in resource["properties"].items()]
    return "\n".join([*parts, "## Outputs", "", *table(("Output", "Meaning"), outputs), ""])


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


def settings_page() -> str:
    """Return the reference of the settings file and its variables."""
    fields = {name: field for name, field in FileSettings.model_fields.items() if name not in TABLES}
    rows = [(f"`{n}`", f"`{PREFIX}{n.upper()}`", f.description or "") for n, f in fields.items()]
    rows += [
        (f"`gateway.{n}`", f"`{PREFIX}GATEWAY_{n.upper()}`", f.description or "")
        for n, f in GatewaySettings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            NOTE,
            "Flags take precedence over variables, variables over `scaling-group.toml` in the current "
            "folder or "
            f"above (or the file of `--config` or `{PREFIX}CONFIG`), and that file over the one in the "
            "user's "
            "configuration folder. `scaling-group init` writes one.",
            "",
            *table(("Setting", "Variable", "Meaning"), rows),
            "",
            "A file found in the current folder or above must belong to you or root and must not be "
            "writable by "
            "others; name any other file with `--config`. A path in a file is relative to the file, a path "
            "in a variable to the current folder.",
            "",
            "The table `[guardrails]` turns on rules that groups must follow: [rules.md](rules.md). A group "
            "must follow the rules of the project's file and of the user's file: a project can only tighten "
            "them.",
            "",
        ]
    )


def rules_page() -> str:
    """Return the rules with their faces, levels and configuration."""
    return "\n".join(
        [
            "# Rules",
            NOTE,
            rules.BEFORE,
            *table(rules.HEADING, list(rules.rows())),
            "",
            rules.AFTER,
            "## Their configuration",
            "",
            *table(rules.CONFIG_HEADING, list(rules.config_rows())),
            "",
        ]
    )


def commands_page() -> str:
    """Return the help of every command."""
    parts = ["# Commands", NOTE]
    context = click.Context(cli, info_name="scaling-group")
    for verb in VERBS:
        command = cli.get_command(context, verb)
        if command is not None:
            inner = click.Context(command, info_name=verb, parent=context, terminal_width=100)
            parts += [f"## scaling-group {verb}", "", "```", command.get_help(inner), "```", ""]
    return "\n".join(parts)


def doctor_page() -> str:
    """Return the reference of the checks of `doctor`."""
    titles = {check.id: check.title for check in CHECKS}
    rows = [
        (f"`{check.id}`", check.title, check.about, ", ".join(titles[need] for need in check.needs))
        for check in CHECKS
    ]
    return "\n".join(
        [
            "# The checks of scaling-group doctor",
            NOTE,
            "Each check ends as `ok`, `warning`, `failed` or `skipped`; each problem is shown with its fix. "
            "The exit code is 1 if a check fails. Nothing is changed, in the cluster or elsewhere. A "
            "check is "
            "skipped if it depends on a failed check, or if the user lacks the permissions for it. "
            "`-o json` is a list of objects with `id`, `title`, `outcome`, `summary`, `detail` and "
            "`resolution`; ids never change.",
            "",
            "`create` and `restore` run the checks that would make them fail before they change "
            "anything: the version of the cluster, the Gateway with its listener, and the permissions to "
            "make the objects. A user who may not read the Gateway can still create groups.",
            "",
            *table(("Check", "Title", "What is looked at", "Needs"), rows),
            "",
        ]
    )


def diagnoses_page() -> str:
    """Return every cause that is known, by family."""
    parts = [
        "# Why a group does not come up",
        NOTE,
        "What `create`, `update`, `wait`, `get`, `doctor` and `diagnose` may name as a cause. The "
        "identifier is in their JSON (`diagnoses[].category`, of `doctor` `category`) and never changes. A "
        "diagnosis also says whether waiting can resolve it; if not, a command that waits ends at once. "
        "`scaling-group diagnose -f` finds the same causes in recorded objects, without a cluster.",
        "",
    ]
    for title, causes in FAMILIES.items():
        rows = [(f"`{cause.category}`", cause.meaning, cause.fix) for cause in causes]
        parts += [f"## {title}", "", *table(("Identifier", "Meaning", "What to do"), rows), ""]
    return "\n".join(parts)


def pages() -> dict[Path, str]:
    """Return every page with its content."""
    return {
        COMPONENT_ARGS: component_args(),
        CLIENT_ARGS: client_args(),
        DOCS / "spec.md": spec_page(),
        DOCS / "arguments.md": component_page(),
        DOCS / "settings.md": settings_page(),
        DOCS / "rules.md": rules_page(),
        DOCS / "commands.md": commands_page(),
        DOCS / "outputs.md": outputs_page(),
        **schema_files(),
        DOCS / "diagnoses.md": diagnoses_page(),
        DOCS / "doctor.md": doctor_page(),
        DOCS / "rbac.yaml": rbac_file(),
        DOCS / "versions.md": versions_page(),
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
