"""A log is read as a kubelet reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tools.local_cluster.logs import ANY, log_file
from tools.local_cluster.pod_log import options_of, read_log

NOW = datetime.now(UTC)


def line(seconds: float, text: str) -> str:
    return f"{(NOW - timedelta(seconds=seconds)).isoformat()} stdout F {text}\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "any.log"
    path.write_text(line(30_000, "first") + "no line of a log\n" + line(20_000, "") + line(10_000, "ü third"))
    return path


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "first\n\nü third\n"),
        ("follow=false&tailLines=2", "\nü third\n"),
        ("tailLines=0", ""),
        ("tailLines=99", "first\n\nü third\n"),
        ("sinceSeconds=15000", "ü third\n"),
        pytest.param(
            f"sinceTime={(NOW - timedelta(seconds=25_000)).strftime('%Y-%m-%dT%H:%M:%SZ')}",
            "\nü third\n",
            id="sinceTime",
        ),
        ("limitBytes=8", "first\n\n\N{REPLACEMENT CHARACTER}"),
        pytest.param(
            "tailLines=1&timestamps=true",
            line(10_000, "ü third").replace("stdout F ", ""),
            id="timestamps",
        ),
    ],
)
def test_options_choose_lines(log: Path, query: str, shown: str) -> None:
    lines = read_log(log, options_of(query), waits=lambda: pytest.fail("nothing to wait for"))
    assert b"".join(lines).decode(errors="replace") == shown


@pytest.mark.parametrize(
    "query", ["tailLines=x", "sinceSeconds=soon", "sinceTime=yesterday", "limitBytes=1k"]
)
def test_a_query_of_another_form_is_an_error(query: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)invalid"):
        options_of(query)


def test_what_is_written_later_follows_once_its_line_is_complete(log: Path) -> None:
    parts = [line(0, "fourth")[:20], line(0, "fourth")[20:] + line(0, "fifth"), ""]

    def waits() -> bool:
        with log.open("a") as file:
            file.write(parts[0])
        return bool(parts.pop(0))

    lines = read_log(log, options_of("follow=true&tailLines=1"), waits)
    assert b"".join(lines).decode() == "ü third\nfourth\nfifth\n"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("registry.test/plain:1", ANY),
        ("simulate/oom:1", "oom"),
        ("registry.test/simulate/crash-loop:1@sha256:0", "crash-loop"),
        ("simulate/image-pull-backoff:1", ANY),
        ("simulate/../../../etc/passwd:1", ANY),
        ("simulate/oom/../../secret:1", ANY),
    ],
)
def test_no_image_chooses_another_file_than_the_known_ones(tmp_path: Path, image: str, name: str) -> None:
    assert log_file(tmp_path, image) == tmp_path / f"{name}.log"
