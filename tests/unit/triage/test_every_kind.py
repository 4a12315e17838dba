"""Whatever can be found has one rule, an explanation and words: what is listed here fails for a kind without."""

import importlib
import inspect
import pkgutil
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.samples import COLD, INPUTS, finding_of, report_of
from tui import triage
from tui.domain.memo import Memo
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.finding_words import in_words, words_of
from tui.present.incident_lines import finding_line
from tui.present.term_words import term_words
from tui.triage import spike_search
from tui.triage.explain import explain, explain_finding
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, advance
from tui.triage.rules import RULES, Evidence
from tui.triage.spikes import RunningHour

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
NOTHING = Snapshot("https://gateway.example", ZoneInfo("UTC"))
KINDS = pytest.mark.parametrize("kind", list(FindingKind))


def test_each_kind_has_one_rule_and_each_rule_evidence_of_its_own() -> None:
    assert sorted(rule.kind for rule in RULES) == sorted(FindingKind)
    assert {rule.evidence for rule in RULES} == set(get_args(Evidence))
    assert set(INPUTS) == set(FindingKind)


@KINDS
def test_a_rule_finds_and_explains_what_is_of_its_kind(kind: FindingKind) -> None:
    found = finding_of(kind)
    (rule,) = (rule for rule in RULES if rule.kind is kind)
    assert isinstance(found.evidence, rule.evidence)
    assert {one.kind for one in explain_finding(found)} == {kind}
    assert len({one.identity for one in report_of(kind).findings}) == len(report_of(kind).findings)


@KINDS
def test_each_kind_has_its_words(kind: FindingKind) -> None:
    found = finding_of(kind)
    words, kind_words = in_words(found, NOTHING, LOOK), words_of(kind)
    assert all((words.head, words.sentence, kind_words.name, kind_words.rule))
    assert words.head == words.head.upper()


@KINDS
def test_each_kind_is_followed_and_has_its_line(kind: FindingKind) -> None:
    report = report_of(kind)
    incident = advance(Incidents(), report, report.at, True).of(kind, finding_of(kind).key_id)
    assert incident is not None
    assert "".join(cell.text for cell in finding_line(incident, report, NOTHING, LOOK)[:1]).strip()


def test_each_figure_of_a_rule_is_worded() -> None:
    reports = [report_of(kind) for kind in FindingKind] + [find(COLD)]
    names = {term.name for report in reports for one in explain(report) for term in one.terms}
    assert len(names) > 30
    assert names <= set(term_words())


@pytest.mark.parametrize(
    ("value", "kind"),
    [("leak", FindingKind.SLOW_SPEND), ("dearer", FindingKind.UNIT_COST), ("place", FindingKind.ORIGIN)],
)
def test_names_of_earlier_versions_are_understood(value: str, kind: FindingKind) -> None:
    assert FindingKind(value) is kind
    assert value not in {one.value for one in FindingKind}
    with pytest.raises(ValueError):
        FindingKind("odd")


def test_full_hours_are_judged_once_for_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []
    take = spike_search._SpikeScan.take
    monkeypatch.setattr(spike_search._SpikeScan, "take", lambda *args: (judged.append(args[2]), take(*args))[1])
    inputs = replace(INPUTS[FindingKind.SPIKE], memo=Memo())
    first = find(inputs)
    count = len(judged)
    assert count == 21 * 24
    assert find(replace(inputs, running=RunningHour(14.0, 4.0))).spike != first.spike
    assert len(judged) == count
    assert find(replace(inputs, memo=Memo())) == first
    assert len(judged) == 2 * count


def test_what_modules_remember_is_text_alone() -> None:
    """A cache of a module outlives the account: nothing that an account spent or did may lie in one."""
    names = [name for _finder, name, _is_package in pkgutil.walk_packages(triage.__path__, "tui.triage.")]
    cached = [
        value
        for name in names
        for value in vars(importlib.import_module(name)).values()
        if hasattr(value, "cache_info") and value.__module__.startswith("tui.triage")
    ]
    kinds = {one.annotation for value in cached for one in inspect.signature(value).parameters.values()}
    assert kinds <= {str, str | None}
