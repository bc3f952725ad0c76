"""headless-port: clients of a headless Service dial the pods themselves."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject, at, listed, whole


def find(subject: Subject, _config: Config) -> Iterator[str]:
    """Yield each port of a headless Service that is not the pods' own.

    A target that is a name is left alone: which port it is stands in the pods.
    """
    if subject.kind != "Service" or at(subject.manifest, "spec", "clusterIP") != "None":
        return
    for port in listed(at(subject.manifest, "spec", "ports")):
        number, target = whole(at(port, "port")), whole(at(port, "targetPort"))
        if isinstance(target, int) and target != number:
            yield f"the headless Service names port {number}, and its pods listen on {target}."


RULE = Rule(
    name="headless-port",
    demand="A headless Service must name the port that its Pods listen on, because nothing translates it.",
    fix="Make port and targetPort equal, or give the Service a cluster IP.",
    config=Config,
    find=find,
    kept_by_groups=True,
)
