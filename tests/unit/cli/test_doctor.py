"""What doctor prints: rows that read well without colour, the fix below what is wrong."""

from __future__ import annotations

from scaling_group.check_result import CheckResult, Outcome
from scaling_group.cli.doctor import show, total

FAILED = CheckResult(
    id="https-listener",
    title="HTTPS listener",
    outcome=Outcome.FAILED,
    summary="Gateway gateway-system/gateway has no listener 'https'",
    detail="Its listeners: web (HTTP)\nand no other",
    resolution="Set gateway.section_name to 'tls' in the settings.",
)
FINE = CheckResult(id="engine", title="Engine", outcome=Outcome.OK, summary="fine", detail="more")


def printed(capsys) -> list[str]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def test_a_failure_has_its_evidence_and_its_fix_below(capsys):
    show(FAILED, 80, symbols=False)

    assert printed(capsys) == [
        "failed   HTTPS listener      Gateway gateway-system/gateway has no listener",
        "                             'https'",
        "    Its listeners: web (HTTP)",
        "    and no other",
        "    fix: Set gateway.section_name to 'tls' in the settings.",
    ]


def test_what_is_fine_is_one_line(capsys):
    show(FINE, 80, symbols=False)

    assert printed(capsys) == ["ok       Engine              fine"]


def test_a_terminal_gets_symbols_beside_the_words(capsys):
    for outcome, mark in zip(Outcome, "✓!✗-", strict=True):
        show(FINE.model_copy(update={"outcome": outcome, "summary": "long " * 30}), 80, symbols=True)

        first, *_ = lines = printed(capsys)
        assert first.startswith(f"{mark} {outcome.value}")
        assert max(map(len, lines)) <= 80


def test_off_a_terminal_nothing_is_folded(capsys):
    show(FAILED.model_copy(update={"summary": "long " * 100}), None, symbols=False)

    assert len(printed(capsys)) == 4


def test_the_last_line_counts():
    skipped = FINE.model_copy(update={"outcome": Outcome.SKIPPED})

    assert total([FINE, FINE, FAILED, skipped]) == "2 ok, 1 failed, 1 skipped"
