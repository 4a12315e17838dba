"""What a person set about when to be told: what waits for the morning, and what is never told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tests.unit.triage.test_incidents import report, spike, told
from tui.account.left_out import LeftOut, keys_meant
from tui.triage.baselines import HOUR
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, NoticeKind, Phase, advance
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.thresholds import QuietHours, Thresholds

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))
QUIET = Thresholds(quiet=NIGHT)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "covers"),
    [
        (NIGHT, datetime(2026, 7, 1, 19, 59, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 7, 1, 20, 0, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 7, 2, 4, 59, 59, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 7, 2, 5, 0, tzinfo=UTC), False),
        # The night in which clocks go back has an hour more of it, and the one in which they go on an hour less.
        (NIGHT, datetime(2026, 10, 25, 5, 30, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 10, 24, 5, 30, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 3, 29, 5, 0, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 3, 28, 5, 0, tzinfo=UTC), True),
        # Both 02:30 of that night, and hours that lie in the one that there is not.
        (QuietHours(time(2, 15), time(2, 45)), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),
        (QuietHours(time(2, 15), time(2, 45)), datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),
        (QuietHours(time(2, 15), time(2, 45)), datetime(2026, 3, 29, 1, 30, tzinfo=UTC), False),
        (QuietHours(time(12), time(0)), datetime(2026, 7, 1, 21, 59, tzinfo=UTC), True),
        (QuietHours(time(12), time(0)), datetime(2026, 7, 1, 22, 0, tzinfo=UTC), False),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(quiet: QuietHours, at: datetime, covers: bool) -> None:
    assert quiet.covers(at, BERLIN) is covers


def mild(now: datetime, key_id: int = 7) -> Report:
    """A warning of a key."""
    return report(now, None, {key_id: spike()})


def dire(now: datetime) -> Report:
    """The same, and it cannot wait."""
    return Report(now, tuple(replace(one, severity=Severity.CRITICAL) for one in mild(now).findings))


def look(before: Incidents, found: Report, at: datetime, thresholds: Thresholds = QUIET) -> Incidents:
    """The next look, in UTC."""
    hits = replace(found, findings=tuple(replace(one, hit_at=at) for one in found.findings))
    return advance(before, hits, at, True, thresholds=thresholds)


def test_a_warning_of_the_night_is_told_in_the_morning_if_it_still_stands() -> None:
    on = look(Incidents(), mild(NOW), MIDNIGHT)
    assert (told(on), on.of(FindingKind.SPIKE, 7).phase) == ([], Phase.PENDING)  # type: ignore[union-attr]
    for hour in range(1, 7):
        on = look(on, mild(NOW), MIDNIGHT + hour * HOUR)
        assert (told(on), on.firing) == ([], ())
    on = look(on, mild(NOW), MIDNIGHT + 7 * HOUR)
    assert told(on) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    assert told(look(on, mild(NOW), MIDNIGHT + 8 * HOUR)) == []


def test_a_warning_that_is_over_by_the_morning_is_never_told() -> None:
    on = look(Incidents(), mild(NOW), MIDNIGHT)
    for hour in (1, 2, 3, 7, 8):
        on = look(on, Report(NOW), MIDNIGHT + hour * HOUR)
        assert told(on) == []
    assert dict(on.open) == {}


def test_what_is_critical_does_not_wait() -> None:
    assert told(look(Incidents(), dire(NOW), MIDNIGHT)) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    waiting = look(Incidents(), mild(NOW), MIDNIGHT)
    assert told(look(waiting, dire(NOW), MIDNIGHT + HOUR)) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    evening = look(Incidents(), mild(NOW), MIDNIGHT - 3 * HOUR)
    assert told(evening) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    night = look(evening, mild(NOW), MIDNIGHT)
    assert (told(night), len(night.firing)) == ([], 1)
    assert told(look(night, dire(NOW), MIDNIGHT + HOUR)) == [(NoticeKind.WORSE, FindingKind.SPIKE, 7)]


def test_another_cause_of_a_warning_waits_as_well() -> None:
    evening = look(Incidents(), report(NOW, spike(), cause=7), MIDNIGHT - 3 * HOUR)
    night = look(evening, report(NOW, spike(), cause=9), MIDNIGHT)
    assert told(night) == []
    morning = look(night, report(NOW, spike(), cause=9), MIDNIGHT + 8 * HOUR)
    assert told(morning) == [(NoticeKind.CAUSE, FindingKind.SPIKE, None)]


@pytest.mark.parametrize(
    ("thresholds", "keys"),
    [
        (Thresholds(), [7, 9]),
        (Thresholds(left_out=frozenset({7})), [9]),
        (Thresholds(left_out=frozenset({7, 9})), []),
        (Thresholds(off=frozenset({FindingKind.SPIKE})), []),
        (Thresholds(off=frozenset({FindingKind.STORM})), [7, 9]),
    ],
)
def test_what_is_left_out_is_not_told(thresholds: Thresholds, keys: list[int]) -> None:
    both = report(NOW, None, {7: spike(9.0), 9: spike(9.0)})
    assert [one[2] for one in told(look(Incidents(), both, NOW, thresholds))] == keys


def test_the_account_is_not_told_of_what_a_key_did_that_is_left_out() -> None:
    whole = report(NOW, spike(9.0), {7: spike(9.0)}, cause=7)
    assert told(look(Incidents(), whole, NOW, Thresholds(left_out=frozenset({7})))) == []
    assert len(told(look(Incidents(), whole, NOW, Thresholds(left_out=frozenset({9}))))) == 1


def test_what_was_told_before_its_kind_was_switched_off_ends_as_all_do() -> None:
    off = Thresholds(off=frozenset({FindingKind.SPIKE}))
    on = advance(Incidents(), mild(NOW), NOW, True)
    cooling = advance(on, mild(NOW), NOW + HOUR, True, thresholds=off)
    assert (told(cooling), cooling.firing) == ([], ())
    over = advance(cooling, mild(NOW), NOW + timedelta(hours=4), True, thresholds=off)
    assert told(over) == [(NoticeKind.OVER, FindingKind.SPIKE, 7)]


KEYS = (key(7, "laptop"), key(9, "batch"), key(10, "b\u0430tch"), key(11, "7"), key(12, "12"))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("laptop", [7]),
        ("Laptop", []),
        ("9", [9]),
        ("#9", [9]),
        ("batch", [9, 10]),
        ("7", [7, 11]),
        ("#7", [7]),
        ("12", [12]),
        ("#13", []),
        ("²", []),
    ],
)
def test_which_keys_a_text_could_mean(text: str, ids: list[int]) -> None:
    assert [one.id for one in keys_meant(text, KEYS)] == ids


def test_names_that_mean_no_key_or_several_are_said_once_and_leave_nothing_out() -> None:
    said: list[str] = []
    left_out = LeftOut(("laptop", "batch", "gone", "#9"), said.append)
    assert (left_out.ids(None), said) == (frozenset(), [])
    assert left_out.ids(KEYS) == left_out.ids(tuple(KEYS)) == {7, 9}
    assert [text.rpartition(": ")[0] for text in said] == [
        "triage.leave_out: several keys are called 'batch', or look so",
        "triage.leave_out: no key is called 'gone'",
    ]
