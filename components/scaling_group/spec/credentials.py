"""What looks like a credential, by its name or by its form.

Whatever is in a Deployment is plain text for everybody who can read it, in the state and in the history.
The forms are those that vendors publish for the scanners of repositories. A scanner's library (for example
detect-secrets) knows them too; it takes 0.2 s and an HTTP client to load, in every create.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scaling_group.spec.rejection import invalid, reject

if TYPE_CHECKING:
    from pydantic_core import PydanticCustomError

# Patterns are texts: the large one takes longer to compile than a spec to check, and most commands look at no
# text that it is for. The module re keeps what it has compiled.

#: The shortest forms are `pass=x` and `://:x@`.
SHORTEST = 6
#: How a name ends whose value is a credential, its words joined by `_`, in capitals.
_ENDINGS = (
    r"(PASSWORD|PASSWD|PASSPHRASE|PASSCODE|API_?KEY|SECRET_?KEY(_?BASE)?|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?TOKEN"
    r"|ACCESS_?TOKEN|CLIENT_?SECRET|(^|_)(PASS|SECRET|TOKEN)|_(PWD|PAT)|(^|_)(BASIC|REDISCLI)_AUTH"
    r"|(ACCOUNT|DEPLOY|ENCRYPTION|FERNET|HMAC|JWT|LICENSE|MASTER|SIGNING|SSH|STORAGE)_?KEY)(_?\d{1,2})?$"
)
#: Names of amounts: with them a number is one.
_AMOUNT = r"(^|_)(MAX|MIN|NUM|COUNT|LIMIT|LENGTH|SIZE)_"
_WORDS = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+"
#: What no credential is: a switch, a small number, a token of a tokenizer (`</s>`).
_HARMLESS = r"(?i:true|false|yes|no|on|off|none|null|enabled?|disabled?|\d{1,3}|<[^<>\s]{1,30}>)?"
#: A file: a folder in lower case and more below it. What only begins with a slash may be base64.
_FILE = r"/[a-z][a-z0-9._-]*(/[A-Za-z0-9._-]{1,64})+"
#: Of another variable of the container, which Kubernetes puts in its place; `$$(A)` is no reference.
#: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
_REFERENCE = r"(?<!\$)\$\([-._a-zA-Z][-._a-zA-Z0-9]*\)"

# Repetitions are bounded where a long value could be gone through again from each of its characters.
_FORMS = (
    r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY( BLOCK)?-----"
    r"|://[^/\s:@]{0,200}:[^/\s@]+@"  # user:password@ in a URL
    # What begins with a word, in one group: \b is looked for once at a character, not once for each form.
    r"|\b(AGE-SECRET-KEY-1[0-9A-Z]{50}|PuTTY-User-Key-File-"
    r"|(A3T[0-9A-Z]|AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b|AKC[a-zA-Z0-9]{40,}"  # AWS, Artifactory
    r"|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}"
    r"|gl(pat|dt|rt|cbt|ptt|ft|soat|oas|agent|imt)-[A-Za-z0-9_-]{20,}"  # GitLab
    r"|GR1348941[\w-]{20}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T\w{6,20}/B\w{6,20}/\w{16,}"
    r"|hf_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,}"
    r"|sk-[A-Za-z0-9_-]{20,}|xai-[A-Za-z0-9]{40,}|lsv2_(pt|sk)_[a-f0-9]{32}"  # model vendors
    r"|[rs]k_(live|test)_[0-9a-zA-Z]{16,}|whsec_[A-Za-z0-9+/=]{24,}"  # Stripe
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}"  # Google
    r"|SG\.[\w-]{22}\.[\w-]{43}"
    r"|[0-9a-z]{32}-us\d{1,2}\b|SK[0-9a-f]{32}\b"  # SendGrid, Mailchimp, Twilio
    r"|do[opr]_v1_[a-f0-9]{64}|dapi[0-9a-f]{32}|hv[sbr]\.[A-Za-z0-9_-]{24,}|dp\.pt\.\w{40,}"
    r"|gls?[ac]_[A-Za-z0-9_+/=]{30,}|NRAK-[A-Z0-9]{27}|lin_api_\w{40}|ATATT3\w{30,}"
    r"|shp(at|ca|pa|ss)_[0-9a-fA-F]{32}|sq0(atp|csp)-[\w-]{22,}|\d{8,10}:[\w-]{35}\b"
    r"|\w{3}8Q~[\w~.-]{31,34}|[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27}"  # Azure, Discord
    r"|eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,}\."  # JSON Web Token
    r"|(Bearer|Basic)\s{1,3}[A-Za-z0-9+/=._~-]{16,})"
)
#: `password=…` in the text of a connection, a query or a command line.
_PAIR = r"""(?<![\w-])-{0,2}([A-Za-z][\w.-]{0,63})=("[^"]*"|'[^']*'|[^\s;&|,]*)"""
#: `--password …` in a command line.
_FLAG = r"(?<!\S)--?([A-Za-z][\w.-]{0,63})\s+([^\s-]\S*)"
#: Where a credential belongs that a field must not hold.
_INSTEAD = {
    "env": "Put it into a Secret and name it with secret_env ({}=secret:key)",
    "entrypoint": "Put it into a Secret, name that with secret_env (VARIABLE=secret:key) and write "
    "$(VARIABLE) in its place",
}
_NAMED = r"-{0,2}[A-Za-z][\w.-]{0,63}"


