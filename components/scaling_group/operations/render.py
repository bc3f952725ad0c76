"""What would be applied for a group, without a cluster and without the engine."""

from __future__ import annotations

from scaling_group.errors import InvalidInput
from scaling_group.manifests.group import objects
from scaling_group.manifests.scheduling import check_placed
from scaling_group.naming import ORGANIZATION, PROJECT, computed_id
from scaling_group.operations.gpu_naming import without_auto
from scaling_group.operations.protocols import Object
from scaling_group.records import Record
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hostname import check_together
from scaling_group.spec.resolved import unresolved


def render(spec: GroupSpec, environment: EnvironmentSpec) -> list[Object]:
    """Return the three objects; raises InvalidInput for a name that does not fit the environment, and for
    what only a cluster can say.

    The id is the one that a Pulumi program in the stack `<environment>.<name>` computes; `create`
    draws its own, which is the one difference.
    """
    check_together(spec, environment)
    if faults := unresolved(spec):
        raise InvalidInput("the group cannot be rendered without a cluster:", faults)
    check_placed(spec, environment)
    environment = without_auto(spec, environment)
    stack = Record(spec=spec, environment=environment).stack
    group_id = computed_id(ORGANIZATION, PROJECT, stack, environment.id, spec.name)
    record = Record(id=group_id, spec=spec, environment=environment)
    return objects(spec, environment, group_id, record.to_config())
