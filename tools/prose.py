"""Look for words that a plain text does without, with proselint: python -m tools.prose.

The rules are this project's: the words of the field, as the documentation of Kubernetes has them. Of
proselint's own checks only those are on that hold for a manual; most are about essays.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from proselint.checks import lexical_illusions
from proselint.checks.redundancy import misc, ras_syndrome
from proselint.registry.checks import Check
from proselint.registry.checks.types import PreferredForms
from proselint.tools import LintFile

from tools.reference_markdown import DOCS

ROOT = DOCS.parent
#: What users read. Pages that are made from the code hold the texts of flags, causes, checks and rules.
PAGES = ("README.md", "CHANGELOG.md", "docs/*.md", "programs/*/README.md")
#: Figures and how they were taken, from `make bench`.
MEASURED = "benchmarks.md"
#: Code, addresses and comments: shown as they are.
NOT_PROSE = re.compile(r"^```.*?^```|`[^`]*`|<!--.*?-->|\]\([^)]*\)", re.DOTALL | re.MULTILINE)
#: The help in docs/commands.md is prose in a block of code.
SHOWN_AS_CODE = "commands.md"

REPEATED = "lexical_illusions"

FORMS = {
    "anew": "again",
    "as a whole": "fully",
    "counts? more": "takes precedence",
    "do(es)? not live": "does not exist",
    "ending pods?": "terminating Pod",
    "go(es)? on (and|as|for|from|serving|through|trying|with)": "continue, keep",
    "has taken (it|them|this) on": "has accepted",
    "is silent about": "ignores",
    "is told (of|as|that|in|with|what)": "is reported",
    "made anew": "recreated",
    "nobody (answers|waits|takes)": "no controller, no command",
    "remains of the waiting": "the remaining time",
    "said so": "reported",
    "set(s|ting)? back": "revert",
    "tells? of": "report, show",
    "time and again": "repeatedly",
    "was faster": "changed it first",
    "what is given": "the options you pass",
    "whoever": "who, the owner",
    "you said no": "aborted",
}


def checks() -> Iterator[Check]:
    """Yield what a page has to pass."""
    yield Check(PreferredForms(FORMS), path="words", message="Write '{}' in place of '{}'.")
    for module in (lexical_illusions, misc, ras_syndrome):
        yield from module.__register__


def faults(page: Path) -> Iterator[str]:
    """Yield `file:line: what is wrong` for each fault of a page."""
    text = page.read_text(encoding="utf-8")
    prose = text if page.name == SHOWN_AS_CODE else NOT_PROSE.sub(_blank, text)
    lines = LintFile(page.name, prose)
    for check in checks():
        # In columns a flag's value and its help are often the same word.
        if page.name == SHOWN_AS_CODE and check.path == REPEATED:
            continue
        for found in check.check_with_flags(lines.content):
            line, _ = lines.line_col_of(found.span[0])
            yield f"{page.relative_to(ROOT)}:{line}: {found.message}"


def _blank(found: re.Match[str]) -> str:
    """Return as many lines and characters as what is left out."""
    return re.sub(r"[^\n]", "~", found[0])


def main() -> int:
    pages = [page for pattern in PAGES for page in sorted(ROOT.glob(pattern)) if page.name != MEASURED]
    found = [fault for page in pages for fault in faults(page)]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
