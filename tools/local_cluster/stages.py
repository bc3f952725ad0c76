"""The stages that kwok plays on nodes and pods, written to one file for its --config.

The fast stages of the toolchain bring nodes and plain pods up at once. Pods whose first image is
one of `simulate/*` are kept from them and go through the transitions of simulate.py instead.
Form of a Stage: https://kwok.sigs.k8s.io/docs/user/stages-configuration/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .simulate import IMAGE_PATTERN, IMAGES, TRANSITIONS, Event, Transition

Stage = dict[str, Any]

_FIRST_IMAGE = ".spec.containers[0].image"

#: Variables for what follows: the first container, its status so far and its restarts, and since
#: when the pod has not been ready.
_PRELUDE = """\
{{ $now := Now }}
{{ $main := index .spec.containers 0 }}
{{ $old := dict }}
{{ with .status.containerStatuses }}{{ $old = index . 0 }}{{ end }}
{{ $restarts := atoi (printf "%v" $old.restartCount) }}
{{ $started := or .status.startTime $now }}
{{ $image := $main.image }}
{{ $pod := printf "%s_%s(%s)" .metadata.name .metadata.namespace .metadata.uid }}
{{ $unready := $now }}
{{ range .status.conditions }}
{{ if and (eq .type "Ready") (eq .status "False") }}{{ $unready = .lastTransitionTime }}{{ end }}
{{ end }}
"""

#: Before Kubernetes 1.33 pods have no generation, and their statuses tell none.
_READY = """\
- type: {type}
  status: "True"
  {{ with .metadata.generation }}observedGeneration: {{ . }}{{ end }}
  lastTransitionTime: {{ $now | Quote }}
  reason: null
  message: null
"""

_NOT_READY = """\
- type: {type}
  status: "False"
  {{ with .metadata.generation }}observedGeneration: {{ . }}{{ end }}
  lastTransitionTime: {{ $unready | Quote }}
  reason: ContainersNotReady
  message: {{ printf "containers with unready status: [%s]" $main.name | Quote }}
"""

_STATUS = """\
phase: {phase}
{{ with .metadata.generation }}observedGeneration: {{ . }}{{ end }}
startTime: {{ $started | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
hostIPs:
- ip: {{ NodeIPWith .spec.nodeName | Quote }}
{{ $ip := or .status.podIP (PodIPWith .spec.nodeName (or .spec.hostNetwork false) \
.metadata.uid .metadata.name .metadata.namespace) }}
podIP: {{ $ip | Quote }}
podIPs:
- ip: {{ $ip | Quote }}
conditions:
- type: PodReadyToStartContainers
  status: {sandbox}
  {{ with .metadata.generation }}observedGeneration: {{ . }}{{ end }}
  lastTransitionTime: {{ $started | Quote }}
- type: Initialized
  status: "True"
  {{ with .metadata.generation }}observedGeneration: {{ . }}{{ end }}
  lastTransitionTime: {{ $started | Quote }}
{conditions}containerStatuses:
- name: {{ $main.name | Quote }}
  image: {{ $image | Quote }}
{container}{{ range rest .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  started: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $started | Quote }}
{{ end }}
"""

#: An Event as the kubelet's recorder writes it. One object for each text; a repetition raises its
#: count and last time.
_EVENT = """\
{{ $message := {message} }}
apiVersion: v1
kind: Event
metadata:
  name: {{ printf "%s.%s" .metadata.name (sha256sum (cat "{reason}" $message) | trunc 16) | Quote }}
  namespace: {{ .metadata.namespace | Quote }}
type: {type}
reason: {reason}
message: {{ $message | Quote }}
count: {{ {count} }}
firstTimestamp: {{ $started | Quote }}
lastTimestamp: {{ $now | Quote }}
involvedObject:
  apiVersion: v1
  kind: Pod
  name: {{ .metadata.name | Quote }}
  namespace: {{ .metadata.namespace | Quote }}
  uid: {{ .metadata.uid | Quote }}
  resourceVersion: {{ .metadata.resourceVersion | Quote }}
  fieldPath: {{ printf "spec.containers{%s}" $main.name | Quote }}
source:
  component: kubelet
  host: {{ .spec.nodeName | Quote }}
reportingComponent: kubelet
reportingInstance: {{ .spec.nodeName | Quote }}
"""


def stages_text(fast: Path) -> str:
    """Return the YAML for kwok: the fast stages in `fast`, kept from simulated pods, and our own."""
    stages = [_keep_from_simulated(stage) for stage in yaml.safe_load_all(fast.read_text())]
    stages += [_stage(transition) for transition in TRANSITIONS]
    return yaml.safe_dump_all(stages, sort_keys=False, width=100)


def _keep_from_simulated(stage: Stage) -> Stage:
    """Add to a pod's stage that no simulated image is meant; only deleting stays as it is."""
    spec = stage["spec"]
    if spec["resourceRef"]["kind"] == "Pod" and not spec["next"].get("delete"):
        spec["selector"]["matchExpressions"].append(_is_true(f"{_matches(IMAGES)} | not"))
    return stage


def _stage(transition: Transition) -> Stage:
    delay: dict[str, Any] = {"durationMilliseconds": int(transition.delay * 1000)}
    if transition.delay_from:
        delay["durationFrom"] = {"expressionFrom": transition.delay_from}
    selector = [
        _is_true(".metadata.deletionTimestamp == null"),
        _is_true(_matches(transition.images)),
        _is_true(transition.when),
    ]
    # Events first: whoever sees the new status finds its reasons.
    steps = [{"apply": {"type": "merge", "template": _event(event)}} for event in transition.events]
    patch = {"subresource": "status", "root": "status", "template": _status(transition)}
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": f"simulate-{transition.name}"},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": "Pod"},
            "selector": {"matchExpressions": selector},
            "delay": delay,
            "steps": [*steps, {"patch": patch}],
        },
    }


def _is_true(expression: str) -> dict[str, Any]:
    return {"key": expression, "operator": "In", "values": ["true"]}


def _matches(images: tuple[str, ...]) -> str:
    return f'({_FIRST_IMAGE} | test("{IMAGE_PATTERN.format("|".join(images))}"))'


def _event(event: Event) -> str:
    """Fill in by replacing: the braces of a Go template are those of str.format."""
    fields = {"type": event.type, "reason": event.reason}
    fields |= {"message": event.message, "count": event.count}
    return _PRELUDE + _fill(_EVENT, fields)


def _status(transition: Transition) -> str:
    condition = _READY if transition.ready else _NOT_READY
    kinds = ("Ready", "ContainersReady")
    fields = {
        "phase": transition.phase,
        "sandbox": '"True"' if transition.sandbox else '"False"',
        "conditions": "".join(_fill(condition, {"type": kind}) for kind in kinds),
        "container": _container(transition),
    }
    return _PRELUDE + _fill(_STATUS, fields)


def _container(transition: Transition) -> str:
    flags = {
        "ready": str(transition.ready).lower(),
        "started": str(transition.started).lower(),
        "restartCount": transition.restarts,
    }
    lines = [f"  {name}: {value}" for name, value in flags.items()]
    return "\n".join(lines) + "\n" + transition.container.rstrip() + "\n"


def _fill(template: str, fields: dict[str, str]) -> str:
    for name, value in fields.items():
        template = template.replace(f"{{{name}}}", value)
    return template
