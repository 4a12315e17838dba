"""What a person set about when to be told: what waits for the morning, and what is never told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tui.account.left_out import LeftOut, keys_meant
from tui.triage.baselines import HOUR
from tui.triage.findings import Finding, FindingKind
from tui.triage.forecast import Forecast
from tui.triage.incidents import Incidents, NoticeKind, Phase, advance
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
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


def found(key_id: int | None, *, cause: int | None = None, severity: Severity = Severity.WARNING) -> AnyFinding:
    """A spike; what it rests on does not matter here."""
    cause = key_id if cause is None else cause
    return Finding(
        kind=FindingKind.SPIKE,
        key_id=key_id,
        severity=severity,
        since=NOW,
        hit_at=NOW,
        evidence=Forecast(NOW),
        cause=cause,
    )


def mild(key_id: int | None = 7, *, cause: int | None = None) -> Report:
    """A warning."""
    return Report(NOW, (found(key_id, cause=cause),))


DIRE = Report(NOW, (found(7, severity=Severity.CRITICAL),))
"""What cannot wait."""


def told(incidents: Incidents) -> list[tuple[NoticeKind, FindingKind, int | None]]:
    """The notices of the last step."""
    return [(one.told, one.incident.kind, one.incident.key_id) for one in incidents.notices]


def look(before: Incidents, report: Report, at: datetime, thresholds: Thresholds = QUIET) -> Incidents:
    """The next look, in UTC."""
    hits = replace(report, findings=tuple(replace(one, hit_at=at) for one in report.findings))
    return advance(before, hits, at, True, thresholds=thresholds)


def test_a_warning_of_the_night_is_told_in_the_morning_if_it_still_stands() -> None:
    on = look(Incidents(), mild(), MIDNIGHT)
    assert (told(on), on.of(FindingKind.SPIKE, 7).phase) == ([], Phase.PENDING)  # type: ignore[union-attr]
    for hour in range(1, 7):
        on = look(on, mild(), MIDNIGHT + hour * HOUR)
        assert (told(on), on.firing) == ([], ())
    on = look(on, mild(), MIDNIGHT + 7 * HOUR)
    assert told(on) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    assert told(look(on, mild(), MIDNIGHT + 8 * HOUR)) == []


def test_a_warning_that_is_over_by_the_morning_is_never_told() -> None:
    on = look(Incidents(), mild(), MIDNIGHT)
    for hour in (1, 2, 3, 7, 8):
        on = look(on, Report(NOW), MIDNIGHT + hour * HOUR)
        assert told(on) == []
    assert dict(on.open) == {}


def test_what_is_critical_does_not_wait() -> None:
    assert told(look(Incidents(), DIRE, MIDNIGHT)) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    waiting = look(Incidents(), mild(), MIDNIGHT)
    assert told(look(waiting, DIRE, MIDNIGHT + HOUR)) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    evening = look(Incidents(), mild(), MIDNIGHT - 3 * HOUR)
    assert told(evening) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]
    night = look(evening, mild(), MIDNIGHT)
    assert (told(night), len(night.firing)) == ([], 1)
    assert told(look(night, DIRE, MIDNIGHT + HOUR)) == [(NoticeKind.WORSE, FindingKind.SPIKE, 7)]


def test_another_cause_of_a_warning_waits_as_well() -> None:
    evening = look(Incidents(), mild(None, cause=7), MIDNIGHT - 3 * HOUR)
    night = look(evening, mild(None, cause=9), MIDNIGHT)
    assert told(night) == []
    morning = look(night, mild(None, cause=9), MIDNIGHT + 8 * HOUR)
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
    both = Report(NOW, (found(7), found(9)))
    assert [one[2] for one in told(look(Incidents(), both, NOW, thresholds))] == keys


def test_the_account_is_not_told_of_what_a_key_did_that_is_left_out() -> None:
    whole = Report(NOW, (found(None, cause=7), found(7)))
    assert told(look(Incidents(), whole, NOW, Thresholds(left_out=frozenset({7})))) == []
    assert len(told(look(Incidents(), whole, NOW, Thresholds(left_out=frozenset({9}))))) == 1


def test_what_was_told_before_its_kind_was_switched_off_ends_as_all_do() -> None:
    off = Thresholds(off=frozenset({FindingKind.SPIKE}))
    on = advance(Incidents(), mild(), NOW, True)
    cooling = advance(on, mild(), NOW + HOUR, True, thresholds=off)
    assert (told(cooling), cooling.firing) == ([], ())
    over = advance(cooling, mild(), NOW + timedelta(hours=4), True, thresholds=off)
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
