"""The names of the metrics are an interface: page, rules and board use those that there are."""

import re
from pathlib import Path

import pytest

from tui.outbound.metrics import families
from tui.outbound.metrics.families import Family, Sort

ROOT = Path(__file__).parents[3]
FAMILIES = [one for one in vars(families).values() if isinstance(one, Family)]
NAMES = {f"{one.name}_total" if one.sort is Sort.COUNTER else one.name: one for one in FAMILIES}
USED = re.compile(r"\baktop_[a-z_]+(?![a-z_:])")
NOT_METRICS = frozenset({"aktop_key"})
"""Levels of recorded series."""


def test_the_page_tells_every_metric() -> None:
    page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}`" in page or f"`{name}{{" in page, name


@pytest.mark.parametrize(
    "file", ["prometheus/aktop.rules.yml", "prometheus/aktop.rules.test.yml", "grafana/aktop.json"]
)
def test_rules_and_board_use_metrics_that_there_are(file: str) -> None:
    text = (ROOT / "contrib" / file).read_text(encoding="utf-8")
    used = set(USED.findall(text)) - NOT_METRICS
    assert len(used) > 5
    assert used <= NAMES.keys()


def test_recorded_series_of_the_board_are_recorded() -> None:
    rules = (ROOT / "contrib/prometheus/aktop.rules.yml").read_text(encoding="utf-8")
    recorded = set(re.findall(r"record: (\S+)", rules))
    board = (ROOT / "contrib/grafana/aktop.json").read_text(encoding="utf-8")
    assert set(re.findall(r"\baktop\w*:[a-z_:0-9]+", board)) <= recorded


def test_every_metric_is_of_an_account() -> None:
    assert len(NAMES) == len(FAMILIES)
    assert all(one.labels[0] == "account" and one.name.startswith("aktop_") and one.help for one in FAMILIES)
