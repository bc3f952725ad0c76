"""GPUs that are devices of ResourceSlices, which a DeviceClass offers as an extended resource.

https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#extended-resource
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scaling_group.rollout.fields import Object, field, name_of, part, parts, text
from scaling_group.rollout.gpu_nodes import TYPED, VENDORS, Known, Naming, type_of
from scaling_group.rollout.gpu_offers import DRA, Holder, Kind, Row
from scaling_group.spec.gpu import OF_DEVICE_CLASS
from scaling_group.spec.quantity import amount_of

#: What the selectors of drivers' classes are made of: `device.driver == 'gpu.nvidia.com'`,
#: `device.attributes['gpu.nvidia.com'].type == 'gpu'`. Of an expression of another form nobody knows here
#: which devices it leaves out; they are counted.
DRIVER = re.compile(r"""device\.driver\s*==\s*['"]([^'"]+)['"]""")
ATTRIBUTE = re.compile(r"""device\.attributes\[['"]([^'"]+)['"]\]\.(\w+)\s*==\s*['"]([^'"]*)['"]""")
GIB = 2**30


class Device(NamedTuple):
    """One device, which has its name in the pool of a driver. node: empty for one that many can reach."""

    driver: str
    pool: str
    name: str
    node: str
    said: Object

    @property
    def key(self) -> tuple[str, str, str]:
        return self.driver, self.pool, self.name

    def attribute(self, domain: str, name: str) -> str:
        """Return an attribute that is text; one without a domain is of the driver's."""
        attributes = part(self.said, "attributes")
        short = attributes.get(name) if domain == self.driver else None
        return text(attributes.get(f"{domain}/{name}") or short, "string")


class Devices(NamedTuple):
    """What the API of dynamic resources tells. claims: None where they may not be read."""

    classes: Sequence[Object] = ()
    slices: Sequence[Object] = ()
    claims: Sequence[Object] | None = ()


def devices_of(slices: Iterable[Object]) -> Iterator[Device]:
    """Yield the devices of slices: those of a pool's newest generation."""
    known = list(slices)
    newest: dict[tuple[str, str], int] = {}
    for each in known:
        generation = field(each, "spec", "pool", "generation")
        if isinstance(generation, int):
            newest[_pool(each)] = max(generation, newest.get(_pool(each), 0))
    for each in known:
        if field(each, "spec", "pool", "generation") == newest.get(_pool(each)):
            driver, pool = _pool(each)
            for device in parts(each, "spec", "devices"):
                yield Device(driver, pool, text(device, "name"), text(each, "spec", "nodeName"), device)


def _pool(of: Object) -> tuple[str, str]:
    return text(of, "spec", "driver"), text(of, "spec", "pool", "name")


def selects(device_class: Object, device: Device) -> bool:
    """Return whether a class takes a device, as far as its selectors are understood."""
    expressions = [text(each, "cel", "expression") for each in parts(device_class, "spec", "selectors")]
    terms = [term for each in expressions if "||" not in each for term in each.split("&&")]
    return all(_holds(term, device) for term in terms)


def _holds(term: str, device: Device) -> bool:
    if found := DRIVER.fullmatch(term.strip()):
        return found[1] == device.driver
    if found := ATTRIBUTE.fullmatch(term.strip()):
        return device.attribute(found[1], found[2]) == found[3]
    return True


def resource_of(device_class: Object) -> str:
    """Return the extended resource that a class is requested by."""
    own = text(device_class, "spec", "extendedResourceName")
    return own or f"{OF_DEVICE_CLASS}/{name_of(device_class)}"


def add_devices(
    rows: dict[Kind, Row],
    found: Devices,
    nodes: Mapping[str, Object],
    naming: Naming,
    holders: Mapping[tuple[str, str], Holder],
) -> None:
    """Add the devices that classes offer as GPUs.

    nodes: by name. holders: whose pods are, by namespace and name. A device is shown once, of a class
    with a name for the resource where there is one.
    """
    classes = sorted(found.classes, key=lambda each: not text(each, "spec", "extendedResourceName"))
    held = dict(_held(found.claims or (), holders))
    for device in devices_of(found.slices):
        chosen = next((each for each in classes if _is_gpu(each, device) and selects(each, device)), None)
        if chosen is None:
            continue
        known = _known(device, resource_of(chosen), nodes, naming)
        kind = Kind(known.type, resource_of(chosen), known.profile, "", DRA)
        row = rows.setdefault(kind, Row(known.gib))
        row.nodes[device.node] = row.nodes.get(device.node, 0) + 1
        if holder := held.get(device.key):
            row.taken[device.node] += 1
            row.held[holder] += 1


def _is_gpu(device_class: Object, device: Device) -> bool:
    resource = text(device_class, "spec", "extendedResourceName")
    if resource:
        return resource.startswith(VENDORS) or resource.endswith("/gpu")
    return device.driver.startswith("gpu.") or device.attribute(device.driver, "type") == "gpu"


def _known(device: Device, resource: str, nodes: Mapping[str, Object], naming: Naming) -> Known:
    gib = round((amount_of(text(device.said, "capacity", "memory", "value")) or 0) / GIB)
    if resource not in TYPED:
        return Known(resource, "", gib)
    known = type_of(nodes.get(device.node, {}), resource, naming)
    return known if known.gib else known._replace(gib=gib)


def _held(
    claims: Iterable[Object], holders: Mapping[tuple[str, str], Holder]
) -> Iterator[tuple[tuple[str, str, str], Holder]]:
    for claim in claims:
        namespace = text(claim, "metadata", "namespace")
        users = [text(each, "name") for each in parts(claim, "status", "reservedFor")]
        whose = [holders[namespace, user] for user in users if (namespace, user) in holders]
        for result in parts(claim, "status", "allocation", "devices", "results"):
            key = text(result, "driver"), text(result, "pool"), text(result, "device")
            yield key, whose[0] if whose else Holder("", namespace)
