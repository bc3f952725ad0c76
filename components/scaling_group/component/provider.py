"""The component for other languages: what the engine starts as a plugin.

https://www.pulumi.com/docs/iac/guides/building-extending/components/build-a-component/
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, main
from pulumi.provider.experimental.analyzer import (
    ComponentDefinition,
    PropertyDefinition,
    PropertyType,
    TypeDefinition,
)
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.schema import ComplexType, remove_none
from pulumi.provider.experimental.util import camel_case
from pulumi.provider.server import ComponentInitError

from scaling_group.component import args
from scaling_group.component.args import ScalingGroupArgs
from scaling_group.component.group import ScalingGroup
from scaling_group.component.inputs import InvalidArgs
from scaling_group.component.neighbours import SERVED, Neighbours
from scaling_group.errors import Fault
from scaling_group.naming import PROJECT
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.schedule import ScheduledReplicas
from scaling_group.spec.syntax import syntax_in

#: `id` is a resource's own in other languages.
ID_OUTPUT = "groupId"


class ScalingGroupProvider(ComponentProvider):
    """Answers for one component. Its arguments are checked by the component alone, all at once."""

    def __init__(self, version: str) -> None:
        super().__init__([ScalingGroup], PROJECT, version=version)
        self._neighbours = Neighbours()
        #: By the name of the input: what it may be besides text.
        self._long = {camel_case(name): self._analyzed(kind) for name, kind in _long_syntaxes().items()}
        schema = json.loads(self.schema or "{}")
        self.schema = json.dumps(_tidied(_with_long_syntaxes(schema, self._long)))

    def _analyzed(self, kind: type) -> TypeDefinition:
        self.analyzer.analyze_property(
            kind, ScalingGroupArgs, kind.__name__, can_be_plain=False, is_component_output=False
        )
        return self.analyzer.type_definitions[kind.__name__]

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        SERVED.set(self._neighbours)
        try:
            made = super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, InvalidArgs):
                raise readable(error.inner) from None
            raise
        return ConstructResult(_checked(made.urn), made.state)

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """Return the inputs under their names in Python.

        Unknown and missing ones are left to the component, which names every fault and not the first.
        """
        return self._renamed(inputs, component_def.inputs, component_def.inputs_mapping)

    def _renamed(
        self, inputs: Mapping[str, Any], known: Mapping[str, PropertyDefinition], names: Mapping[str, str]
    ) -> dict[str, Any]:
        return {
            names.get(key, key): self._value(key, value, known[key]) if key in known else value
            for key, value in inputs.items()
        }

    def _value(self, key: str, value: Any, definition: PropertyDefinition) -> Any:
        if key in self._long:
            return self._in_long_syntax(value, definition, self._long[key])
        if definition.type is PropertyType.INTEGER:
            return value.apply(_whole) if isinstance(value, pulumi.Output) else _whole(value)
        kind = self.get_type_definition(definition) if definition.ref else None
        if kind and isinstance(value, Mapping):
            return self._renamed(value, kind.properties, kind.properties_mapping)
        return value

    def _in_long_syntax(self, value: Any, definition: PropertyDefinition, kind: TypeDefinition) -> Any:
        """Return a value with the names of Python in the mappings that it holds."""
        if isinstance(value, pulumi.Output):
            return value.apply(lambda known: self._in_long_syntax(known, definition, kind))
        if isinstance(value, list):
            return [self._in_long_syntax(item, definition, kind) for item in value]
        if not isinstance(value, Mapping):
            return value
        if inner := definition.additional_properties:
            return {key: self._in_long_syntax(item, inner, kind) for key, item in value.items()}
        return self._renamed(value, kind.properties, kind.properties_mapping)

    def get_state(
        self, instance: pulumi.ComponentResource, component_def: ComponentDefinition
    ) -> dict[str, Any]:
        state = super().get_state(instance, component_def)
        return {ID_OUTPUT: state.pop("id"), **state}


async def _checked(urn: pulumi.Input[str]) -> str:
    """Return the component's URN, which is known once every Output in its arguments is checked."""
    try:
        return str(await pulumi.Output.from_input(urn).future())
    except InvalidArgs as error:
        raise readable(error) from None


def _whole(value: Any) -> Any:
    """Return a whole number as such: the engine sends every number as a float."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def readable(error: InvalidArgs) -> InputPropertiesError:
    """Return the error that the engine prints as it is, without a traceback.

    The faults stand in its text: of a fault of its own form the engine prints the property's value,
    of a secret too.
    """
    faults = [Fault(_path(fault), fault.message) for fault in error.faults]
    return InputPropertiesError(str(InvalidArgs(error.what, faults)), [])


def _path(fault: Fault) -> str:
    """Return the path as other languages write it: keys of maps are the user's own and stay."""
    first, *rest = fault.field.split(".")
    if first == "environment":
        rest = [camel_case(part) for part in rest]
    return ".".join([camel_case(first), *rest])


def _long_syntaxes() -> dict[str, type]:
    """Return the dictionary that a field may be, or may hold, in place of text."""
    kinds = {name: syntax_in(field.annotation) for name, field in GroupSpec.model_fields.items()}
    return {name: getattr(args, f"{kind.__name__}Args") for name, kind in kinds.items() if kind}


def _with_long_syntaxes(schema: dict[str, Any], kinds: Mapping[str, TypeDefinition]) -> dict[str, Any]:
    """Return the schema with both syntaxes; the analyzer knows no unions."""
    for resource in schema["resources"].values():
        for name, kind in kinds.items():
            token = f"{PROJECT}:index:{kind.name}"
            schema["types"][token] = remove_none(ComplexType.from_definition(kind).to_json())
            field = resource["inputProperties"][name]
            text = field.get("items") or field.get("additionalProperties") or field
            text["oneOf"] = [{"type": text.pop("type")}, {"$ref": f"#/types/{token}"}]
    return schema


def _tidied(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with the id under another name and descriptions without indentation."""
    _describe_schedule(schema)
    for resource in schema["resources"].values():
        properties = resource["properties"]
        properties[ID_OUTPUT] = properties.pop("id")
        resource["required"] = sorted(ID_OUTPUT if name == "id" else name for name in resource["required"])
    _clean(schema)
    return schema


def _describe_schedule(schema: dict[str, Any]) -> None:
    """Fill in what the analyzer reads from a class: `from` can be no name in one."""
    kind = schema["types"][f"{PROJECT}:index:{args.ScheduledReplicasArgs.__name__}"]
    kind["description"] = ScheduledReplicas.__doc__
    for name, field in ScheduledReplicas.defined.items():
        kind["properties"][field.written or name]["description"] = field.description


def _clean(part: Any) -> None:
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            part["description"] = inspect.cleandoc(part["description"])
        for each in part.values():
            _clean(each)


def serve(version: str) -> None:
    """Answer the engine until it ends; the arguments of the process say where it listens."""
    main(ScalingGroupProvider(version), sys.argv[1:])
