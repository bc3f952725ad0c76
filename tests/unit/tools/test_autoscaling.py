"""The servers of metrics are built beside the toolchain, not anew."""

from pathlib import Path

from tools.autoscaling.place import HERE
from tools.toolchain.folder import HERE as TOOLCHAIN


def versions(go_mod: Path) -> dict[str, str]:
    """Return the version of each module that a go.mod requires."""
    required = (line.split() for line in go_mod.read_text().splitlines() if line.startswith("\t"))
    return {words[0]: words[1] for words in required}


def replaced(go_mod: Path) -> set[str]:
    return {line for line in go_mod.read_text().splitlines() if line.startswith("replace ")}


def test_they_have_the_versions_of_the_toolchain() -> None:
    """From any other, none of it would be in Go's build cache."""
    ours, theirs = HERE / "programs" / "go.mod", TOOLCHAIN / "programs" / "go.mod"
    common = versions(ours).keys() & versions(theirs).keys()
    assert len(common) > 100
    assert {name: versions(ours)[name] for name in common} == {
        name: versions(theirs)[name] for name in common
    }
    assert replaced(ours) <= replaced(theirs)
