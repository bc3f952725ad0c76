"""The first process of the node's namespaces: python -m tools.real_node.inside DIRECTORY PIPE COMMAND… .

It makes every place that a node writes to a private one, starts the node, runs the command and ends.
With it the kernel ends all that is left in its namespaces: pods, containerd, the control plane.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tools.local_cluster.errors import ClusterError
from tools.local_cluster.files import write_file

from .machine import HIDDEN
from .network import NODE_ADDRESS, bring_up
from .node import RealNode
from .programs import NODE

#: Tells the tests which node is theirs.
VARIABLE = "SCALING_GROUP_REAL_NODE"
#: What the kubelet sets for the whole machine: files with the values that it wants take their place.
SYSCTLS = {"vm/overcommit_memory": "1", "kernel/panic": "10", "kernel/panic_on_oops": "1"}
#: The images of a run have 15 MB.
IMAGE_DISK_BYTES = 64 << 20
KILLED = 128


def main() -> int:
    """Return the command's exit code, or 1 where the node does not start."""
    directory, pipe, *command = sys.argv[1:]
    threading.Thread(target=_end_with_parent, args=(int(pipe),), daemon=True).start()
    try:
        make_private_places(Path(directory))
        bring_up()
        started = time.monotonic()
        node = RealNode(Path(directory))
        _mount_image_disk(node.image_disk)
        node.up()
    except (ClusterError, OSError) as error:
        print(f"error: the real node does not start: {error}", file=sys.stderr)
        return 1
    print(f"real node ready in {time.monotonic() - started:.1f} s", flush=True)
    return _run(command, directory)


def make_private_places(directory: Path) -> None:
    """Mount folders of our own over those that a node writes to."""
    _mount("--make-rprivate", "/")
    places = directory / "places"
    for hidden in HIDDEN:
        own = places / hidden.name
        own.mkdir(parents=True)
        _mount("--bind", str(own), str(hidden))
    (Path("/run") / "netns").mkdir()
    _put(places / "resolv.conf", f"nameserver {NODE_ADDRESS}\n", Path("/etc/resolv.conf"))
    _put(places / "hosts", f"127.0.0.1 localhost\n{NODE_ADDRESS} {NODE}\n", Path("/etc/hosts"))
    for name, value in SYSCTLS.items():
        _put(places / name.replace("/", "-"), f"{value}\n", Path("/proc/sys") / name)
    # The kubelet's mounts have to reach containers.
    _mount("--make-rshared", "/")
    socket.sethostname(NODE)


def _mount_image_disk(folder: Path) -> None:
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={IMAGE_DISK_BYTES}", "images", str(folder))


def _put(own: Path, content: str, place: Path) -> None:
    write_file(own, content)
    if place.exists():
        _mount("--bind", str(own), str(place.resolve()))


def _mount(*arguments: str) -> None:
    command = ["mount", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClusterError(f"mount {' '.join(arguments)}: {done.stderr.strip()}")


def _end_with_parent(pipe: int) -> None:
    """Whoever started us holds the other end: nothing of the node outlives it."""
    os.read(pipe, 1)
    os._exit(1)


def _run(command: list[str], directory: str) -> int:
    child = subprocess.Popen(command, env={**os.environ, VARIABLE: directory})
    try:
        return _reap_until(child.pid)
    except KeyboardInterrupt:
        # The terminal has told the command as well.
        return _reap_until(child.pid)


def _reap_until(wanted: int) -> int:
    """Wait for one child; what the node's processes leave behind is ours to wait for, too."""
    while True:
        pid, status = os.wait()
        if pid == wanted:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else KILLED - code


if __name__ == "__main__":
    sys.exit(main())
