"""The GPUs that nodes offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scaling_group.errors import Unreadable
from scaling_group.gpu_offer import GpuOffer
from scaling_group.manifests.scheduling import gpu_taints
from scaling_group.operations.checks.check import Check, CheckFinding, ok, skipped, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.gather import read
from scaling_group.operations.gpus import naming_of, offered
from scaling_group.operations.protocols import Object
from scaling_group.reads import EVERYWHERE, Selection
from scaling_group.rollout.fields import parts, text
from scaling_group.rollout.gpu_nodes import TYPED, gpus_of, profile_of
from scaling_group.rollout.gpu_offers import DRA
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu_profiles import AUTO, GPU_TYPE_LABEL, NONE, TYPE_LABELS

#: Effects of taints that keep pods away.
HARD = ("NoSchedule", "NoExecute")


def _run(context: CheckContext) -> CheckFinding:
    kinds = ("DeviceClass", "ResourceSlice")
    chosen = [Selection("Node", "", needed=True), *(Selection(kind, EVERYWHERE) for kind in kinds)]
    try:
        found = read(context.cluster, chosen)
    except Unreadable:
        return skipped("this user may not list nodes")
    return gpu_finding(found.of("Node"), offered(found, context.environment), context.environment)


def gpu_finding(
    nodes: Sequence[Object], offers: Sequence[GpuOffer], environment: EnvironmentSpec
) -> CheckFinding:
    """Return what groups can ask for with --gpu on these nodes."""
    if not offers:
        return ok("no node offers GPUs")
    naming = naming_of(environment, nodes)
    offer = ", ".join(in_words(offers, naming.profile))
    own = "" if naming.profile is None else naming.profile
    elsewhere = [each for each in offers if each.type and each.profile not in ("", own)]
    unnamed = [each for each in offers if not each.type and each.resource in TYPED and own != NONE]
    if elsewhere or unnamed:
        return _unnamed([*elsewhere, *unnamed], offer, own, nodes)
    keys = _untolerated(nodes)
    if keys:
        return warning(
            f"nodes with GPUs have taints that groups do not tolerate: {', '.join(keys)}",
            detail=f"Types on offer: {offer}",
            resolution=f"Create groups with --toleration={keys[0]}",
        )
    found = profile_of(nodes) if environment.gpu_profile == AUTO else None
    return ok(f"{offer} (profile {found.profile})" if found else offer)


def in_words(offers: Sequence[GpuOffer], profile: str | None) -> list[str]:
    """Return what --gpu takes, with how many there are: `l4:8`, `t4:16 (shared by time-slicing)`."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in offers:
        if each.profile in ("", profile) and (each.type or profile == NONE):
            counts[each.type or each.resource, each.shared, each.by] += each.count
    return [f"{kind}:{count}{_how(shared, by)}" for (kind, shared, by), count in sorted(counts.items())]


def _how(shared: str, by: str) -> str:
    said = [f"shared by {shared}"] if shared else []
    return f" ({', '.join(said + ['dra'] * (by == DRA))})" if said or by == DRA else ""


def _unnamed(offers: Sequence[GpuOffer], offer: str, profile: str, nodes: Sequence[Object]) -> CheckFinding:
    """Return that nodes do not name the type of their GPUs as groups ask for it."""
    label = TYPE_LABELS.get(profile, GPU_TYPE_LABEL)
    names = sorted({node.name or "all nodes" for each in offers for node in each.nodes})
    detail = f"Types on offer: {offer}" if offer else ""
    told = profile_of(nodes)
    other = next((each.profile for each in offers if each.profile), "")
    if not offer and other and told and told.profile == other:
        return warning(
            f"this cluster names its GPUs as the profile {other} says, not by {label}",
            detail=f"{told.said}.",
            resolution=f'Set in scaling-group.toml: [gpu] profile = "{other}", or "auto"',
        )
    return warning(
        f"nodes with GPUs of no type{f' in the profile {profile}' if profile else ''}: {', '.join(names)}",
        detail=detail,
        resolution=f"--gpu=COUNT uses them; for --gpu=TYPE label them: {label}=TYPE",
    )


def _untolerated(nodes: Sequence[Object]) -> list[str]:
    """Return the keys of taints on nodes with GPUs that a group with such GPUs does not tolerate."""
    keys = set()
    for node in nodes:
        tolerated = {key for resource, _ in gpus_of(node) for key in gpu_taints(resource)}
        taints = (text(each, "key") for each in parts(node, "spec", "taints") if text(each, "effect") in HARD)
        keys |= {key for key in taints if tolerated and key not in tolerated}
    return sorted(keys)


CHECKS = (
    Check(
        id="gpus",
        title="GPUs",
        about="GPU types on offer with their numbers, as `gpus` finds them: by the label of the profile, "
        "or of DeviceClasses. A warning where nodes name their types by another label or not at all, or have "
        "taints that groups do not tolerate.",
        run=_run,
        needs=("settings", "cluster"),
    ),
)
