"""The page: tables that are whole, and nothing hidden."""

from __future__ import annotations

import dataclasses
import json
import xml.etree.ElementTree as ET

import pytest

from benchmarks.__main__ import write, write_readme
from benchmarks.contenders import AUTOMATION
from benchmarks.figures import Growth
from benchmarks.page import page, readme_block
from benchmarks.plot import plot, tick_step
from benchmarks.targets import ENGINE, LIST_MANY, TARGETS
from benchmarks.where import Where
from tests.unit.benchmarks.made import growth, results, runs, work


def rows_of(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.splitlines() if line.startswith("|")]


def tables_of(text: str) -> list[list[list[str]]]:
    blocks = [block for block in text.split("\n\n") if block.startswith("|")]
    return [rows_of(block) for block in blocks]


def test_every_row_of_a_table_has_the_cells_of_its_heading():
    tables = tables_of(page(results(), "a.svg"))

    assert len(tables) == 7
    for heading, *rows in tables:
        assert {len(row) for row in rows} == {len(heading)}


def test_all_targets_are_met_here():
    text = page(results(), "a.svg")

    assert "**missed**" not in text
    assert text.count("| met |") == len(TARGETS) + 2


def test_the_first_line_and_the_verdict_are_told():
    assert "| `create` that works | 1.00 s | 4.00 s (1 run) |" in page(results(), "a.svg")


def test_a_missed_target_is_said_and_where_the_time_goes():
    late = {**results().works, "get": work("get", ours=[0.7], automation=[4.0], kubectl=[0.5])}
    text = page(results(works=late, missed={"get": Where([("ssl", 99.0, 3)])}), "a.svg")

    assert "| `get` | ≤ 0.6 s | 0.70 s | **missed** |" in text
    assert "| ssl | 99 | 3 |" in text.partition("Where the time of `get` goes")[2]


def test_growth_that_is_too_fast_is_said():
    text = page(results(growths=[growth("get", "groups", True, n10=0.5, n1000=0.7)]), "a.svg")

    assert "| `get` | ≤ 1.2 × of 10 at 1000 groups | 1.40 × | **missed** |" in text


def test_what_was_extrapolated_is_marked():
    listed = work("list-1000", "`list` of 1000", ours=[0.9], kubectl=[0.5])
    listed = dataclasses.replace(
        listed,
        runs={**listed.runs, AUTOMATION: runs(987.0)},
        extrapolated={AUTOMATION: "from the outputs of 20"},
    )
    text = page(results(works={**results().works, LIST_MANY: listed}), "a.svg")

    assert "987 s (from the outputs of 20)" in text


def test_the_short_profile_says_that_its_times_mean_nothing():
    assert "mean nothing" in page(results(profile="short"), "a.svg")
    assert "mean nothing" not in page(results(), "a.svg")


def test_three_files_are_written(tmp_path):
    write(results(), tmp_path / "docs")

    assert "(benchmarks.svg)" in (tmp_path / "docs" / "benchmarks.md").read_text()
    data = json.loads((tmp_path / "docs" / "benchmarks.json").read_text())
    assert data["works"]["create"]["ratios"]["Automation API"] == pytest.approx(0.3125)
    assert [target["met"] for target in data["targets"]] == [True] * len(TARGETS)
    ET.fromstring((tmp_path / "docs" / "benchmarks.svg").read_text())  # noqa: S314 - of our own making


def texts(growths: list[Growth]) -> list[str]:
    tree = ET.fromstring(plot(growths))  # noqa: S314 - of our own making
    return [node.text or "" for node in tree.iter() if node.tag.endswith("text")]


def test_the_plot_says_what_it_shows():
    found = texts(list(results().growths))

    assert {"by the number of groups", "by the number of revisions", "seconds"} <= set(found)
    assert {"10", "100", "1000", "groups-list", "revisions-get"} <= set(found)


@pytest.mark.parametrize(("highest", "step"), [(0.9, 0.2), (2.4, 0.5), (4.9, 1.0), (31.0, 10.0), (5.0, 1.0)])
def test_ticks_are_round_numbers(highest, step):
    assert tick_step(highest) == pytest.approx(step)


def test_the_readme_gets_the_core_where_it_has_the_marks(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")

    write_readme(results(), readme)

    text = readme.read_text()
    assert text == f"before\n<!-- bench -->\n{readme_block(results())}\n<!-- /bench -->\nafter\n"
    assert "2 cores (A processor)" in text


def test_a_readme_without_the_marks_stays_as_it_is(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("nothing here\n")

    write_readme(results(), readme)

    assert readme.read_text() == "nothing here\n"


def test_what_keeps_a_work_from_its_target_is_said_where_it_is_missed():
    slow = {**results().works, "create": work("create", ours=[2.0], automation=[4.0], floor=[3.0])}
    assert f"- `create`, ≤ 0.33 × Automation API: {ENGINE}" in page(results(works=slow), "a.svg")
    assert ENGINE not in page(results(), "a.svg")
