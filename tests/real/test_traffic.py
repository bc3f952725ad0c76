"""Requests that are answered while a group changes."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.terminal import Terminal
from tests.real.load import Load
from tools.real_node.images import SERVER

#: So many at least: that none failed says nothing where none was asked.
ENOUGH = 300


def test_no_request_fails_while_a_group_is_updated_rolled_back_and_scaled(
    terminal: Terminal, load: Callable[[str], Load]
):
    terminal.create("web", "--replicas=2", image=f"{SERVER}:v1")
    requests = load("web")

    terminal.data("update", "web", f"--image={SERVER}:v2")
    terminal.data("rollback", "web")
    terminal.data("update", "web", "--replicas=1")
    terminal.data("update", "web", "--replicas=4")
    terminal.data("update", "web", "--replicas=1")

    traffic = requests.stop()
    print(traffic)
    assert traffic.failures == {}, traffic
    assert traffic.answered > ENOUGH
    assert traffic.revisions.keys() == {"v1", "v2"}
    assert len(traffic.pods) >= 7


def test_a_restored_group_answers_as_soon_as_the_command_ends(
    terminal: Terminal, load: Callable[[str], Load]
):
    terminal.create("web", "--replicas=2", image=f"{SERVER}:v1")
    terminal.data("delete", "web")
    terminal.data("restore", "web")

    requests = load("web")
    terminal.data("update", "web", "--replicas=3")
    traffic = requests.stop()
    assert traffic.failures == {}, traffic
    assert traffic.answered


def test_a_change_of_port_says_that_requests_fail_until_it_is_done(
    terminal: Terminal, load: Callable[[str], Load]
):
    terminal.create("web", "--replicas=2", image=f"{SERVER}:v1")
    requests = load("web")
    flags = ("--port=8081", "--entrypoint=/server,-listen=:8081", f"--image={SERVER}:v2")
    done = terminal.group("update", "web", *flags)
    traffic = requests.stop()
    assert done.returncode == 0, done.stderr
    assert "warning: requests to web fail while its pods are replaced" in done.stderr
    assert traffic.failures
    print(traffic)

    requests = load("web")
    terminal.data("get", "web")
    traffic = requests.stop()
    assert traffic.failures == {}, traffic
    assert traffic.revisions.keys() == {"v2"}


def test_without_the_shutdown_delay_requests_fail(terminal: Terminal, load: Callable[[str], Load]):
    flags = ("--replicas=3", "--shutdown-delay=0", "--entrypoint=/server,-on-term=exit")
    terminal.create("web", *flags, image=f"{SERVER}:v1")

    # As often as it takes: each end of a pod is one chance to be caught.
    for revision in range(2, 12):
        requests = load("web")
        terminal.data("update", "web", f"--env=ROUND={revision}")
        traffic = requests.stop()
        print(traffic)
        if traffic.failures:
            return

    raise AssertionError("no request failed while pods ended at once")


def test_a_server_that_ignores_its_end_cuts_requests_that_are_under_way(
    terminal: Terminal, load: Callable[[str], Load]
):
    flags = ("--shutdown-delay=2", "--termination-grace=4", "--entrypoint=/server,-on-term=ignore")
    terminal.create("web", *flags, image=f"{SERVER}:v1")
    requests = load("web", "/?for=25s")

    terminal.data("update", "web", f"--image={SERVER}:v2")

    traffic = requests.stop()
    print(traffic)
    assert traffic.failures
