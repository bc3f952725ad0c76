"""Many groups at once from one file, and the memory that it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.contenders import IMAGE, OURS, Ours
from benchmarks.figures import Work
from benchmarks.measure import run
from benchmarks.works.bench import Bench


def apply(bench: Bench) -> Iterator[Work]:
    """Yield one apply of each number of groups; each is the first and only one in its environment."""
    for size in bench.profile.applied:
        bench.report(f"`apply` of {size} groups")
        shell = bench.place.shell(f"apply-{size}")
        # YAML documents that are JSON.
        groups = [{"name": f"web-{n:03d}", "image": IMAGE, "port": 8080} for n in range(size)]
        (shell.folder / "groups.yaml").write_text("\n---\n".join(map(json.dumps, groups)))
        done = run(Ours(shell)("apply", "-f", "groups.yaml", "--no-wait"), watched=True)
        yield Work(f"apply-{size}", f"`apply` of {size} groups", {OURS: [done]})
        bench.place.forget(shell)
