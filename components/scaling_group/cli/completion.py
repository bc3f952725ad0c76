"""Completion of groups and revisions, from what is there.

A shell waits for it at each press of the tab key: no model is loaded, nothing is checked that a command
checks, and no error is shown.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
import platformdirs

from scaling_group.cli.echo import escaped
from scaling_group.locations import folder_of, located
from scaling_group.naming import PROJECT, RECORD_KEY, SERVICE_NAME, stack_name
from scaling_group.settings.places import (
    APP,
    PREFIX,
    current_folder,
    found_file,
    named_file,
    users_file,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Of more names nobody is told whether they live: each is a file to read.
MOST_READ = 50
CHECKPOINT, ENTRY = ".json", ".history.json"
#: Commands for deleted groups, and those for deleted ones too.
OF_DELETED = ("restore",)
OF_ALL = ("get", "history", "diff", "unlock", "wait")
#: Commands whose first argument is no group.
WITHOUT_NAME = (
    "init",
    "create",
    "list",
    "doctor",
    "apply",
    "validate",
    "render",
    "schema",
    "diagnose",
    "env",
)
NUMBERING = ("--to", "--revision", "--if-revision")


class StandIn(click.Command):
    """Completes names and revisions in place of a command that takes long to load."""

    def __init__(self, verb: str, real: Callable[[], click.Command]) -> None:
        complete = name_or_revisions if verb == "diff" else group_names
        flags = [click.Option([flag]) for flag in ("--environment", "--namespace", "--context", "--config")]
        numbers = [click.Option([flag], shell_complete=revisions) for flag in NUMBERING]
        name = click.Option(["--name"], shell_complete=group_names)
        words = click.Argument(["group"], nargs=-1, shell_complete=complete)
        more = {"ignore_unknown_options": True}
        super().__init__(verb, params=[*flags, *numbers, name, words], context_settings=more)
        self._real = real

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the flags, which only the command itself knows."""
        return self._real().shell_complete(ctx, incomplete)


def stands_in(verb: str, words: Sequence[str]) -> bool:
    """Return whether a name or a revision comes after the words of a command, of which it is the first."""
    last = words[-1]
    by_flag = last == "--name" or last in NUMBERING
    argument = len(words) == 1 or (verb == "diff" and not last.startswith("-"))
    return verb not in WITHOUT_NAME and (by_flag or argument)


def group_names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the groups that a command can be about."""
    with suppress(OSError, ValueError, RuntimeError):
        environment, folder = _place(ctx)
        names = [name for name in _names(environment, folder) if name.startswith(incomplete)]
        verb = ctx.command.name or ""
        if verb not in OF_ALL and len(names) <= MOST_READ:
            names = [n for n in names if _lives(folder, environment, n) is (verb not in OF_DELETED)]
        return _items(names)
    return []


def revisions(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the revisions of the group that the command names, the newest first."""
    with suppress(OSError, ValueError, RuntimeError):
        environment, folder = _place(ctx)
        name = _named(ctx, _names(environment, folder))
        records = _records(folder, stack_name(environment, name)) if name else {}
        found = [number for number in records if str(number).startswith(incomplete)]
        newest_first = sorted(found, reverse=True)
        return _items(map(str, newest_first), [_about(records[n]) for n in newest_first])
    return []


def name_or_revisions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the revisions of the group that is named already, else the groups."""
    return revisions(ctx, param, incomplete) or group_names(ctx, param, incomplete)


def _items(values: Iterable[str], about: Iterable[str | None] = ()) -> list[CompletionItem]:
    # Every command imports this module for its options, and few complete something.
    from click.shell_completion import CompletionItem

    return [CompletionItem(value, help=told) for value, told in zip_longest(values, about)]


def _named(ctx: click.Context, names: Sequence[str]) -> str:
    given = ctx.params.get("group") or ()
    # An option that waits for its value leaves the arguments where they are.
    words = [ctx.params.get("name"), *([given] if isinstance(given, str) else given), *ctx.args]
    return next((word for word in words if word in names), "")


def _place(ctx: click.Context) -> tuple[str, Path]:
    """Return the environment and the state folder; raises ValueError for state that is in no folder."""
    users, named = users_file(), named_file(_path(ctx.params.get("config")), os.environ)
    project = named or found_file(current_folder(), users)
    files = [(file, _content(file)) for file in (users, project) if file]
    said = [content.get("environment") for _, content in files]
    given = (ctx.params.get("environment"), os.environ.get(f"{PREFIX}ENVIRONMENT"), *reversed(said))
    environment = next((str(value) for value in given if value), "")
    state = _folder(files, named)
    if not environment or state is None:
        raise ValueError(environment)
    return environment, state / ".pulumi"


def _folder(files: Sequence[tuple[Path, dict[str, Any]]], named: Path | None) -> Path | None:
    """Return the folder that state is in, None where it is elsewhere."""
    said = [
        (content.get("state", {}).get("backend"), file.absolute().parent) for file, content in reversed(files)
    ]
    variables = [(os.environ.get(name), None) for name in ("PULUMI_BACKEND_URL", f"{PREFIX}STATE_BACKEND")]
    given = next(((str(url), base) for url, base in (*variables, *said) if url), None)
    if given is None:
        return _data_dir(files, named) / "state"
    url, base = given
    return folder_of(located(url, base or current_folder()))


def _path(given: object) -> Path | None:
    return Path(str(given)) if given else None


def _data_dir(files: Sequence[tuple[Path, dict[str, Any]]], named: Path | None) -> Path:
    """Return where state is; a project's file that nobody has named does not say so."""
    if given := os.environ.get(f"{PREFIX}DATA_DIR"):
        return Path(given).expanduser().absolute()
    for file, content in reversed(files):
        if content.get("data_dir") and file in (named, users_file()):
            folder: Path = file.absolute().parent / Path(str(content["data_dir"])).expanduser()
            return folder
    return Path(platformdirs.user_data_dir(APP))


def _content(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _names(environment: str, folder: Path) -> list[str]:
    beginning = stack_name(environment, "")
    stacks = [name for name in os.listdir(folder / "stacks" / PROJECT) if name.startswith(beginning)]
    found = [name.removesuffix(CHECKPOINT) for name in stacks if name.endswith(CHECKPOINT)]
    names = (name.removeprefix(beginning) for name in found)
    return sorted(name for name in names if SERVICE_NAME.fullmatch(name))


def _lives(folder: Path, environment: str, name: str) -> bool:
    """Return whether the stack of a group holds anything, as a delete leaves none."""
    file = folder / "stacks" / PROJECT / f"{stack_name(environment, name)}{CHECKPOINT}"
    return bool(orjson.loads(file.read_bytes())["checkpoint"]["latest"].get("resources"))


def _records(folder: Path, stack: str) -> dict[int, dict[str, Any]]:
    history = folder / "history" / PROJECT / stack
    files = [history / name for name in sorted(os.listdir(history)) if name.endswith(ENTRY)]
    found = [orjson.loads(file.read_bytes())["config"].get(f"{PROJECT}:{RECORD_KEY}") for file in files]
    return {record["revision"]: record for record in map(_plain, found) if not record.get("deleted")}


def _plain(record: Any) -> Any:
    """Return a structured value; the engine has them as JSON in a text too."""
    held = record.get("value", record) if isinstance(record, dict) else record
    return orjson.loads(held) if isinstance(held, str) else held


def _about(record: dict[str, Any]) -> str:
    said = (record.get("action"), record["spec"].get("image"), record.get("message"))
    # To a shell a line break ends what it is told.
    return escaped(" ".join(str(part) for part in said if part))
