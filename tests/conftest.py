"""One local cluster for a whole test run: its folder is made here and taken away here.

In this folder and not in integration/, because the controller of pytest-xdist collects no tests
and loads only the conftest.py files of the folders it is started on.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

#: Inherited by the workers of pytest-xdist.
CLUSTER_FOLDER = "SCALING_GROUP_TEST_CLUSTER"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files are what a person has read; --update-goldens writes new ones to be read again."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/golden, then read the diff")
    parser.addoption("--kills", default=2, type=int, help="how many creates, updates and deletes are killed")


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder; a test that needs the cluster starts it there."""
    # A shell starts what runs in its background with Ctrl-C ignored, and every command would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not _is_worker(config):
        os.environ[CLUSTER_FOLDER] = tempfile.mkdtemp(prefix="scaling-group-test-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster and remove it, if any test started it."""
    if _is_worker(config):
        return
    folder = Path(os.environ.pop(CLUSTER_FOLDER))
    if any(folder.iterdir()):
        from tools.local_cluster.cluster import LocalCluster

        LocalCluster(folder / "cluster", folder).down(wipe=True)
    shutil.rmtree(folder, ignore_errors=True)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
