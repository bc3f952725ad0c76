"""The state of a group whose objects are in a cluster already, as the engine would have written it.

The format is the deployment schema that `pulumi stack export` prints and `pulumi stack import` reads. With
each object goes the name under which its fields were applied: under another one they would have two owners,
and a field that is left out later would stay.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from importlib.metadata import version as installed
from typing import Any

from scaling_group.applied import AppliedObject
from scaling_group.engine.state import PROVIDER_TYPE
from scaling_group.naming import PROJECT, TYPE_TOKEN
from scaling_group.records import Record

VERSION = 3
STACK_TYPE = "pulumi:pulumi:Stack"

Object = dict[str, Any]


def adopted_state(record: Record, context: str, objects: Sequence[AppliedObject]) -> Object:
    """Return what `pulumi stack import` reads: the stack of a group with these objects."""
    urn = f"urn:pulumi:{record.stack}::{PROJECT}::"
    stack = {"urn": f"{urn}{STACK_TYPE}::{PROJECT}-{record.stack}", "custom": False, "type": STACK_TYPE}
    group = {
        "urn": f"{urn}{TYPE_TOKEN}::{record.name}",
        "custom": False,
        "type": TYPE_TOKEN,
        "inputs": {"record": record.to_config()},
        "parent": stack["urn"],
    }
    provider = _provider(urn, record, context)
    held = [_held(urn, str(group["urn"]), provider, each) for each in objects]
    return {"version": VERSION, "deployment": {"manifest": {}, "resources": [stack, group, provider, *held]}}


def _provider(urn: str, record: Record, context: str) -> Object:
    """Return the default provider, as the engine names and configures it."""
    package = installed("pulumi-kubernetes")
    inputs = {"clusterIdentifier": record.namespace_uid, "context": context, "version": package}
    name = f"default_{re.sub('[^0-9A-Za-z_-]', '_', package)}"
    return {
        "urn": f"{urn}{PROVIDER_TYPE}::{name}",
        "custom": True,
        "id": str(uuid.uuid4()),
        "type": PROVIDER_TYPE,
        "inputs": inputs,
        "outputs": inputs,
    }


def _held(urn: str, parent: str, provider: Object, each: AppliedObject) -> Object:
    manifest, metadata = each.manifest, each.manifest["metadata"]
    version = manifest["apiVersion"]
    kind = f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"
    known = {
        "__fieldManager": each.manager,
        "__initialApiVersion": version,
        "__inputs": manifest,
    }
    return {
        "urn": f"{urn}{TYPE_TOKEN}${kind}::{metadata['name']}",
        "custom": True,
        "id": f"{metadata['namespace']}/{metadata['name']}",
        "type": kind,
        "inputs": manifest,
        "outputs": {**each.live, **known},
        "parent": parent,
        "provider": f"{provider['urn']}::{provider['id']}",
    }
