"""Volumes: the text of a mount, its canonical form, and paths that fit one another."""

from __future__ import annotations

import pytest

from scaling_group.spec.mount import Mount
from tests.unit.spec.fields import faults, spec_with

FORMS = (
    "pvc:NAME:/path[:ro], secret:NAME:/path, configmap:NAME:/path, empty-dir[:SIZE]:/path or image:REF:/path"
)
DIGEST = f"sha256:{'0123abcd' * 8}"


@pytest.mark.parametrize(
    ("text", "mount", "canonical"),
    [
        ("pvc:models:/models", Mount("pvc", "models", "/models"), "pvc:models:/models"),
        ("pvc:models:/models:ro", Mount("pvc", "models", "/models", read_only=True), "pvc:models:/models:ro"),
        ("pvc:models:/models:rw", Mount("pvc", "models", "/models"), "pvc:models:/models"),
        ("pvc:a.b:/a/b/", Mount("pvc", "a.b", "/a/b"), "pvc:a.b:/a/b"),
        ("secret:tls:/etc/tls", Mount("secret", "tls", "/etc/tls", read_only=True), "secret:tls:/etc/tls"),
        ("configmap:a:/etc/a", Mount("configmap", "a", "/etc/a", read_only=True), "configmap:a:/etc/a"),
        ("empty-dir:/scratch", Mount("empty-dir", "", "/scratch"), "empty-dir:/scratch"),
        (
            "empty-dir:1024Mi:/scratch",
            Mount("empty-dir", "", "/scratch", size="1Gi"),
            "empty-dir:1Gi:/scratch",
        ),
        ("empty-dir:/dev/shm/", Mount("empty-dir", "", "/dev/shm"), "empty-dir:/dev/shm"),  # noqa: S108 - in a container
        ("empty-dir:/with blank/ü", Mount("empty-dir", "", "/with blank/ü"), "empty-dir:/with blank/ü"),
        ("empty-dir:/devices", Mount("empty-dir", "", "/devices"), "empty-dir:/devices"),
        ("image:llama:/m/", Mount("image", "llama", "/m", read_only=True), "image:llama:/m"),
        (
            f"image:host:5000/a/llama:v1@{DIGEST}:/m",
            Mount("image", f"host:5000/a/llama:v1@{DIGEST}", "/m", read_only=True),
            f"image:host:5000/a/llama:v1@{DIGEST}:/m",
        ),
        ("pvc:ro:/ro", Mount("pvc", "ro", "/ro"), "pvc:ro:/ro"),
    ],
)
def test_legal_mounts_and_their_canonical_form(text, mount, canonical):
    assert Mount.parse(text) == mount
    assert str(mount) == canonical
    assert spec_with(mounts=[text]).mounts == spec_with(mounts=[canonical]).mounts == (mount,)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", f"'': '' is not a kind of volume. Write {FORMS}."),
        ("/models", f"'/models' is not a kind of volume. Write {FORMS}."),
        ("nfs:server:/a", f"'nfs' is not a kind of volume. Write {FORMS}."),
        ("PVC:a:/a", "'PVC' is not a kind of volume."),
        ("pvc", "'' is not an absolute path like /models."),
        ("pvc:a", "'a' is not an absolute path like /models."),
        ("pvc:a:b", "'b' is not an absolute path like /models."),
        ("pvc:a:b:ro", "'b' is not an absolute path like /models."),
        ("image:/a", f"'image:/a' names no image or no path. Write {FORMS}."),
        ("image:llama:v1", "'image:llama:v1' names no image or no path."),
        ("image:Llama:/a", "'Llama' is not an image reference. The repository must be lower case: llama"),
        ("image:llama:/a:ro", "only a pvc can be given :ro or :rw."),
        ("image:llama:/proc", "/proc belongs to the container's runtime."),
        ("pvc:/a", f"'pvc:/a' names no pvc. Write {FORMS}."),
        ("pvc:a:b:/c", "'pvc:a:b:/c' names no pvc."),
        ("pvc:A:/a", "'A' cannot be the name of a PersistentVolumeClaim"),
        ("pvc::/a", "'' cannot be the name of a PersistentVolumeClaim"),
        ("secret:A_b:/a", "'A_b' cannot be the name of a secret"),
        ("secret:a:/a:ro", "only a pvc can be given :ro or :rw."),
        ("configmap:a:/a:rw", "only a pvc can be given :ro or :rw."),
        ("empty-dir:/a:ro", "only a pvc can be given :ro or :rw."),
        ("empty-dir:1Gi:2Gi:/a", "'empty-dir:1Gi:2Gi:/a' has too many parts."),
        ("empty-dir:8GB:/a", "the size '8GB' is not a quantity. Did you mean 8G"),
        ("empty-dir:0:/a", "the size '0' must be more than zero"),
        ("empty-dir:/", "'/' is not an absolute path"),
        ("empty-dir:/a/../b", "'/a/../b' is not an absolute path"),
        ("empty-dir:/a//b", "'/a//b' is not an absolute path"),
        ("empty-dir:/./a", "'/./a' is not an absolute path"),
        ("empty-dir://a", "'//a' is not an absolute path"),
        ("empty-dir:/a\0", "is not an absolute path"),
        ("empty-dir:/a\x7f", "'/a\\x7f' holds U+007F, which cannot be sent to the API server."),
        ("pvc:a:/proc", "/proc belongs to the container's runtime."),
        ("pvc:a:/proc/", "/proc/ belongs to the container's runtime."),
        ("pvc:a:/sys/fs", "/sys/fs belongs to the container's runtime."),
        ("pvc:a:/dev", "/dev belongs to the container's runtime."),
        ("pvc:a:/dev/shm/x", "/dev/shm/x belongs to the container's runtime."),  # noqa: S108 - in a container
        (3, "must be text, not 3; put quotes around it."),
    ],
)
def test_illegal_mounts_are_refused(text, part):
    found = faults(mounts=["empty-dir:/fine", text])

    assert found.keys() == {"mounts.1"}
    assert part in found["mounts.1"]


def test_a_path_is_mounted_once():
    found = faults(mounts=["pvc:a:/a", "pvc:b:/b", "empty-dir:/a/", "secret:c:/c", "secret:c:/b"])

    assert found == {"mounts": "/a, /b is mounted twice."}


def test_a_folder_in_a_mount_can_be_a_mount():
    assert len(spec_with(mounts=["pvc:a:/a", "empty-dir:/a/cache", "pvc:a:/b"]).mounts) == 3


@pytest.mark.parametrize(
    ("size", "canonical"), [("64Mi", "64Mi"), ("2048Mi", "2Gi"), ("1e9", "1G"), (None, None)]
)
def test_the_size_of_shared_memory(size, canonical):
    assert spec_with(shm_size=size).shm_size == canonical


@pytest.mark.parametrize(
    ("size", "part"),
    [
        ("8GB", "Did you mean 8G (powers of 1000) or 8Gi (of 1024)?"),
        ("0", "'0' must be more than zero"),
        ("500m", "'500m' means parts of a byte."),
        ("", "'' is not a quantity."),
        (True, "must be text, not True"),
    ],
)
def test_an_illegal_size_of_shared_memory_is_refused(size, part):
    assert part in faults(shm_size=size)["shm_size"]


def test_shared_memory_has_one_size():
    found = faults(shm_size="1Gi", mounts=["empty-dir:2Gi:/dev/shm/"])

    assert found == {"shm_size": "/dev/shm is already mounted; set the size in one place."}  # noqa: S108 - in a container
