"""What every operation works with: the environment, its stacks, its cluster, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Self

from scaling_group.naming import stack_name
from scaling_group.operations.protocols import ClusterReader, Network, Reader, Report, Writer
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec

#: Raises where a spec must not be applied in an environment; asked before anything is changed.
Guard = Callable[[GroupSpec, EnvironmentSpec], None]


def unguarded(_spec: GroupSpec, _environment: EnvironmentSpec) -> None:
    """Let every spec pass."""


class AllowedSpec(NamedTuple):
    """A spec that the guard has let pass in an environment: revisions and plans are made of nothing else."""

    spec: GroupSpec
    environment: EnvironmentSpec


@dataclass(frozen=True)
class Context:
    """The functions open what is asked for when it is first needed: a spec that the guard refuses is
    refused where there is no cluster. guard: what each spec has to pass. turn: is entered before a stack is
    changed, and left after.
    """

    environment: EnvironmentSpec
    open_reader: Callable[[], Reader]
    open_cluster: Callable[[], ClusterReader]
    open_writer: Callable[[], Writer]
    network: Network
    report: Report
    guard: Guard
    turn: Callable[[], AbstractContextManager[None]] = nullcontext

    @cached_property
    def reader(self) -> Reader:
        """What reads stacks."""
        return self.open_reader()

    @cached_property
    def cluster(self) -> ClusterReader:
        return self.open_cluster()

    @cached_property
    def writer(self) -> Writer:
        """What changes stacks."""
        return self.open_writer()

    @contextmanager
    def locked(self, name: str) -> Iterator[Writer]:
        """Yield what changes the stack of a group, which no other command changes meanwhile."""
        with self.turn(), self.writer.locked(stack_name(self.environment.id, name)):
            yield self.writer

    def allow(self, spec: GroupSpec, environment: EnvironmentSpec) -> AllowedSpec:
        """Return the spec for a revision, and the environment as it is recorded with it.

        Raises what the guard raises, and InvalidInput for what the environment has no form for: GPUs of a
        type without a name there, a timeout of a GRPCRoute.
        """
        # Reads do without what a spec is checked by.
        from scaling_group.manifests.scheduling import check_placed
        from scaling_group.operations.gpu_naming import named
        from scaling_group.operations.needed_version import check_kubernetes
        from scaling_group.spec.route_kinds import check_route

        named_there = named(spec, environment, lambda: self.cluster, self.report)
        check_placed(spec, named_there)
        check_route(spec, named_there)
        self.guard(spec, named_there)
        check_kubernetes(spec, lambda: self.cluster)
        return AllowedSpec(spec, named_there)

    def telling(self, report: Report) -> Self:
        """Return this context with somebody else who is told."""
        return self._with(report=report)

    def looking(self, cluster: ClusterReader) -> Self:
        """Return this context with another way to the same cluster."""
        return self._with(open_cluster=lambda: cluster)

    def in_turn(self, turn: Callable[[], AbstractContextManager[None]]) -> Self:
        """Return this context where whoever changes a stack waits for its turn."""
        return self._with(turn=turn)

    def _with(self, **changes: Any) -> Self:
        opened: dict[str, Any] = {
            "open_reader": lambda: self.reader,
            "open_cluster": lambda: self.cluster,
            "open_writer": lambda: self.writer,
        }
        return replace(self, **{**opened, **changes})
