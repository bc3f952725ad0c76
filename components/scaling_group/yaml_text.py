"""YAML that every reader takes for what was written.

Readers differ: a plain `1e3` is text to PyYAML, which therefore writes it without quotes, and a number
to Go, in which kubectl and the engine are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

#: Texts that only quotes keep as they are: what Go takes for a number or boolean, and texts with line
#: breaks of Unicode (next line, line and paragraph separator), which readers fold into blanks.
QUOTED = r"[-+]?\.?[0-9][-+.0-9_a-fA-FoxX]*|[yYnN]|.*[\x85\u2028\u2029].*"
#: What a CI runner takes for a command where it prints the YAML: `::…` at the beginning of a line, which a
#: text can get where it is folded, and `##[…` anywhere, which in quotes is written another way.
ANYWHERE = r"##(?=\w*\[)"
QUOTES_NEEDED = re.compile(rf"{QUOTED}|(.*\s)?::.*|.*{ANYWHERE}.*", re.DOTALL)


def yaml_text(items: Sequence[Any], *, quote_all: bool = False) -> str:
    """Return YAML documents of plain data, each value written out: nobody wants to read aliases.

    quote_all: put quotes around every text, for files that programs alone read.
    """
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def write_double_quoted(self, text: str, split: bool = True) -> None:
            # Folded, it could go on with anything at the beginning of a line.
            super().write_double_quoted(text, split=False)

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = '"' if quote_all or QUOTES_NEEDED.fullmatch(value) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Plain.add_representer(str, text)
    written = yaml.dump_all(items, Dumper=Plain, sort_keys=False, allow_unicode=True)
    return re.sub(ANYWHERE, r"#\\x23", written)
