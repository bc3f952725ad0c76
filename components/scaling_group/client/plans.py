"""What changes would do, asked of the API server without making them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scaling_group.client.arguments import checked_name
from scaling_group.client.base import Client
from scaling_group.client.progress import OnProgress
from scaling_group.client.spec_verbs import DEFAULT_TIMEOUT, GroupFields, SpecVerbs
from scaling_group.reports import Plan
from scaling_group.spec.documents import Document
from scaling_group.spec.edit import Edit, Replace
from scaling_group.spec.group import GroupSpec

if TYPE_CHECKING:
    from scaling_group.operations.applying import ChangeOptions
    from scaling_group.operations.context import Context


class Plans(SpecVerbs[Plan, Plan]):
    """Changes of a client that are not made. Arguments and errors are those of the changes."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create_from(
        self,
        spec: GroupSpec,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Plan:
        """Return what creating the group of a spec would do."""
        from scaling_group.operations.create import Create

        by, context = self._with(message, timeout if wait else None, on_progress)
        return Create(spec, by).plan(context)

    def edit(
        self,
        name: str,
        edit: Edit | Replace,
        *,
        if_revision: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Plan:
        """Return what an edit would do."""
        from scaling_group.operations.update import Update

        by, context = self._with(message, timeout if wait else None, on_progress)
        return Update(checked_name(name), edit, by, if_revision).plan(context)

    def _replicas_before_zero(self, name: str) -> int:
        return self._client._replicas_before_zero(name)

    def rollback(
        self,
        name: str,
        *,
        to: int | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Plan:
        """Return what a rollback would do. timeout: warns of a start that takes longer, in seconds."""
        from scaling_group.operations.rollback import Rollback

        by, context = self._with("", timeout, on_progress)
        return Rollback(checked_name(name), by, to).plan(context)

    def delete(self, name: str, *, on_progress: OnProgress | None = None) -> Plan:
        """Return what a delete would do."""
        from scaling_group.operations.delete import Delete

        by, context = self._with("", None, on_progress)
        return Delete(checked_name(name), by).plan(context)

    def apply(
        self,
        groups: Iterable[GroupSpec | GroupFields | Document],
        *,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Sequence[Plan]:
        """Return what apply would do with each group."""
        from scaling_group.client.applying import checked_groups
        from scaling_group.operations.apply import Apply
        from scaling_group.operations.context import unguarded

        by, context = self._with("", timeout, on_progress)
        specs = checked_groups(groups, self._client._session.settings, timeout, context.report)
        apply = Apply(specs, by)
        context = replace(context, guard=unguarded)
        return apply.preview(apply.plan(context), context)

    def _with(
        self, message: str, timeout: float | None, on_progress: OnProgress | None
    ) -> tuple[ChangeOptions, Context]:
        return self._client._by(message, timeout), self._client._context(on_progress, timeout)
