"""Which way programs come: the setting, what is there, and which hosts answer."""

from __future__ import annotations

import dataclasses
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tools.conftest import LINUX, MACOS, PATIENT, SHORT
from tests.unit.tools.upstream import busy, login_page, missing, serve, silent
from tools.toolchain.choosing import Choice, Mode, choice_of, released_programs, wanted
from tools.toolchain.display import Clock
from tools.toolchain.errors import UsageError
from tools.toolchain.estimate import Estimates, Part, remaining
from tools.toolchain.manifest import Entry, How
from tools.toolchain.pins import PROGRAMS
from tools.toolchain.probing import outcome, probe, probe_addresses
from tools.toolchain.releases import Hosts, releases_for

NAMES = frozenset(program.name for program in PROGRAMS)


@pytest.mark.parametrize(
    ("environ", "choice"),
    [
        ({}, Choice(Mode.AUTO, asks_hosts=True)),
        ({"TOOLCHAIN": ""}, Choice(Mode.AUTO, asks_hosts=True)),
        ({"CI": "true"}, Choice(Mode.AUTO, asks_hosts=False)),
        ({"CI": "false"}, Choice(Mode.AUTO, asks_hosts=True)),
        ({"TOOLCHAIN": "download", "CI": "true"}, Choice(Mode.DOWNLOAD, asks_hosts=True)),
        ({"TOOLCHAIN": "build"}, Choice(Mode.BUILD, asks_hosts=False)),
    ],
)
def test_the_environment_chooses(environ, choice):
    assert choice_of(environ) == choice


@pytest.mark.parametrize("value", ["Build", "yes", " auto"])
def test_any_other_word_is_refused(value):
    with pytest.raises(UsageError, match=f"TOOLCHAIN={value} is not one of auto, download, build"):
        choice_of({"TOOLCHAIN": value})


def there(how: How) -> dict[str, Entry]:
    return {name: Entry("1", how, ()) for name in NAMES}


@pytest.mark.parametrize(
    ("mode", "how", "again"),
    [
        (Mode.AUTO, How.BUILT, frozenset()),
        (Mode.AUTO, How.DOWNLOADED, frozenset()),
        (Mode.BUILD, How.BUILT, frozenset()),
        (Mode.BUILD, How.DOWNLOADED, NAMES),
        (Mode.DOWNLOAD, How.DOWNLOADED, frozenset()),
        (Mode.DOWNLOAD, How.BUILT, NAMES),
    ],
)
def test_what_came_the_other_way_is_made_again_only_where_a_way_is_asked_for(mode, how, again):
    assert wanted({}, mode, LINUX) == NAMES
    assert wanted(there(how), mode, LINUX) == again


def test_what_is_not_released_stays_built():
    again = wanted(there(How.BUILT), Mode.DOWNLOAD, MACOS)
    assert again == released_programs(MACOS)
    assert "kube-apiserver" not in again


@pytest.fixture
def host(tmp_path):
    with serve(tmp_path) as served:
        yield served


def test_hosts_that_answer_are_told_from_those_that_do_not(host):
    host.fails("page", login_page)
    host.fails("busy", busy)
    host.fails("missing", missing)
    (host.root / "file").write_text("x")
    addresses = {name: host.url(name) for name in ("file", "missing", "busy", "page")}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        reasons = probe({**addresses, "nobody": nobody}, PATIENT)

    assert set(reasons) == {"busy", "page", "nobody"}
    assert "answers 503" in reasons["busy"]
    assert "a web page in place of the file" in reasons["page"]


def test_a_host_that_accepts_and_never_answers_holds_nothing_up(host):
    host.fails("silent", silent)
    limits = dataclasses.replace(PATIENT, probe=0.3)
    assert probe({"silent": host.url("silent")}, limits) == {"silent": "no answer within 0.3 s"}


def test_a_name_that_nobody_can_look_up_in_time_holds_nothing_up(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr("tools.toolchain.probing._ask", lambda *_: over.wait())
    try:
        assert probe({"hangs": "https://hangs.invalid"}, SHORT) == {"hangs": "no answer within 0.3 s"}
    finally:
        over.set()


def test_every_host_is_asked_for_something_that_it_has():
    hosts = Hosts()
    addresses = probe_addresses(releases_for(LINUX, hosts), hosts)
    assert set(addresses) == {
        hosts.pulumi,
        hosts.kubernetes,
        hosts.github,
        hosts.github_api,
        hosts.github_files,
    }
    assert all(url.startswith(f"{host}/") for host, url in addresses.items())


@pytest.mark.parametrize(
    ("silent_hosts", "line"),
    [
        ({}, "the release hosts answer (a.test, b.test): downloading"),
        (
            {"https://a.test": "no route"},
            "some release hosts do not answer (a.test: no route): building what they have",
        ),
        (
            {"https://a.test": "no route", "https://b.test": "refused"},
            "no release host answers (a.test: no route; b.test: refused): building from Go modules",
        ),
    ],
)
def test_the_outcome_is_one_line(silent_hosts, line):
    assert outcome(["https://a.test", "https://b.test"], silent_hosts) == line


def test_what_remains_is_scaled_by_the_pace_so_far():
    parts = [Part(100.0, 0.5), Part(300.0, 0.0)]
    assert remaining(parts, elapsed=100.0) == pytest.approx(700.0)


def test_at_the_start_what_was_measured_is_told():
    assert remaining([Part(100.0, 0.0)], elapsed=1.0) == 100.0
    assert remaining([Part(100.0, 0.001)], elapsed=50.0) == pytest.approx(99.9)


@given(
    st.lists(st.builds(Part, st.floats(1, 1000), st.floats(0, 1.5)), max_size=5),
    st.floats(0, 10_000),
)
def test_what_remains_is_never_negative_and_nothing_once_all_is_done(parts, elapsed):
    assert remaining(parts, elapsed) >= -1e-6
    assert remaining([Part(part.seconds, 1.0) for part in parts], elapsed) == 0


class After95Seconds(Clock):
    """A clock that stands still."""

    @property
    def seconds(self) -> float:
        return 95.0


def test_a_build_that_only_links_has_something_left():
    estimates = Estimates({"one": 100.0})
    pace = estimates.begin("one")
    pace.clock = After95Seconds()

    assert pace.show(1.0) == "1m 35s, about 5s left"
    pace.end()
    assert estimates.left() == ""
