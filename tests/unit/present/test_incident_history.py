"""Remembered incidents in words: what they cost, what was done, and how often they came."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, PRIVATE, account, lines, rows, text
from tests.unit.samples import NOW, key
from tests.unit.triage.test_incident_history import kept
from tui.domain.intents import KeyState, Limits
from tui.monitor.questions import AskKeys
from tui.present.incident_history import (
    again_lines,
    again_words,
    cost_words,
    done_words,
    known_incidents,
    like,
    outcome_words,
    seen_words,
    state_cell,
)
from tui.present.incidents_panes import detail_lines, list_pane, title_parts
from tui.store.journal import Entry, Stage
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord
from tui.triage.incidents import Incident, Phase
from tui.triage.rule import Term, Unit
from tui.triage.severity import Severity

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SINCE = kept().since
ACCOUNT = account((AskKeys(), (key(7, "laptop"), key(8, "ci"))))
ON_AGAIN, LOW = KeyState("active", Limits()), KeyState("active", Limits(quota_usd=Decimal(5)))
ON = replace(kept(9, ago=timedelta(hours=1)), until=None, phase=Phase.FIRING, severity=Severity.CRITICAL, as_of=NOW)


def entry(after: timedelta = 25 * MINUTE, action: str = "disable", *, key_id: int = 7, **changes: Any) -> Entry:
    """Something done to a key after the beginning of `kept()`."""
    states = {"before": ON_AGAIN, "wanted": KeyState("inactive", Limits())}
    values = {"stage": Stage.DONE, **states, **changes}
    return Entry((SINCE + after).isoformat(), "https://gateway.example", key_id, action, **values)


def known(*records: IncidentRecord, done: tuple[Entry, ...] = (), open_now: tuple[Incident, ...] = ()) -> Any:
    """All that is remembered; the journal has the newest first."""
    written = [(number, one) for number, one in enumerate(reversed(done))]
    return known_incidents(tuple(records), written, NOW, open_now)


def test_what_was_done_meanwhile_goes_with_it() -> None:
    done = (entry(-MINUTE), entry(), entry(50 * MINUTE, "undo"), entry(key_id=8), entry(timedelta(hours=9), "limit"))
    (one,) = known(kept(), done=done)
    assert [each.action for each in one.done] == ["disable", "undo"]
    acts = (entry(), entry(30 * MINUTE, "limit"))
    (low,) = known(replace(kept(key_id=None), kind=FindingKind.LOW_BALANCE), done=acts)
    assert low.done == (), "a limit of some key fills no wallet"
    (of_account,) = known(
        kept(key_id=None), done=(entry(), entry(MINUTE * 30, key_id=8), entry(key_id=0, action="reminder"))
    )
    assert [each.key_id for each in of_account.done] == [7, 8], "the account's reminder stops no key"


@pytest.mark.parametrize(
    ("after", "is_answer"),
    [(0 * MINUTE, True), (180 * MINUTE, True), (181 * MINUTE, False), (-MINUTE, False)],
)
def test_what_was_done_while_it_cooled_answers_it(after: timedelta, is_answer: bool) -> None:
    (one,) = known(kept(), done=(entry(after),))
    assert bool(one.done) is is_answer


def test_what_goes_on_stands_first_the_worst_of_it_on_top() -> None:
    warning = replace(ON, id="w", severity=Severity.WARNING, since=NOW - 3 * DAY)
    untold = Incident(FindingKind.STORM, 8, Phase.PENDING, Severity.INFO, NOW, NOW)
    found = known(kept(1), ON, kept(2, ago=5 * DAY), warning, open_now=(untold,))
    assert [one.record.id for one in found] == ["9", "w", untold.id, "1", "2"]


DISABLED = "disabled by you after 25 min"
PLANNED = {"planned_at": SINCE, "planned_until": NOW + DAY}


@pytest.mark.parametrize(
    ("record", "done", "short", "long"),
    [
        (kept(), (), "", "over after 1 h"),
        (kept(), (entry(),), "disabled after 25 min", DISABLED),
        (kept(), (entry(until=NOW.isoformat()),), "disabled for a time after 25 min", None),
        (kept(), (entry(action="limit"),), "limits set after 25 min", None),
        (kept(), (entry(action="enable"), entry(30 * MINUTE)), "disabled after 30 min", None),
        (kept(), (entry(stage=Stage.FAILED), entry(action="enable")), "", "over after 1 h"),
        (kept(), (entry(stage=Stage.UNKNOWN),), "", "over after 1 h"),
        (kept(), (entry(action="limit", before=LOW, wanted=ON_AGAIN),), "", "over after 1 h"),
        (replace(kept(), contained_at=SINCE + 9 * MINUTE), (), "contained after 9 min", "contained after 9 min"),
        (replace(kept(), contained_at=SINCE + 9 * MINUTE), (entry(),), "disabled after 25 min", None),
        (replace(kept(), **PLANNED), (), "", "planned by you"),
        (
            replace(kept(), **PLANNED),
            (entry(),),
            "disabled after 25 min",
            "planned by you, disabled by you after 25 min",
        ),
        (kept(is_looked_back=True), (), "", "nobody watched"),
        (ON, (), "", ""),
    ],
)
def test_how_it_ended(record: IncidentRecord, done: tuple[Entry, ...], short: str, long: str | None) -> None:
    (one,) = known(record, done=done)
    assert done_words(one) == short
    if long is not None:
        assert outcome_words(one) == long


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (ON, "■ firing"),
        (replace(ON, severity=Severity.WARNING), "▲ firing"),
        (replace(ON, phase=Phase.PENDING), "pending"),
        (replace(ON, phase=Phase.COOLING), "cooling"),
        (replace(ON, phase=Phase.COOLING, contained_at=NOW), "contained"),
        (replace(ON, phase=Phase.PLANNED), "planned"),
        (kept(), "over"),
        (kept(is_looked_back=True), "unwatched"),
        (replace(kept(), contained_at=SINCE), "contained"),
        (replace(kept(), contained_at=SINCE, **PLANNED), "planned"),
    ],
)
def test_where_it_stands(record: IncidentRecord, state: str) -> None:
    assert state_cell(record, NOW).text == state


def terms(**values: float | str) -> tuple[Term, ...]:
    """Figures by name."""
    return tuple(Term(name, value, Unit.USD) for name, value in values.items())


@pytest.mark.parametrize(
    ("kind", "figures", "expected"),
    [
        (
            FindingKind.SPIKE,
            (*terms(actual=23.08, bound=12.26), Term("hour", SINCE, Unit.TIME)),
            "$23.08 in the hour from 11-23 05:31, told from $12.26 on",
        ),
        (FindingKind.SPIKE, terms(actual=23.08), ""),
        (FindingKind.SLOW_SPEND, terms(actual=20.0, usual=8.0), "$20.00, usual $8.00"),
        (FindingKind.GROWTH, terms(two_days=50.0, usual=20.0), "$50.00 in two days, usual $20.00"),
        (FindingKind.UNIT_COST, terms(actual=0.02, usual=0.008), "$0.020 000, usual $0.008 000"),
        (FindingKind.STORM, terms(errors=1200), "1 200 errors"),
        (FindingKind.STORM, (), ""),
        (FindingKind.FAILING, terms(errors=9, calls=12), "9 of 12 failed"),
        (FindingKind.ORIGIN, (Term("value", "192.0.2.1", Unit.WORD),), "from 192.0.2.1"),
        (FindingKind.ORIGIN, (Term("value", "curl", Unit.WORD), *terms(others=0)), "from curl"),
        (FindingKind.ORIGIN, (Term("value", "192.0.2.1", Unit.WORD), *terms(others=26)), "from 192.0.2.1 and 26 more"),
        (FindingKind.PLAN, terms(actual=49.0, limit=50.0), "$49.00 of $50.00"),
        (FindingKind.LOW_BALANCE, (Term("current_empty", NOW, Unit.TIME),), "empty 05:31"),
        (FindingKind.LOW_BALANCE, (), ""),
    ],
)
def test_the_figures_of_then(kind: FindingKind, figures: tuple[Term, ...], expected: str) -> None:
    assert seen_words(replace(kept(kind=kind), terms=figures), LOOK) == expected


def test_an_address_is_hidden_under_privacy() -> None:
    figures = (Term("value", "192.0.2.1", Unit.WORD),)
    assert seen_words(replace(kept(kind=FindingKind.ORIGIN), terms=figures), PRIVATE) == "from •••"


def test_what_it_cost() -> None:
    assert cost_words(replace(kept(), excess_usd=41.0)) == "$41.00 above usual"
    assert cost_words(replace(kept(kind=FindingKind.ORIGIN), excess_usd=41.0)) == "$41.00"
    assert cost_words(kept()) == ""


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), ""),
        ((12,), "the second time in four weeks; last 11-12 04:31"),
        ((12, 20), "the third time in four weeks; last 11-12 04:31"),
        ((3, 5, 7, 11, 80), "5 times now in four weeks; last 11-21 04:31"),
        ((60,), "the second time in 90 d; last 09-25 04:31"),
        ((40, 60), "the third time in 90 d; last 10-15 04:31"),
    ],
)
def test_how_often_it_came(days: tuple[int, ...], expected: str) -> None:
    earlier = [kept(number, ago=number * DAY + timedelta(hours=1)) for number in days]
    found = known(ON, *earlier)
    told = again_words(ON, like(found[0], found), LOOK)
    assert told == (f"{expected}, over after 1 h" if expected else "")


def test_the_line_under_a_finding() -> None:
    last = replace(kept(), excess_usd=41.0)
    found = known(ON, last, done=(entry(),))
    assert lines(again_lines(found, ACCOUNT, LOOK)) == (
        "laptop: the second time in four weeks; last 11-23 05:31, $41.00 above usual, disabled by you after 25 min"
    )
    assert not again_lines(known(last), ACCOUNT, LOOK), "nothing goes on"
    assert not again_lines(known(replace(ON, phase=Phase.PLANNED), last), ACCOUNT, LOOK), "it is known to be meant"
    slow = replace(ON, id="s", kind=FindingKind.SLOW_SPEND)
    both = known(ON, slow, last, kept(2, ago=4 * DAY, kind=FindingKind.SLOW_SPEND))
    assert len(again_lines(both, ACCOUNT, LOOK)) == 1, "a line a key"


def test_names_are_those_of_now_else_those_of_then() -> None:
    gone = replace(kept(key_id=99), key_name="old-one")
    assert [row.split(" | ")[4] for row in rows(list_pane(known(kept(1), gone), ACCOUNT, LOOK))] == [
        "laptop",
        "deleted #99 old-one",
    ]
    assert "old-one |" in rows(list_pane(known(gone), NOTHING_KNOWN, LOOK))[0]
    assert "old-one" not in rows(list_pane(known(gone), NOTHING_KNOWN, PRIVATE))[0]


def test_the_list_says_how_many_and_why_there_are_none() -> None:
    told = "".join(text(part.line) for part in title_parts(known(ON, kept())))
    assert told == "Incidents · 1 now · 1 over in 90 d"
    assert "No incident is remembered" in text(list_pane(known(), ACCOUNT, LOOK).empty_text)


def test_all_of_one() -> None:
    one = replace(
        kept(),
        **PLANNED,
        excess_usd=41.0,
        contained_at=SINCE + 30 * MINUTE,
        terms=(*terms(actual=23.08, bound=12.26), Term("hour", SINCE, Unit.TIME)),
    )
    done = (
        entry(undone=True),
        entry(30 * MINUTE, "undo", undone=True),
        entry(40 * MINUTE, "limit", stage=Stage.FAILED),
        entry(50 * MINUTE, stage=Stage.UNKNOWN),
    )
    found = known(one, kept(2, ago=8 * DAY), done=done)
    assert lines(detail_lines(found[0], found, ACCOUNT, LOOK)).splitlines() == [
        "spike · laptop 11-23 05:31 to 11-23 06:31 (1 h)",
        "$23.08 in the hour from 11-23 05:31, told from $12.26 on; $41.00 above usual",
        "the second time in four weeks; last 11-16 05:31, over after 1 h",
        "11-23 05:56 laptop disabled by you (taken back)",
        "11-23 06:01 laptop taken back by you",
        "11-23 06:11 laptop limits set by you: not applied",
        "11-23 06:21 laptop disabled by you: outcome not known",
        "✓ contained 11-23 06:01",
        "planned by you 11-23 05:31, holds until 11-25 05:31   n watch again",
    ]


def test_an_answer_that_holds_no_more_is_no_promise() -> None:
    one = replace(kept(), planned_at=SINCE, planned_until=NOW)
    found = known(one)
    assert "held until 05:31" in lines(detail_lines(found[0], found, ACCOUNT, LOOK))
    assert "n watch again" not in lines(detail_lines(found[0], found, ACCOUNT, LOOK))


def test_what_nobody_watched_says_so() -> None:
    found = known(kept(is_looked_back=True))
    assert "Nobody watched" in lines(detail_lines(found[0], found, ACCOUNT, LOOK))
