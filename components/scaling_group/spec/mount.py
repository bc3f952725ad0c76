"""Volumes: claims, Secrets, ConfigMaps and empty folders, each mounted at one path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from scaling_group.spec.env import check_object_name
from scaling_group.spec.image import check_image
from scaling_group.spec.quantity import canonical_memory
from scaling_group.spec.rejection import reject, rejected, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax
from scaling_group.spec.text import check_sendable

KINDS = ("pvc", "secret", "configmap", "empty-dir", "image")
_FORMS = (
    "pvc:NAME:/path[:ro], secret:NAME:/path, configmap:NAME:/path, empty-dir[:SIZE]:/path or image:REF:/path"
)
_PATH = re.compile(r"/[^:/\0][^:\0]*")
#: Folders that belong to the container's runtime.
RESERVED = ("/proc", "/sys", "/dev")
#: Where processes of one pod share memory; shm_size makes room there.
SHM_PATH = "/dev/shm"  # noqa: S108 - in a container, not here


@dataclass(frozen=True)
class Mount(ShortSyntax):
    """kind is one of KINDS; name is the object's or the image's, empty for empty-dir; size is canonical."""

    LONG = LongSyntaxOf("MountFields")

    kind: str
    name: str
    path: str
    read_only: bool = False
    size: str = ""

    def __str__(self) -> str:
        given = self.kind == "pvc" and self.read_only
        parts = [self.kind, self.name or self.size, self.path, "ro" if given else ""]
        return ":".join(part for part in parts if part)

    @classmethod
    def parse(cls, text: str) -> Self:
        if text.startswith("image:"):
            return cls(*_image(text))
        kind, *rest = text.split(":")
        if kind not in KINDS:
            raise reject("mount", f"{shown(text)}: {shown(kind)} is not a kind of volume. Write {_FORMS}.")
        read_only = kind in ("secret", "configmap")
        if rest and rest[-1] in ("ro", "rw"):
            if kind != "pvc":
                raise reject("mount", f"{shown(text)}: only a pvc can be given :ro or :rw.")
            read_only = rest.pop() == "ro"
        path = _path(text, rest.pop() if rest else "")
        if kind == "empty-dir":
            return cls(kind, "", path, size=_size(text, rest))
        if len(rest) != 1:
            raise reject("mount", f"{shown(text)} names no {kind}. Write {_FORMS}.")
        name = check_object_name(rest[0], {"pvc": "PersistentVolumeClaim"}.get(kind, kind))
        return cls(kind, name, path, read_only)


def _image(text: str) -> tuple[str, str, str, bool]:
    """Return the parts of an image volume, whose reference has colons of its own."""
    reference, found, path = text.removeprefix("image:").rpartition(":/")
    if not found or not reference:
        raise reject("mount", f"{shown(text)} names no image or no path. Write {_FORMS}.")
    if path.endswith((":ro", ":rw")):
        raise reject("mount", f"{shown(text)}: only a pvc can be given :ro or :rw.")
    try:
        return "image", check_image(reference), _path(text, f"/{path}"), True
    except rejected() as error:
        raise reject("mount", f"{shown(text)}: {error.message()}") from None


def _size(text: str, rest: list[str]) -> str:
    if len(rest) > 1:
        raise reject("mount", f"{shown(text)} has too many parts. Write {_FORMS}.")
    try:
        return canonical_memory(rest[0]) if rest else ""
    except rejected() as error:
        raise reject("mount", f"{shown(text)}: the size {error.message()}") from None


def _path(text: str, path: str) -> str:
    plain = path.rstrip("/")
    if not _PATH.fullmatch(plain) or posixpath.normpath(plain) != plain:
        raise reject(
            "mount", f"{shown(text)}: {shown(path)} is not an absolute path like /models. Write {_FORMS}."
        )
    if plain != SHM_PATH and any(plain == r or plain.startswith(f"{r}/") for r in RESERVED):
        raise reject("mount", f"{shown(text)}: {path} belongs to the container's runtime.")
    return check_sendable(plain)


def twice(paths: Iterable[str]) -> list[str]:
    """Return what occurs more than once."""
    listed = list(paths)
    return sorted({path for path in listed if listed.count(path) > 1})
