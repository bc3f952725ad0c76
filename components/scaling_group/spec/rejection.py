"""How a rule of the spec says no."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scaling_group.errors import Fault, did_you_mean

# Only what says no loads them.
if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

#: A value longer than this is shown by its beginning; a message has to stay readable.
SHOWN_LENGTH = 80
#: What a fault of pydantic asks for.
TYPES = {"string_type": "text", "tuple_type": "a list", "list_type": "a list", "dict_type": "a mapping"}
#: Fields of pods and containers, and those of a group that take their place.
KUBERNETES = {
    "args": ("entrypoint",),
    "command": ("entrypoint",),
    "containerPort": ("port",),
    "envFrom": ("env_from",),
    "imagePullSecrets": ("image_pull_secrets",),
    "labels": ("tags",),
    "livenessProbe": ("liveness",),
    "nodeSelector": ("node_selector",),
    "ports": ("port",),
    "progressDeadlineSeconds": ("progress_deadline",),
    "readinessProbe": ("readiness",),
    "resources": ("cpu", "memory", "gpu"),
    "serviceAccountName": ("service_account",),
    "startupProbe": ("startup",),
    "terminationGracePeriodSeconds": ("termination_grace",),
    "volumeMounts": ("mounts",),
    "volumes": ("mounts",),
}
#: Stands for the path of a fault of no single field.
WHOLE = "(whole)"


def reject(rule: str, sentence: str) -> PydanticCustomError:
    """Return the error for a broken rule; the sentence is shown as it is."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(rule, "{sentence}", {"sentence": sentence})


def rejected() -> type[PydanticCustomError]:
    """Return the type of what reject returns, for an except clause: asked where something was raised."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError


def invalid() -> type[ValidationError]:
    """Return the type of what models raise, for an except clause: asked where something was raised."""
    from pydantic import ValidationError

    return ValidationError


def with_fault(error: ValidationError, fault: PydanticCustomError, given: object) -> ValidationError:
    """Return the error with one more fault: of the field itself, not of one of its parts."""
    from pydantic_core import InitErrorDetails

    details = [_again(each) for each in error.errors(include_url=False)]
    details.append(InitErrorDetails(type=fault, input=given))
    return error.from_exception_data(error.title, details)


def _again(details: ErrorDetails) -> InitErrorDetails:
    from pydantic_core import InitErrorDetails

    context = details.get("ctx", {})
    kind = details["type"]
    again = reject(kind, context["sentence"]) if "sentence" in context else kind
    return InitErrorDetails(type=again, loc=details["loc"], input=details["input"], ctx=context)


def shown(value: object) -> str:
    """Return a value as messages quote it."""
    try:
        text = repr(value)
    except ValueError:
        # Python prints no integer of thousands of digits.
        return "a number of thousands of digits"
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def faults_of(error: ValidationError, known: Iterable[str] = ()) -> list[Fault]:
    """Return every fault of a pydantic error with the path of its field."""
    known = tuple(known)
    return [_fault(details, known) for details in error.errors(include_url=False)]


def _fault(details: ErrorDetails, known: tuple[str, ...]) -> Fault:
    path = ".".join(str(part) for part in details["loc"] if part != "[key]")
    return Fault(path or WHOLE, _sentence(details, known))


def _sentence(details: ErrorDetails, known: tuple[str, ...]) -> str:
    kind = details["type"]
    last = str(details["loc"][-1]) if details["loc"] else ""
    if kind == "missing":
        return "is required."
    if kind == "extra_forbidden":
        return f"no such field.{_instead(last, known) or did_you_mean(last, known)}"
    if kind in TYPES:
        return f"must be {TYPES[kind]}, not {_given(kind, details['input'])}."
    message = details["msg"]
    if "sentence" in details.get("ctx", {}):
        return message
    return f"{message[0].lower()}{message[1:]}, not {shown(details['input'])}."


def _instead(field: str, known: tuple[str, ...]) -> str:
    ours = KUBERNETES.get(field, ())
    return f" A group says {', '.join(ours)} in its place." if ours and {*ours} <= {*known} else ""


def _given(kind: str, given: object) -> str:
    """Return what was given in place of a type, and what to write where that is plain."""
    if kind == "string_type":
        return f"{shown(given)}; put quotes around it"
    first = given[0] if kind == "dict_type" and isinstance(given, list) and given else None
    if isinstance(first, dict) and "name" in first:
        # As a container has its variables: their values may be credentials.
        return f"a list of names and values; write {{{first['name']}: value}}"
    return shown(given)
