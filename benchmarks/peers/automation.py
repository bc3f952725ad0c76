"""What the documentation of the Automation API shows, a verb a run.

https://www.pulumi.com/docs/iac/automation-api/getting-started-automation-api/

The folder of the workspace is given, where the documentation leaves it to a temporary one: a stack of a
backend of files keeps its settings there.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from pulumi import automation

from benchmarks.peers.program import program_of


def main() -> None:
    options = _parser().parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    VERBS[options.verb](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=list(VERBS))
    parser.add_argument("--work", type=Path, required=True, help="folder of the workspace")
    parser.add_argument("--project", default="bench")
    parser.add_argument("--stack", default="")
    parser.add_argument("--objects", type=Path, help="file with the objects of the program")
    parser.add_argument("--image", default="")
    parser.add_argument("--sample", type=int, help="read the outputs of so many stacks only")
    return parser


def _workspace(options: argparse.Namespace) -> automation.LocalWorkspaceOptions:
    return automation.LocalWorkspaceOptions(work_dir=str(options.work))


def _existing(options: argparse.Namespace) -> automation.Stack:
    program = program_of(options.objects) if options.objects else lambda: None
    return automation.select_stack(
        options.stack, project_name=options.project, program=program, opts=_workspace(options)
    )


def create(options: argparse.Namespace) -> None:
    stack = automation.create_or_select_stack(
        options.stack,
        project_name=options.project,
        program=program_of(options.objects),
        opts=_workspace(options),
    )
    stack.set_config("image", automation.ConfigValue(options.image))
    print(stack.up().outputs["objects"].value)


def update(options: argparse.Namespace) -> None:
    stack = _existing(options)
    stack.set_config("image", automation.ConfigValue(options.image))
    print(stack.up().outputs["objects"].value)


def get(options: argparse.Namespace) -> None:
    print(sorted(_existing(options).outputs()))


def history(options: argparse.Namespace) -> None:
    # One page, as large as need be: the default page has 10 entries.
    for entry in _existing(options).history(page_size=100_000, page=1):
        print(entry.version, entry.start_time, entry.kind, entry.result)


def delete(options: argparse.Namespace) -> None:
    print(_existing(options).destroy().summary.result)


def list_(options: argparse.Namespace) -> None:
    """Print how many stacks there are, of how many the outputs were read, and how long that took."""
    settings = automation.ProjectSettings(name=options.project, runtime="python")
    workspace = automation.LocalWorkspace(work_dir=str(options.work), project_settings=settings)
    stacks = workspace.list_stacks()
    sampled = stacks[: options.sample]
    started = time.perf_counter()
    for stack in sampled:
        workspace.stack_outputs(stack.name)
    seconds = time.perf_counter() - started
    print(json.dumps({"stacks": len(stacks), "sampled": len(sampled), "seconds": seconds}))


VERBS = {
    "create": create,
    "update": update,
    "get": get,
    "history": history,
    "delete": delete,
    "list": list_,
}

if __name__ == "__main__":
    main()
