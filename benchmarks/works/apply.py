"""Many groups at once from one file, and the memory that it takes; then the same file again."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.contenders import IMAGE, KUBECTL, OURS, Kubectl, Ours
from benchmarks.figures import Work
from benchmarks.measure import run
from benchmarks.place import Shell
from benchmarks.targets import APPLY_AGAIN, APPLY_MANY
from benchmarks.works.bench import Bench

GROUPS, OBJECTS = "groups.yaml", "objects.json"


def apply(bench: Bench) -> Iterator[Work]:
    """Yield one apply of each number of groups, each the first and only one in its environment; then the
    largest number again, where nothing has changed.
    """
    most = max(bench.profile.applied)
    for size in bench.profile.applied:
        bench.report(f"`apply` of {size} groups")
        shell = _shell(bench, f"apply-{size}", size)
        done = run(Ours(shell)("apply", "-f", GROUPS, "--no-wait"), watched=True)
        key = APPLY_MANY if size == most else f"apply-{size}"
        yield Work(key, f"`apply` of {size} groups", {OURS: [done]})
        if size == most:
            yield _again(bench, shell, size)
        bench.place.forget(shell)


def _again(bench: Bench, shell: Shell, size: int) -> Work:
    beside = _shell(bench, "apply-kubectl", size)
    ours, kubectl = Ours(shell), Kubectl(beside)
    (beside.folder / OBJECTS).write_text(run(Ours(beside)("render", "-f", GROUPS, "-o", "json")).stdout)
    there = kubectl("apply", "--server-side", "-f", OBJECTS)
    run(there)
    steps = {OURS: lambda _: ours("apply", "-f", GROUPS, "--no-wait"), KUBECTL: lambda _: there}
    work = bench.engine(APPLY_AGAIN, f"`apply` of {size} unchanged groups", steps)
    bench.place.forget(beside)
    return work


def _shell(bench: Bench, name: str, size: int) -> Shell:
    """Return a shell with a file of groups: YAML documents that are JSON."""
    shell = bench.place.shell(name)
    groups = [{"name": f"web-{n:03d}", "image": IMAGE, "port": 8080} for n in range(size)]
    (shell.folder / GROUPS).write_text("\n---\n".join(map(json.dumps, groups)))
    return shell
