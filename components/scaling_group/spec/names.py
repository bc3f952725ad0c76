"""Names of groups, environments, namespaces, gateways and domains."""

from __future__ import annotations

import re
from typing import Annotated

from scaling_group.naming import (
    DNS_LABEL,
    DNS_SUBDOMAIN,
    HOST_LENGTH,
    LABEL_LENGTH,
    SERVICE_NAME,
)
from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown

#: As long as the longest name that Kubernetes knows.
LONGEST_CONTEXT = HOST_LENGTH


def legal_spelling(value: str, pattern: re.Pattern[str], longest: int) -> str:
    """Return the likely meant legal form of a name, or nothing where there is none."""
    candidate = re.sub(r"[^a-z0-9.-]+" if pattern is DNS_SUBDOMAIN else r"[^a-z0-9-]+", "-", value.lower())
    candidate = re.sub(r"-{2,}", "-", candidate).strip("-.")[:longest].rstrip("-.")
    return candidate if candidate != value and pattern.fullmatch(candidate) else ""


def _suggestion(value: str, pattern: re.Pattern[str], longest: int) -> str:
    candidate = legal_spelling(value, pattern, longest)
    return f" For example: {candidate}" if candidate else ""


def check_context(value: str) -> str:
    """Contexts are named after clusters, accounts and ARNs: any text of one line."""
    if not 0 < len(value) <= LONGEST_CONTEXT or not value.isprintable():
        form = f"1 to {LONGEST_CONTEXT} printable characters"
        raise reject("context", f"{shown(value)} is not the name of a context: {form}.")
    return value


def _checked(value: str, rule: str, pattern: re.Pattern[str], longest: int, form: str) -> str:
    if len(value) > longest:
        tail = _suggestion(value, pattern, longest)
        raise reject(rule, f"{shown(value)} has {len(value)} characters; at most {longest}.{tail}")
    if not pattern.fullmatch(value):
        raise reject(rule, f"{shown(value)} is not {form}.{_suggestion(value, pattern, longest)}")
    return value


def check_service_name(value: str) -> str:
    form = "a name of lower-case letters, digits and '-' that starts with a letter and does not end in '-'"
    return _checked(value, "service_name", SERVICE_NAME, LABEL_LENGTH, form)


def check_label(value: str) -> str:
    form = "a name of lower-case letters, digits and '-' that starts and ends with a letter or digit"
    return _checked(value, "dns_label", DNS_LABEL, LABEL_LENGTH, form)


def check_subdomain(value: str) -> str:
    form = "a domain of lower-case letters, digits, '-' and '.'"
    checked = _checked(value, "dns_subdomain", DNS_SUBDOMAIN, HOST_LENGTH, form)
    too_long = next((part for part in checked.split(".") if len(part) > LABEL_LENGTH), None)
    if too_long:
        raise reject("dns_subdomain", f"{shown(too_long)} has over {LABEL_LENGTH} characters between dots.")
    return checked


#: RFC 1035 label of at most 63 characters: the name of a Service.
ServiceName = Annotated[
    str, After(check_service_name, pattern=f"^{SERVICE_NAME.pattern}$", maxLength=LABEL_LENGTH)
]
#: RFC 1123 label of at most 63 characters, without dots.
DnsLabel = Annotated[str, After(check_label, pattern=f"^{DNS_LABEL.pattern}$", maxLength=LABEL_LENGTH)]
#: RFC 1123 subdomain of at most 253 characters.
DnsSubdomain = Annotated[
    str, After(check_subdomain, pattern=f"^{DNS_SUBDOMAIN.pattern}$", maxLength=HOST_LENGTH)
]
