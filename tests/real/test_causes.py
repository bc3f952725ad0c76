"""Why a group does not come up, where a kubelet says it: the sentence that create ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.integration.terminal import Terminal
from tests.real.telling import create
from tools.real_node.images import REGISTRY, SERVER


@dataclass(frozen=True)
class Failing:
    """A server and a group that cannot come up, and what is said of them.

    Attributes:
        server: the flags of the server.
        flags: those of create.
        secret: the keys of a Secret `credentials` that is there.
        also: what the lines below the sentence have.
        visible: what pods or events have as soon as anybody can know.
        first: what is told at once, where the cause is no fault yet: a start may take its time.
    """

    said: str
    visible: str
    server: str = ""
    flags: tuple[str, ...] = ()
    secret: Mapping[str, str] = field(default_factory=dict)
    also: str = ""
    first: str = ""


#: What may still become ready is waited for to the end.
SOON = ("--timeout=30s",)
SO_FAR = "1 running but not ready (readiness probe fails so far"
#: A container that is to be killed is killed.
AT_ONCE = ("--shutdown-delay=0", "--termination-grace=1")
CAUSES = {
    "crashes at once": Failing(
        "the process exits with code 3 right after it starts", '"exitCode": 3', "-exit=3"
    ),
    "crashes after a while": Failing(
        "the process exits with code 4", '"exitCode": 4', "-exit=4,-exit-after=3s"
    ),
    "finishes": Failing(
        "the process exits with code 0, but a replica must keep running",
        '"reason": "Completed"',
        "-exit=0",
    ),
    "takes too much memory": Failing(
        "the process needs more memory than its limit of 64Mi", "OOMKilled", "-eat-memory", ("--memory=64Mi",)
    ),
    "has a last word": Failing(
        "the process exits with code 5", '"exitCode": 5', "-exit=5,-message=no model", also="no model"
    ),
    "is no program of the image": Failing(
        "the image has no program /no/such", "no such file or directory", flags=("--entrypoint=/no/such",)
    ),
    "needs a Secret that is not there": Failing(
        "the Secret credentials does not exist",
        "CreateContainerConfigError",
        flags=("--secret-env=TOKEN=credentials:token",),
    ),
    "needs a key that its Secret has not": Failing(
        "the Secret credentials has no key token",
        "CreateContainerConfigError",
        flags=("--secret-env=TOKEN=credentials:token",),
        secret={"other": "x"},
    ),
    "has an image that is not there": Failing(
        f"the registry {REGISTRY} of the image {REGISTRY}/absent:1 is not known to DNS",
        "ErrImagePull",
        flags=(f"--image={REGISTRY}/absent:1",),
    ),
    "has a volume of an image that is not there": Failing(
        f"the registry {REGISTRY} of the image {REGISTRY}/absent:1 (mounted at /models) is not known to DNS",
        "ErrImagePull",
        flags=(f"--mount=image:{REGISTRY}/absent:1:/models",),
        also="--mount=image:IMAGE:/models",
    ),
    "has a volume of an image on a node without such volumes": Failing(
        f"cannot mount the image {SERVER}:v1 at /models",
        "CreateContainerError",
        flags=(f"--mount=image:{SERVER}:v1:/models", *SOON),
    ),
    "says that it is not ready": Failing(
        "GET /ready on port 8080 is answered with 503",
        "Readiness probe failed",
        "-never-ready",
        ("--readiness=http:/ready", *SOON),
        first=f"{SO_FAR}: GET /ready on port 8080 is answered with 503",
    ),
    "listens on another port": Failing(
        "the process listens on port 9999, but the group's port is 8080",
        "Readiness probe failed",
        "-listen=:9999",
        SOON,
        first=f"{SO_FAR}: nothing accepts connections on port 8080",
    ),
    "listens on loopback": Failing(
        "the process listens on 127.0.0.1:8080, which is not reachable from outside its pod",
        "Readiness probe failed",
        "-listen=127.0.0.1:8080",
        SOON,
        first=f"{SO_FAR}: nothing accepts connections on port 8080",
    ),
    "is found dead": Failing(
        "the liveness probe fails",
        "Liveness probe failed",
        "-healthy-for=1ms",
        ("--liveness=http:/healthy,period=1,failures=1", *AT_ONCE),
    ),
    "is too slow to start": Failing(
        "the startup probe fails",
        "Startup probe failed",
        "-start-after=10m",
        ("--startup=tcp,period=1,failures=1", *AT_ONCE),
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_server_that(name: str, terminal: Terminal):
    case = CAUSES[name]
    if case.secret:
        literals = [f"--from-literal={key}={value}" for key, value in case.secret.items()]
        terminal.kubectl("create", "secret", "generic", "credentials", *literals)
    flags = [f"--entrypoint=/server,{case.server}", *case.flags] if case.server else [*case.flags]
    if not any(flag.startswith("--image=") for flag in flags):
        flags.append(f"--image={SERVER}:v1")

    told = create(terminal, case.visible, "--name=web", "--port=8080", *flags)

    assert told.code == 1, told.text
    [sentence] = [line for line in told.text.splitlines() if line.startswith("error:")]
    assert case.said in sentence, told.text
    assert case.also in told.text
    assert case.first in told.text
    if case.first:
        print(f"a server that {name}: first told {told.after(case.first)}")
    print(f"a server that {name}: told {told.after(case.said)}")
