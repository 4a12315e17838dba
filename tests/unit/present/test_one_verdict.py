"""Title, first line, steps and causes of triage say the same of what is found, contained, or still to be done."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.unit.present.test_incident_lines import LOOK, NOTHING_KNOWN, report, spike, text
from tests.unit.samples import NOW, key
from tests.unit.triage.samples import report_of
from tests.unit.triage.test_storms import known, overloaded, refused
from tui.present.contain import disable_sentence
from tui.present.key_actions import stop_sentence
from tui.present.lead import lead_line, lead_of
from tui.present.proof import Proof, Verdict
from tui.present.triage import retry_sentence, steps, suspect_lines, title
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.report import Report, State
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

ORIGIN = replace(
    next(one for one in report_of(FindingKind.ORIGIN).findings if one.kind is FindingKind.ORIGIN),
    since=NOW - timedelta(minutes=3),
)
LOW = replace(
    next(one for one in report_of(FindingKind.LOW_BALANCE).findings if one.kind is FindingKind.LOW_BALANCE),
    severity=Severity.CRITICAL,
)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((ORIGIN,), "new origin since "),
        ((LOW, ORIGIN), "new origin since "),
        ((LOW,), "no incident now"),
        ((replace(ORIGIN, is_contained=True),), "no incident now"),
        ((replace(ORIGIN, is_sure=False),), "no incident now"),
        ((), "no incident now"),
    ],
)
def test_what_costs_nothing_more_is_in_the_title_while_it_goes_on(found: tuple[object, ...], told: str) -> None:
    seen = replace(report_of(FindingKind.ORIGIN), findings=found, since=None, spike_state=State.CLEAR, gaps=())
    assert told in text(title(seen, NOTHING_KNOWN, LOOK))
    goes_on = told.startswith("new")
    assert text(suspect_lines(seen, NOTHING_KNOWN, LOOK)[0]) == (
        "No extra cost now." if goes_on else "No incident now."
    )


def test_what_is_contained_leads_only_where_nothing_else_does() -> None:
    (costly,) = report(NOW, spike()).findings
    contained = replace(ORIGIN, is_contained=True)
    both = Report(NOW, (costly, contained))
    assert lead_of(both) is costly
    over = Report(NOW, (contained,), since=NOW, contained_at=NOW)
    assert lead_of(over) is None
    assert text(lead_line(over, NOTHING_KNOWN, LOOK)).startswith("✓ contained")
    assert lead_line(Report(NOW), NOTHING_KNOWN, LOOK) == ()


@pytest.mark.parametrize(
    ("verdict", "goes_on", "mark"),
    [
        (Verdict.CONTAINED, True, "→ do"),
        (Verdict.CONTAINED, False, "✓ contained"),
        (Verdict.GOES_ON, True, "■ goes on"),
        (Verdict.WATCHING, True, "… watching"),
    ],
)
def test_a_key_that_was_stopped_contains_nothing_that_others_go_on_with(
    verdict: Verdict, goes_on: bool, mark: str
) -> None:
    found = replace(report(NOW, spike()).findings[0], cause=None)
    others = tuple(Suspect(20 + n, 3.0, 0.0, 0.2, pace_usd_per_h=3.0) for n in range(3))
    stopped = Suspect(7, 6.0, 0.0, 0.4, is_calm=True, is_stopped=True)
    seen = Report(NOW, (found,), since=NOW, suspects=(*others, stopped), contained_at=None if goes_on else NOW)
    proof = Proof((key(7),), verdict, NOW, NOW, 0, 0, 0, 0, None, None)  # type: ignore[arg-type]
    last = steps(seen, NOTHING_KNOWN, LOOK, proof)[-1]
    assert (last.verdict.text if last.verdict is not None else "→ do") == mark
    assert "can call no more" not in last.sentence, "what the act did is told, where that is all"


def test_a_storm_that_goes_on_is_told_before_a_larger_one_that_is_over() -> None:
    seen = find(known([*refused(30, 4, "api key 5小时限额已用完"), *overloaded(200, 2, ago_s=1200)]))
    assert len(seen.storms) == 2
    assert "30 refusals" in retry_sentence(seen, NOTHING_KNOWN, LOOK)


@pytest.mark.parametrize(
    ("in_flight", "told"), [(None, "those in flight"), (0, "none"), (1, "1 in flight"), (2, "2 in")]
)
def test_no_call_in_flight_is_said_in_words(in_flight: int | None, told: str) -> None:
    one = key(7, in_flight=in_flight)
    assert told in disable_sentence(one)
    assert told in stop_sentence(one)
