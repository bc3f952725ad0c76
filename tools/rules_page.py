"""What docs/rules.md says beside its tables, and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaling_group.rules.catalog import RULES
from scaling_group.rules.guardrails import LEVEL
from scaling_group.rules.rule import Level, Rule

Row = tuple[str, ...]

BEFORE = """\
Rules that groups have to keep: on the command line they are asked before the engine starts, in a Pulumi
program by a policy pack that stops `pulumi up`. Both ask the same functions about the same objects.

## On the command line

The table `[guardrails]` of `scaling-group.toml` turns rules on, each with its configuration or with a level
alone:

```toml
[guardrails]
required-tags = {tags = ["team"]}
allowed-registries = {registries = ["ghcr.io/my-org"]}
no-mutable-tag = {level = "mandatory", digests = true}
gpu-ceiling = {most = 8, environments = {dev = 0}}
gpu-memory = "advisory"
resources = "advisory"
https-only = "mandatory"
label-domain = "mandatory"
```

What breaks a mandatory rule is refused with exit code 2: by `create`, `update`, `rollback`, `restore` and
`apply` before anything is changed, with `--dry-run` too, and by `validate` and `render`. What breaks an
advisory one is a warning on standard error. Every violation of every group is named at once:

```
error: the guardrails refuse inference:
  required-tags: the tag team is missing. Set it in tags (--tags=KEY=VALUE).
  They are set in /home/me/shop/scaling-group.toml.
```

`scaling-group validate -f groups/` in a pull request says all of this without a cluster. The rules of the
user's file and those of the project's file all hold: a project can tighten what the user has set, and
switches nothing off. They are guardrails, not a fence: who can write the user's file can change the rules.
What nobody may get around belongs in the cluster's admission.

## As a policy pack

[policies](../policies) asks the rules about every Kubernetes object of a program, those of groups and all
others. Install it once, then name it:

```sh
(cd <clone>/policies && pulumi install)
pulumi up --policy-pack <clone>/policies --policy-pack-config policies.json
```

The configuration is the one above as JSON, with Pulumi's name for the level, and stops the same groups:

```json
{
  "required-tags": {"tags": ["team"]},
  "allowed-registries": {"registries": ["ghcr.io/my-org"]},
  "no-mutable-tag": {"enforcementLevel": "mandatory", "digests": true},
  "gpu-ceiling": {"most": 8, "environments": {"dev": 0}},
  "gpu-memory": "advisory"
}
```

A rule without a level has its own, on both faces. The pack asks every rule that needs no configuration; on
the command line they are asked where they are turned on, as the last three above, and
`"resources": "disabled"` turns one off in the pack. In Pulumi's configuration `all` is the level of every
rule that names none, whatever its own is: with `"all": "advisory"` the ceiling, the registries and the tags
above would only warn.

A key, a rule or a value that is not valid stops the update with its name before anything is asked. (Of a rule
that is misspelt and given without a level the engine itself says `invalid enforcement level ""`.)
Without a file every rule has its own level, and those that need a configuration say nothing. A value that
is not known in a preview is left alone: the engine says which one, and asks again at the update itself,
before the object is changed. `pulumi policy analyze --policy-pack <clone>/policies --file export.json` asks
about what is there already (`pulumi stack export --file export.json`).

## The rules
"""

AFTER = """\
"always" in the column of the command line: a group is made so that it keeps the rule; what can break it is
an object of another kind in a program, or a transformation of a group's objects. Ceilings are those of one
group, not of all groups of an environment together. The GPUs of a group are those of all its replicas.
"""

HEADING = ("Rule", "Command line", "Policy pack", "Level", "What is asked", "What to do")
CONFIG_HEADING = ("Rule", "Key", "Type", "Meaning")


def rows() -> Iterator[Row]:
    """Yield each rule with its faces and its level."""
    for rule in RULES:
        yield (
            f"`{rule.name}`",
            "always" if rule.kept_by_groups else _turned_on(rule),
            "when configured" if rule.needs_config else "yes",
            rule.level.value,
            rule.demand,
            rule.fix,
        )


def _turned_on(rule: Rule[Any]) -> str:
    return "when configured" if rule.needs_config else "when turned on"


def config_rows() -> Iterator[Row]:
    """Yield every key of every rule's configuration."""
    levels = ", ".join(level.value for level in Level)
    yield ("every rule", f"`{LEVEL}`", "text", f"{levels}; in a policy pack `enforcementLevel`.")
    for rule in RULES:
        for key, schema in rule.schema().items():
            field = rule.config.model_fields[key]
            ending = " **Required.**" if field.is_required() else ""
            yield (f"`{rule.name}`", f"`{key}`", _type(schema), f"{field.description}{ending}")


def _type(schema: dict[str, Any]) -> str:
    kinds = {"array": "list of texts", "object": "table of numbers", "integer": "number", "string": "text"}
    return kinds.get(schema["type"], "true or false")
