"""Why something was told, in words first; the strongest evidence; why there is nothing to contain."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tests.unit.triage.samples import INPUTS, report_of
from tui.domain.keys import KeyStatus
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.contain import contain_sentence
from tui.present.display_context import DisplayContext
from tui.present.explain_words import explain_lines, threshold_lines
from tui.present.lead import lead_of
from tui.present.reason_words import reason, told_before
from tui.triage.explain import Explained, explain
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.rule import Term, Unit
from tui.triage.severity import Severity
from tui.triage.thresholds import Thresholds

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
SNAPSHOT = reduce(Snapshot("https://gw", ZoneInfo("UTC")), Answered(AskKeys(), (key(7), key(8, "ci")), NOW))


@pytest.mark.parametrize("kind", FindingKind)
def test_each_kind_has_its_reason_in_a_sentence_without_gaps(kind: FindingKind) -> None:
    one = next(one for one in explain(report_of(kind)) if one.kind is kind)
    told = reason(one, LOOK)
    assert told.endswith(".")
    assert "None" not in told
    assert "{" not in told


def test_a_spike_says_what_was_what_is_usual_and_from_when_on_it_tells() -> None:
    one = next(one for one in explain(report_of(FindingKind.SPIKE)) if one.kind is FindingKind.SPIKE)
    told = reason(one, LOOK)
    for figure in ("$13.00", "14 days", "$1.00", "it tells from $2.50"):
        assert figure in told


def test_a_spike_says_what_the_like_of_it_cost_before() -> None:
    one = next(one for one in explain(report_of(FindingKind.SPIKE)) if one.kind is FindingKind.SPIKE)
    figures = {"before": 4, "dearest_before": 8.25, "excess": 12.5}
    terms = tuple(replace(term, value=figures.get(term.name, term.value)) for term in one.terms)
    told = reason(replace(one, terms=terms), LOOK)
    assert "All but the dearest of these cost $8.25 more than usual at most, this one $12.50 so far." in told
    assert "dearest" not in reason(one, LOOK)


@pytest.mark.parametrize(("side", "what"), [("own", "refusals"), ("wallet", "refusals"), ("client", "errors")])
def test_what_a_limit_refuses_is_called_so(side: str, what: str) -> None:
    one = next(one for one in explain(report_of(FindingKind.STORM)) if one.kind is FindingKind.STORM)
    terms = tuple(replace(term, value=side) if term.name == "refusal" else term for term in one.terms)
    assert f" {what} since " in reason(replace(one, terms=terms), LOOK)


def test_figures_that_an_earlier_version_kept_make_no_sentence() -> None:
    assert reason(Explained(FindingKind.SPIKE, 7, ()), LOOK) == ""


def test_words_come_before_the_rule_and_its_figures() -> None:
    found = explain(report_of(FindingKind.SPIKE))[:1]
    lines = ["".join(cell.text for cell in line) for line in explain_lines(found, SNAPSHOT, LOOK, lambda *_: 2)]
    assert lines[1] == reason(found[0], LOOK)
    assert lines[2] == told_before(2)
    assert lines[2] != told_before(0) != told_before(1)


@pytest.mark.parametrize(("others", "told"), [(0, "45.155.205.99 first came up at"), (26, "45.155.205.99 and 26 more")])
def test_a_new_origin_says_how_many_came_up_with_it(others: int, told: str) -> None:
    figures = {"what": "ip", "value": "45.155.205.99", "since": NOW, "samples": 60, "window": 7200.0, "others": others}
    terms = tuple(Term(name, value, Unit.WORD) for name, value in figures.items())
    assert reason(Explained(FindingKind.ORIGIN, 7, terms), LOOK).startswith(told)


def test_a_person_s_own_thresholds_are_named() -> None:
    lines = threshold_lines(Thresholds(floor_usd=2.0, least_times=3.0, off=frozenset({FindingKind.ORIGIN})))
    told = "\n".join("".join(cell.text for cell in line) for line in lines)
    for word in ("floor_usd", "$2.00", "× 3", "origin"):
        assert word in told


def test_who_uses_a_key_from_elsewhere_is_told_before_what_it_costs() -> None:
    spike, origin = report_of(FindingKind.SPIKE), report_of(FindingKind.ORIGIN)
    stranger = next(one for one in origin.findings if one.kind is FindingKind.ORIGIN)
    costly = replace(spike.findings[0], severity=stranger.severity)
    both = replace(spike, findings=(costly, stranger))
    assert lead_of(both) is stranger
    worse = replace(both, findings=(replace(costly, severity=Severity.CRITICAL), stranger))
    assert (lead_of(worse) is stranger) == (stranger.severity is Severity.CRITICAL)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (KeyStatus.ACTIVE, "calm again"),
        (KeyStatus.INACTIVE, "can call no more"),
        (KeyStatus.EXHAUSTED, "its own limit"),
        (None, "nothing left to contain"),
    ],
)
def test_why_there_is_nothing_to_contain(status: KeyStatus | None, words: str) -> None:
    stored = {KeyStatus.INACTIVE: "inactive", KeyStatus.EXHAUSTED: "quota_exhausted"}.get(status or KeyStatus.ACTIVE)
    own = replace(key(7), stored_status=stored or "active")
    keys = (own, key(8, "ci")) if status is not None else (key(8, "ci"),)
    snapshot = reduce(Snapshot("https://gw", ZoneInfo("UTC")), Answered(AskKeys(), keys, NOW))
    from tests.unit.triage.test_contained import inputs

    stopped = {} if status is KeyStatus.ACTIVE else {7: NOW - timedelta(minutes=2)}
    paces = {7: 0.0, 8: 0.0}
    deleted = frozenset({7}) if status is None else frozenset[int]()
    report = find(replace(inputs(stopped), paces=paces, deleted=deleted))
    assert words in contain_sentence(report, snapshot, LOOK)


def test_inputs_of_every_kind_are_there() -> None:
    assert set(INPUTS) == set(FindingKind)
