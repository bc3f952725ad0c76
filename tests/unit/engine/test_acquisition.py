"""Which Pulumi CLI is used. The CLIs here are shell scripts that note when they are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaling_group.engine.acquisition import OLDEST, Acquisition, Installed, parse_version
from scaling_group.engine.download import Release, release
from scaling_group.errors import Unreachable
from tests.unit.ownership import give_away


def fake_cli(file: Path, version: str) -> Path:
    """Write a CLI that prints its version and adds a line to `asked` beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\necho "$@" >> "{file.parent}/asked"\necho "{version}"\n')
    file.chmod(0o755)
    return file


def times_asked(file: Path) -> int:
    asked = file.parent / "asked"
    return len(asked.read_text().splitlines()) if asked.exists() else 0


@pytest.fixture
def data(tmp_path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def on_path(tmp_path, monkeypatch) -> Path:
    """The place of `pulumi` on PATH; nothing is there until a test puts it there."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / "pulumi"


class Download:
    """A download that puts a CLI of a version into the folder."""

    def __init__(self, version: str = "v3.259.0") -> None:
        self.version = version
        self.folders: list[Path] = []

    def __call__(self, wanted: Release, folder: Path) -> None:
        self.folders.append(folder)
        if self.version:
            fake_cli(folder / "bin" / "pulumi", self.version)


def acquisition(data: Path, download: Download | None = None) -> tuple[Acquisition, list[str]]:
    said: list[str] = []
    return Acquisition(data, said.append, download=download or Download("")), said


def test_a_cli_on_path_that_is_new_enough_is_used(data, on_path):
    fake_cli(on_path, "v3.259.0")
    found, said = acquisition(data)

    assert found.find() == (str(on_path), (3, 259, 0))
    assert said == []


def test_the_oldest_version_is_new_enough(data, on_path):
    fake_cli(on_path, "v" + ".".join(map(str, OLDEST)))

    assert acquisition(data)[0].find() == (str(on_path), OLDEST)


def test_a_binary_is_asked_for_its_version_once(data, on_path):
    fake_cli(on_path, "v3.259.0")

    for _ in range(3):
        acquisition(data)[0].find()

    assert times_asked(on_path) == 1


def test_a_changed_binary_is_asked_again(data, on_path):
    fake_cli(on_path, "v3.259.0")
    acquisition(data)[0].find()
    fake_cli(on_path, "v3.260.11")

    assert acquisition(data)[0].find()[1] == (3, 260, 11)


def test_where_the_one_on_path_is_good_no_other_one_is_run(data, on_path):
    fake_cli(on_path, "v3.259.0")
    kept = fake_cli(data / "engine" / "bin" / "pulumi", "v3.260.0")

    assert acquisition(data)[0].installed() == Installed(str(on_path), (3, 259, 0))
    assert acquisition(data)[0].find() == (str(on_path), (3, 259, 0))
    assert times_asked(kept) == 0


@pytest.mark.parametrize("relative", [".", "", "bin"])
def test_a_relative_entry_of_path_is_no_place_for_a_cli(data, on_path, tmp_path, monkeypatch, relative):
    here = fake_cli(tmp_path / relative / "pulumi", "v3.259.0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{relative}:/usr/bin:/bin")

    assert acquisition(data)[0].installed() is None
    assert times_asked(here) == 0


@pytest.mark.parametrize("part", ["", "engine", "engine/bin", "engine/bin/pulumi"])
def test_a_kept_cli_that_somebody_else_can_change_is_not_run(data, on_path, part):
    kept = fake_cli(data / "engine" / "bin" / "pulumi", "v3.259.0")
    (data / part).chmod(0o777)

    for use in (acquisition(data)[0].find, acquisition(data)[0].installed):
        with pytest.raises(Unreachable) as caught:
            use()
        assert caught.value.message == f"the Pulumi CLI at {kept} is not run"
        assert caught.value.detail == f"{data / part}: everybody can write it"
    assert times_asked(kept) == 0


def test_a_kept_cli_of_somebody_else_is_not_run(data, on_path, monkeypatch):
    kept = fake_cli(data / "engine" / "bin" / "pulumi", "v3.259.0")
    give_away(kept, monkeypatch)

    with pytest.raises(Unreachable, match="is not run"):
        acquisition(data)[0].find()
    assert times_asked(kept) == 0


def test_an_old_cli_on_path_gives_way_to_the_kept_one_and_each_is_asked_once(data, on_path):
    fake_cli(on_path, "v3.100.0")
    kept = fake_cli(data / "engine" / "bin" / "pulumi", "v3.250.0")

    for _ in range(3):
        found, said = acquisition(data)
        assert found.find() == (str(kept), (3, 250, 0))
        assert said == []

    assert (times_asked(on_path), times_asked(kept)) == (1, 1)


def test_without_a_cli_a_download_is_announced_first(data, on_path):
    download = Download()
    said: list[str] = []
    found = Acquisition(
        data, lambda text: said.append(f"{text} ({len(download.folders)})"), download=download
    )

    assert found.find() == (str(data / "engine" / "bin" / "pulumi"), (3, 259, 0))
    assert download.folders == [data / "engine"]
    assert said == [f"Pulumi CLI: there is none on PATH; downloading {release()} into {data / 'engine'} (0)"]


@pytest.mark.parametrize("off", ["setting", "variable"])
def test_nothing_is_downloaded_where_the_user_has_switched_it_off(data, on_path, monkeypatch, off):
    download, said = Download(), []
    if off == "variable":
        monkeypatch.setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")

    with pytest.raises(Unreachable) as caught:
        Acquisition(data, said.append, downloads=off != "setting", download=download).find()

    assert caught.value.message == (
        "there is no usable Pulumi CLI (there is none on PATH), and downloads are off"
    )
    assert (download.folders, said) == ([], [])


def test_a_downloaded_cli_is_kept(data, on_path):
    download = Download()
    acquisition(data, download)[0].find()
    acquisition(data, download)[0].find()

    assert len(download.folders) == 1


def test_an_old_cli_is_named_in_the_announcement(data, on_path):
    fake_cli(on_path, "v3.100.0")
    found, said = acquisition(data, Download())

    found.find()

    assert said[0].startswith(f"Pulumi CLI: {on_path} is 3.100.0; downloading")


@pytest.mark.parametrize("version", ["v3.100.0", "no version", ""])
def test_a_download_that_gives_nothing_usable_is_an_error(data, on_path, version):
    with pytest.raises(Unreachable) as caught:
        acquisition(data, Download(version))[0].find()

    assert "does not run" in caught.value.message
    assert caught.value.resolution.startswith("Install Pulumi (https://www.pulumi.com/docs/install/)")


@pytest.mark.parametrize("text", ["", "no json", "[]", "null", '{"KEY": [3]}', "[" * 100_000])
def test_a_broken_note_of_versions_is_ignored(data, on_path, text):
    fake_cli(on_path, "v3.259.0")
    there = on_path.stat()
    text = text.replace("KEY", f"{on_path.resolve()} {there.st_mtime_ns} {there.st_size}")
    (data / "engine").mkdir(parents=True)
    (data / "engine" / "versions.json").write_text(text)

    assert acquisition(data)[0].find()[1] == (3, 259, 0)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.259.0", (3, 259, 0)),
        ("3.259.0", (3, 259, 0)),
        ("v3.259.0-alpha.x123\n", (3, 259, 0)),
        ("", (0, 0, 0)),
        ("command not found", (0, 0, 0)),
    ],
)
def test_versions_are_read_as_numbers(text, version):
    assert parse_version(text) == version
