"""One local cluster for a whole test run: its folder is made here and taken away here.

In this folder and not in integration/, because the controller of pytest-xdist collects no tests
and loads only the conftest.py files of the folders it is started on.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tools.kubernetes.releases import releases
from tools.real_node.inside import VARIABLE

#: Inherited by the workers of pytest-xdist.
CLUSTER_FOLDER = "SCALING_GROUP_TEST_CLUSTER"
#: Modules whose tests share what takes long to start: one worker runs them all.
TOGETHER = tuple(
    f"tests/integration/test_{name}.py" for name in ("apart", "other_cluster", "server_kills", "types")
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files are what a person has read; --update-goldens writes new ones to be read again."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/golden, then read the diff")
    parser.addoption("--kills", type=int, help="how many rounds of random kills of each kind")
    parser.addoption(
        "--long",
        action="store_true",
        help="the long proofs: twenty times the drawn examples, 25 random kills a kind, tests marked long",
    )
    parser.addoption(
        "--kubernetes",
        choices=releases(),
        help="the version of the local cluster in place of the toolchain's; `make test-kubernetes` builds it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder; a test that needs the cluster starts it there."""
    _choose_examples(config)
    # Thousands of collected tests stay until the end: to look through them for garbage, again and again,
    # was a fifth of the processor time of the fast tests.
    gc.set_threshold(50_000, 20, 100)
    # A shell starts what runs in its background with Ctrl-C ignored, and every command would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Engine and provider live for seconds: to collect less garbage saves a tenth of their processor time.
    os.environ.setdefault("GOGC", "400")
    if _is_worker(config):
        _tell_less(config)
    elif VARIABLE not in os.environ:
        os.environ[CLUSTER_FOLDER] = tempfile.mkdtemp(prefix="scaling-group-test-")


def pytest_collection_finish() -> None:
    """Take what was collected out of the garbage collector's sight, here and in what tests fork."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked long, but with --long; beside a real node only what is marked real runs."""
    beside_node = VARIABLE in os.environ
    left_out = [
        each
        for each in items
        if (each.get_closest_marker("long") and not config.getoption("--long"))
        or bool(each.get_closest_marker("real")) != beside_node
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [each for each in items if each not in left_out]


class ByCost(LoadScopeScheduling):
    """One test of the cluster at a time: in chunks the first worker would get every one of them.

    The fast tests go by module: to hand them out costs more than to run them.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        alone = module.startswith("tests/integration/") and module not in TOGETHER
        return nodeid if alone else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByCost:
    # What is slow begins first, and the fast tests fill what is left of the time.
    config.option.loadscopereorder = False
    return ByCost(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Send a test's report without its keywords: they are half of it, and nobody reads them."""
    data = yield
    if data and "keywords" in data:
        data["keywords"] = {}
    return data


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster and remove it, if any test started it."""
    if _is_worker(config) or VARIABLE in os.environ:
        return
    folder = Path(os.environ.pop(CLUSTER_FOLDER))
    if any(folder.iterdir()):
        from tools.local_cluster.cluster import LocalCluster

        LocalCluster(folder / "cluster", folder).down(wipe=True)
    shutil.rmtree(folder, ignore_errors=True)


def _choose_examples(config: pytest.Config) -> None:
    """Tell hypothesis how many examples it draws for a rule that names no number of its own."""
    for name, examples in (("default", 50), ("long", 1000)):
        # derandomize: the same examples at every run, so that a failure is the change's.
        # too_slow and data_too_large: a whole group has some thirty fields.
        settings.register_profile(
            name,
            deadline=None,
            derandomize=True,
            max_examples=examples,
            print_blob=True,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.data_too_large,
                HealthCheck.function_scoped_fixture,
            ],
        )
    settings.load_profile("long" if config.getoption("--long") else "default")


def _tell_less(config: pytest.Config) -> None:
    """Send the outcome of a test alone: of its six messages four say that it begins, ends, and was set up
    and taken down well. To send and read them took longer than most of the fast tests.
    """
    [worker] = [each for each in config.pluginmanager.get_plugins() if hasattr(each, "sendevent")]
    send = worker.sendevent

    def sendevent(name: str, **said: Any) -> None:
        report = said.get("data") or {}
        well = report.get("outcome") == "passed" and report.get("when") in ("setup", "teardown")
        if name not in ("logstart", "logfinish") and (not well or config.option.durations):
            send(name, **said)

    worker.sendevent = sendevent


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
