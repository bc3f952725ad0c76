"""How an environment names types of GPU, as plain values that a record keeps."""

from __future__ import annotations

from collections.abc import Callable

from scaling_group.errors import Fault, InvalidInput, Unreadable
from scaling_group.operations.protocols import ClusterReader, Report
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu_profiles import AUTO, PROFILES
from scaling_group.spec.group import GroupSpec


def named(
    spec: GroupSpec, environment: EnvironmentSpec, cluster: Callable[[], ClusterReader], report: Report
) -> EnvironmentSpec:
    """Return the environment with a profile that is found out, and the names alone that the group uses.

    Asks for nodes only where the profile is auto and the group needs one. Raises InvalidInput where they tell
    of no profile, or may not be listed.
    """
    if environment.gpu_profile != AUTO or not needs_profile(spec):
        return without_auto(spec, environment)
    profile = _looked_up(cluster(), report)
    return without_auto(spec, environment.model_copy(update={"gpu_profile": profile}))


def needs_profile(spec: GroupSpec) -> bool:
    """Return whether a group asks for nodes that each kind of cluster labels in its own way."""
    return spec.spot or (spec.gpu is not None and spec.gpu.product is not None)


def without_auto(spec: GroupSpec, environment: EnvironmentSpec) -> EnvironmentSpec:
    """Return the environment without a profile that nobody has found out, and the names that are used."""
    product = spec.gpu.product if spec.gpu else None
    used = tuple(each for each in environment.gpu_names if each[0] == product)
    profile = None if environment.gpu_profile == AUTO else environment.gpu_profile
    if (profile, used) == (environment.gpu_profile, environment.gpu_names):
        return environment
    return environment.model_copy(update={"gpu_profile": profile, "gpu_names": used})


def kept(today: EnvironmentSpec, record: EnvironmentSpec, spec: GroupSpec) -> dict[str, object]:
    """Return how the next revision of a group names types: as recorded, unless the settings say.

    spec: that of the record. With auto a group that needs a profile already keeps what it was made with.
    """
    names = dict(record.gpu_names) | dict(today.gpu_names)
    naming: dict[str, object] = {"gpu_names": tuple(sorted(names.items()))} if names else {}
    looked_up = today.gpu_profile == AUTO and (record.gpu_profile is not None or needs_profile(spec))
    if today.gpu_profile and not looked_up:
        naming["gpu_profile"] = today.gpu_profile
    return naming


def _looked_up(cluster: ClusterReader, report: Report) -> str:
    # Whoever names a profile loads nothing of this.
    from scaling_group.rollout.gpu_nodes import profile_of

    try:
        found = profile_of(cluster.list_objects("Node", ""))
    except Unreadable as error:
        raise _unknown("this user may not list nodes") from error
    if found is None:
        raise _unknown("no node has GPUs or tells of its platform")
    report(f"GPU profile {found.profile}: {found.said}")
    return found.profile


def _unknown(why: str) -> InvalidInput:
    said = f"auto cannot be found out: {why}. Name one of {', '.join(PROFILES)}."
    return InvalidInput("the settings are not valid:", [Fault("gpu.profile", said)])
