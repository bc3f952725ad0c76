"""The headers that say as whom a request is made.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from scaling_group.cluster.understood import AS, AS_EXTRA, AS_GROUPS, AS_UID

Headers = list[tuple[bytes, bytes]]

#: What a header's name may hold besides letters and digits; a percent sign begins what it may not.
#: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
IN_NAMES = "!#$&'*+-.^_`|~"


def impersonation(user: Mapping[str, Any]) -> Headers:
    """Return the headers for the impersonated user, groups and extra fields of a kubeconfig's user."""
    named = [("User", user.get(AS)), ("Uid", user.get(AS_UID))]
    named = [(name, value) for name, value in named if value]
    named += [("Group", group) for group in user.get(AS_GROUPS) or ()]
    for key, values in (user.get(AS_EXTRA) or {}).items():
        named += [(f"Extra-{quote(str(key), safe=IN_NAMES)}", value) for value in values]
    return [(f"Impersonate-{name}".encode(), str(value).encode()) for name, value in named]
