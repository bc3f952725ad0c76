"""Records in annotations. Whoever may write a Deployment may write one, so each is a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import orjson

from scaling_group.naming import environment_label, id_label, record_annotation
from scaling_group.operations.protocols import Object
from scaling_group.records import Record
from scaling_group.spec.rejection import invalid, shown

#: How the key of an annotation with a record ends, after the domain of its labels.
RECORD = record_annotation("")


class AnnotatedRecord(NamedTuple):
    """What a Deployment says of itself: record where it bears it out, else why it is ignored, if anything."""

    record: Record | None = None
    ignored: str = ""


def read_annotation(deployment: Object) -> AnnotatedRecord:
    """Return the first record that a Deployment bears out, else what is wrong with one that it carries."""
    claims = list(_claims(deployment))
    return next((claim for claim in claims if claim.record), claims[0] if claims else AnnotatedRecord())


def annotated_record(deployment: Object) -> Record | None:
    """Return the record that a Deployment carries and bears out, None where there is none."""
    return read_annotation(deployment).record


def _claims(deployment: Object) -> Iterator[AnnotatedRecord]:
    metadata = deployment["metadata"]
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    for key in sorted(key for key in annotations if key.endswith(RECORD)):
        domain, text = key.removesuffix(RECORD), annotations[key]
        if text and (id_label(domain) in labels or environment_label(domain) in labels):
            record = _read(text)
            fault = _fault(record, metadata, domain) if record else "cannot be read, which is ignored"
            yield AnnotatedRecord(ignored=f"{_named(metadata)} {fault}") if fault else AnnotatedRecord(record)


def _named(metadata: Mapping[str, object]) -> str:
    return f"the Deployment {metadata.get('namespace')}/{metadata['name']} carries a record that"


def _read(text: str) -> Record | None:
    try:
        return Record.stored(orjson.loads(text))
    except (orjson.JSONDecodeError, invalid()):
        return None


def _fault(record: Record, metadata: Mapping[str, Mapping[str, str]], domain: str) -> str:
    labels, environment = metadata["labels"], record.environment
    pairs = {
        "name": (metadata["name"], record.name),
        "namespace": (metadata.get("namespace"), environment.namespace),
        "id": (labels.get(id_label(domain)), record.id),
        "label domain": (domain, environment.label_domain),
        "environment": (labels.get(environment_label(domain)), environment.id),
    }
    for what, (borne, said) in pairs.items():
        if borne != said:
            return (
                f"is not its own, which is ignored: its {what} is {shown(borne)}, "
                f"and the record says {shown(said)}"
            )
    return ""