def looks_secret(name: str, value: str) -> bool:
    """Return whether a value looks like a credential, by its name or by its form."""
    literal = re.sub(_REFERENCE, "", value)
    return _named_secret(name, literal) or _formed_secret(literal)


def secret_arguments(arguments: Sequence[str]) -> Iterator[str]:
    """Yield what an entrypoint says a credential with: the flag or variable, `entrypoint` for neither."""
    told = False
    for argument, following in pairwise((*arguments, "")):
        name, equals, value = argument.partition("=")
        if not equals and argument.startswith("-") and not following.startswith("-"):
            value = following
        named = re.fullmatch(_NAMED, name) and _named_secret(name, re.sub(_REFERENCE, "", value))
        if named and value:
            yield name
        elif not told and (_formed_secret(re.sub(_REFERENCE, "", argument)) or _in_shell(argument)):
            yield "entrypoint"
        # The value of a flag has been told of with its flag.
        told = bool(named and not equals)


def secret_fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield field and name of each credential in the plain data of a group's spec."""
    yield from (("env", name) for name, value in _texts(fields.get("env")) if looks_secret(name, value))
    arguments = fields.get("entrypoint")
    if isinstance(arguments, list | tuple) and all(isinstance(argument, str) for argument in arguments):
        yield from (("entrypoint", name) for name in secret_arguments(arguments))
    for key, value in _texts(fields.get("annotations")):
        name = key.rpartition("/")[2]
        if looks_secret(name, value):
            yield "annotations", name if re.fullmatch(_NAMED, name) else "annotations"
    for probe in ("readiness", "liveness", "startup"):
        text = fields.get(probe)
        if isinstance(text, str) and _formed_secret(text):
            yield probe, probe


def require_no_credentials(fields: Mapping[str, Any], excused: Sequence[str]) -> None:
    """Raise a ValidationError with a fault for each field that holds what looks like a credential."""
    named: dict[str, list[str]] = {}
    for field, name in secret_fields(fields):
        if name not in excused:
            named.setdefault(field, []).append(name)
    if named:
        from pydantic_core import InitErrorDetails

        faults = [
            InitErrorDetails(type=credential(field, names), loc=(field,), input=names)
            for field, names in named.items()
        ]
        raise invalid().from_exception_data("GroupSpec", faults)


def credential(field: str, names: Sequence[str]) -> PydanticCustomError:
    """Return the error for what looks like a credential in a field; names: what excuses each."""
    told = ", ".join(f"an argument of the {name}" if name == "entrypoint" else name for name in names)
    return reject(
        "credential",
        f"{told} looks like a credential, and what is in {field} is plain text in the cluster, in "
        f"the state and in the history. {_INSTEAD.get(field, 'Leave it out').format(names[0])}; if it is "
        f"none, list {'the name' if field == 'env' else ', '.join(names)} in not_secret.",
    )


def _texts(mapping: object) -> Iterator[tuple[str, str]]:
    items = mapping.items() if isinstance(mapping, Mapping) else ()
    return ((key, value) for key, value in items if isinstance(key, str) and isinstance(value, str))


def _named_secret(name: str, value: str) -> bool:
    words = re.sub(_WORDS, "_", name).strip("_").upper()
    if not re.search(_ENDINGS, words) or re.fullmatch(_HARMLESS, value) or re.fullmatch(_FILE, value):
        return False
    return not (value.isdecimal() and re.search(_AMOUNT, words))


def _formed_secret(value: str) -> bool:
    if len(value) < SHORTEST:
        return False
    if re.search(_FORMS, value):
        return True
    return any(_named_secret(name, _unquoted(given)) for name, given in re.findall(_PAIR, value))


def _in_shell(command: str) -> bool:
    found = re.findall(_FLAG, re.sub(_REFERENCE, "", command))
    return any(_named_secret(name, _unquoted(given)) for name, given in found)


def _unquoted(value: str) -> str:
    """Return a value of a command line; one that a shell puts in its place is none of ours."""
    bare = value.strip("\"'")
    return "" if bare.startswith("$") else bare
