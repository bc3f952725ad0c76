"""allowed-registries: images come from where somebody looks after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from scaling_group.rules.rule import Config, Rule, Some
from scaling_group.rules.subject import Subject
from scaling_group.spec.marks import After
from scaling_group.spec.model import field
from scaling_group.spec.rejection import reject

#: Where an image without a host comes from; the first is how it is written out.
DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")


def _filled(registry: str) -> str:
    if not registry:
        raise reject("registry", "is empty: name a registry, or leave it out.")
    return registry


class AllowedRegistries(Config):
    registries: Some[Annotated[str, After(_filled, minLength=1)]] = field(
        description="Registries, optionally with the beginning of the path: ghcr.io/my-org, my-registry."
    )


def find(subject: Subject, config: AllowedRegistries) -> Iterator[str]:
    """Yield each image that is in none of the registries."""
    allowed = [_registry(text) for text in config.registries]
    for image, whose in subject.images:
        if not any(_is_in(_image(image), each) for each in allowed):
            yield f"the image {image} of {whose} is in none of {', '.join(config.registries)}."


def _is_in(image: str, registry: str) -> bool:
    """Return whether an image lies in a registry: `ghcr.io/a` does not hold `ghcr.io/ab/server`."""
    return image.startswith(registry) and image[len(registry) :][:1] in ("", "/", ":", "@")


def _image(reference: str) -> str:
    """Return a reference with the host that it leaves out, and Docker Hub's folder of official images."""
    host, slash, path = reference.partition("/")
    if slash and _is_host(host):
        return _known_as(host) + slash + path
    return f"{DOCKER_HUB[0]}/{reference if slash else f'library/{reference}'}"


def _registry(text: str) -> str:
    host, slash, path = text.rstrip("/").partition("/")
    return _known_as(host) + slash + path if _is_host(host) else f"{DOCKER_HUB[0]}/{host}{slash}{path}"


def _is_host(part: str) -> bool:
    """Return whether the first part is a host: https://github.com/distribution/reference says so."""
    return "." in part or ":" in part or part == "localhost"


def _known_as(host: str) -> str:
    return DOCKER_HUB[0] if host.lower() in DOCKER_HUB else host.lower()


RULE = Rule(
    name="allowed-registries",
    demand="Images must come from an allowed registry.",
    fix="Push the image to one of them and name it there (--image).",
    config=AllowedRegistries,
    find=find,
)
