"""helm-release: nothing of a program is hidden from the rules."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Level, Rule
from scaling_group.rules.subject import Subject

#: https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/
RELEASE = "kubernetes:helm.sh/v3:Release"


def find(subject: Subject, _config: Config) -> Iterator[str]:
    """Yield what no rule looks at."""
    if subject.resource_type == RELEASE:
        yield "the objects of this chart are made by Helm, and no rule sees them."


RULE = Rule(
    name="helm-release",
    demand="Charts must not be a Helm Release, whose objects no rule sees.",
    fix="Use a Chart (kubernetes.helm.v4.Chart), whose objects are resources, or check them in the cluster.",
    config=Config,
    find=find,
    level=Level.ADVISORY,
    kept_by_groups=True,
)
