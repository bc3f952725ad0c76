"""Read one group."""

from __future__ import annotations

from dataclasses import replace

from scaling_group.operations.context import Context
from scaling_group.operations.observed import Origin, described, observe
from scaling_group.records import GroupView


def get(context: Context, name: str, *, probe: bool = False) -> GroupView:
    """Return a group with its live status, a deleted one from its record; raises NotFound.

    probe: ask its URL once; what the certificate and other routes tell counts for the status too.
    """
    group = observe(context, name, causes=True)
    if not probe or group.origin is Origin.DELETED:
        return group.described
    from scaling_group.operations.probe import ask

    probed = ask(context.cluster, context.network, group.record)
    certificates = dict(probed.certificates)
    seen = replace(
        group.seen,
        certificate_names=certificates.pop(group.record.hosts[0].host),
        further_certificates=certificates,
        other_routes=probed.other_routes,
    )
    answers = {"answer": probed.answer, "answers": probed.further}
    return described(group.record, seen).model_copy(update=answers)
