"""scaling-group init"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from pydantic_core import PydanticCustomError

from scaling_group.check_result import Outcome
from scaling_group.cli.confirm import can_ask
from scaling_group.cli.doctor import show, width_of
from scaling_group.cli.echo import escaped, say
from scaling_group.cli.options import checked, refuse
from scaling_group.cli.output import print_warnings
from scaling_group.client.checks import check_settings
from scaling_group.client.first_steps import FirstSteps, Given, Question
from scaling_group.errors import InvalidInput
from scaling_group.settings.found import find_settings
from scaling_group.settings.places import CONFIG_VARIABLE, FILE, PREFIX, named_file
from scaling_group.settings.writing import require_writable, text_of, write_new
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.names import check_context, check_label, check_subdomain

#: What is asked for as text, and its rule; the rest is a choice.
RULES = {"--environment": check_label, "--domain": check_subdomain}


@click.command("init")
@click.option("--environment", metavar="ID", envvar=f"{PREFIX}ENVIRONMENT", help="Environment of the groups.")
@click.option(
    "-n",
    "--namespace",
    metavar="NAME",
    envvar=f"{PREFIX}NAMESPACE",
    help="Namespace of the environment.  [default: the context's]",
)
@click.option(
    "--context",
    metavar="NAME",
    envvar=f"{PREFIX}CONTEXT",
    help="Context of the kubeconfig.  [default: the current one]",
)
@click.option("--gateway", metavar="[NAMESPACE/]NAME", help="Gateway that serves the groups.")
@click.option("--section-name", metavar="NAME", help="HTTPS listener of the Gateway.")
@click.option("--section", hidden=True)
@click.option("--domain", metavar="DOMAIN", help="Domain that the listener serves.")
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(FILE),
    show_default=True,
    help="File to write.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def command(
    environment: str | None,
    namespace: str | None,
    context: str | None,
    gateway: str | None,
    section_name: str | None,
    section: str | None,
    domain: str | None,
    config: Path,
    force: bool,
) -> None:
    """Look at the cluster and write a settings file for it.

    On a terminal you are asked for what the cluster does not tell. Elsewhere give it with flags. Nothing
    is changed in the cluster.
    """
    given = Given(environment, namespace, gateway, _listener(section_name, section), domain)
    _refuse_faults(given, context)
    require_writable(config, replace=force)
    cluster = FirstSteps(context)
    settled = _settled(cluster, given)
    write_new(config, text_of(settled, cluster.context), replace=force)
    serving = settled.required_gateway
    gateway_name = f"{serving.namespace}/{serving.name}, listener {serving.section}"
    _show("Gateway", gateway_name)
    _show("Hostnames", f"{settled.id}-NAME.{serving.domain}")
    _show("Namespace", settled.namespace)
    _show("Settings", str(config))
    _say_what_hides(config)
    _show_faults(config)
    say()
    say("Next: scaling-group create --name=NAME --image=IMAGE --port=8080")


def _listener(name: str | None, earlier: str | None) -> str | None:
    """Return the listener; --section is the earlier name of the flag."""
    if name and earlier and name != earlier:
        raise InvalidInput(
            f"two listeners are given: --section-name={name} and --section={earlier}",
            resolution="--section is the earlier name of --section-name; give one of them.",
        )
    return name or earlier


def _settled(cluster: FirstSteps, given: Given) -> EnvironmentSpec:
    """Return where groups are to live."""
    cluster.check_version()
    _show("Cluster", f"{cluster.server} (context {cluster.context})")
    seen = cluster.look(given.namespace)
    there = [f"{number} in environment {identity}" for identity, number in seen.groups().items()]
    _show("Groups", ", ".join(there) or "none yet")
    return cluster.settle(seen, given, _ask)


def _refuse_faults(given: Given, context: str | None) -> None:
    gateway_namespace, _, gateway_name = (given.gateway or "").rpartition("/")
    rules = (
        ("--environment", given.environment, check_label),
        ("--namespace", given.namespace, check_label),
        ("--context", context, check_context),
        ("--gateway", gateway_namespace or None, check_label),
        ("--gateway", gateway_name if given.gateway is not None else None, check_subdomain),
        ("--section-name", given.section, check_subdomain),
        ("--domain", given.domain, check_subdomain),
    )
    said = [(flag, value, rule) for flag, value, rule in rules if value is not None]
    refuse([fault for flag, value, rule in said for fault in checked([(flag, value)], rule)])


def _ask(question: Question) -> str:
    if not can_ask():
        known = question.choices or ([question.default] if question.default else [])
        raise InvalidInput(
            f"{question.flag} is not given, and there is no terminal to ask on",
            detail="\n".join(["Found:", *(f"  {each}" for each in known)]) if known else "",
            resolution=f"{question.text}: give {question.flag}.",
        )
    if question.choices:
        return _choice(question)
    rule = RULES[question.flag]

    def legal(value: str) -> str:
        try:
            return rule(value.strip())
        except PydanticCustomError as error:
            raise click.BadParameter(escaped(error.message())) from None

    answer: str = click.prompt(
        escaped(question.text), default=question.default or None, value_proc=legal, err=True
    )
    return answer


def _choice(question: Question) -> str:
    say(f"{question.text}:", err=True)
    for number, each in enumerate(question.choices, 1):
        say(f"  {number}  {each}", err=True)
    numbers = click.IntRange(1, len(question.choices))
    chosen: int = click.prompt("Number", default=1, type=numbers, err=True)
    return question.choices[chosen - 1]


def _show(title: str, text: str) -> None:
    say(f"{title + ':':<12} {text}")


def _say_what_hides(file: Path) -> None:
    named = named_file(None, os.environ)
    if named and named.absolute() != file.absolute():
        print_warnings([f"{file} is not read: {CONFIG_VARIABLE} names {named}. Unset {CONFIG_VARIABLE}."])


def _show_faults(file: Path) -> None:
    """Show what would stop a create, as doctor does."""
    for result in check_settings(find_settings({}, file), serving=True):
        if result.outcome in (Outcome.WARNING, Outcome.FAILED):
            show(result, width_of(sys.stdout), symbols=sys.stdout.isatty())
