"""The page of autoscaling: its groups are legal, and its rules for prometheus-adapter are rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.spec.group import group_spec

PAGE = (Path(__file__).parents[3] / "docs" / "autoscaling.md").read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)]
RULES: list[dict[str, Any]] = next(block["rules"] for block in BLOCKS if "rules" in block)
#: A metric, or braces with matchers: what stands in a query of PromQL before and between them.
SERIES = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*\{(\w+(!=|=|=~)"[^"]*",?)+\}|\{(\w+(!=|=|=~)"[^"]*",?)+\}')


def test_its_groups_are_legal():
    groups = [block for block in BLOCKS if "rules" not in block]

    assert len(groups) == 2
    for group in groups:
        group_spec({"name": "chat", "image": "a:1", "port": 80, **group})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["seriesQuery"][:30])
def test_a_rule_names_series_their_pods_and_a_query(rule: dict[str, Any]):
    assert rule.keys() == {"seriesQuery", "resources", "metricsQuery"}
    assert SERIES.fullmatch(rule["seriesQuery"])
    overrides = rule["resources"]["overrides"]
    assert sorted(kind["resource"] for kind in overrides.values()) == ["namespace", "pod"]
    assert all(f'{label}!=""' in rule["seriesQuery"] for label in overrides)
    form = r"(sum|max)\(<<\.Series>>\{<<\.LabelMatchers>>\}\) by \(<<\.GroupBy>>\)"
    assert re.fullmatch(form, rule["metricsQuery"])


def test_every_custom_metric_that_it_names_has_a_rule():
    table = re.findall(r"^\| .*", PAGE, re.M)
    named = {name for row in table for name in re.findall(r"`((?:[a-z]+:|tgi_|nv_|DCGM_)\w+)`", row)}

    def has_rule(name: str) -> bool:
        queries = (rule["seriesQuery"] for rule in RULES)
        patterns = [re.search(r'^(?:\{__name__=~"([^"]+)"|([\w:]+)\{)', query) for query in queries]
        return any(re.fullmatch(found[1] or found[2], name) for found in patterns if found)

    assert len(named) == 7
    assert [name for name in named if not has_rule(name)] == []
