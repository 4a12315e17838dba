"""Slow spend: a day that costs twice the usual, without an hour that stands out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.slow_spend import SlowSpend, find_slow_spend

DAY = datetime(2026, 6, 29, tzinfo=UTC)
USUAL = 1.0


def series(today: Sequence[float], usual_usd: float = USUAL) -> HourlyCost:
    """Four even weeks, and a day so far."""
    return HourlyCost(DAY - 28 * 24 * HOUR, (usual_usd,) * (28 * 24) + tuple(today))


def test_a_trickle_that_doubles_the_day_and_a_twentieth_of_a_week_is_slow_spend() -> None:
    account = series([1.9] * 15)
    assert not find_slow_spend(account, {}, DAY + 9 * HOUR, UTC)
    slow = find_slow_spend(series([2.4] * 15), {}, DAY + 15 * HOUR, UTC)[0]
    assert (slow.key_id, slow.since, round(slow.today_usd, 6), slow.usual_usd) == (None, DAY, 36.0, 15.0)
    assert slow.times_usual == pytest.approx(2.4)


def test_what_is_over_is_none() -> None:
    assert not find_slow_spend(series([3.0] * 12 + [1.0, 1.0, 0.9]), {}, DAY + 15 * HOUR, UTC)


def test_two_dear_hours_are_none() -> None:
    assert not find_slow_spend(series([12.0, 12.0] + [1.1] * 10), {}, DAY + 12 * HOUR, UTC)


def test_a_key_s_slow_spend_is_told_before_the_account() -> None:
    keys = {1: series([0.5] * 15, 0.5), 2: series([1.6] * 15, 0.5)}
    found = find(Inputs(DAY + 15 * HOUR, series([2.4] * 15), keys))
    assert [one.key_id for one in found.evidence_of(SlowSpend)] == [2, None]
    assert [one.identity for one in found.findings] == [(FindingKind.SLOW_SPEND, 2)]
    assert found.suspects[0].key_id == 2
    assert (found.is_incident, found.has_spike) == (True, False)


def test_a_day_begins_at_local_midnight() -> None:
    zone = timezone(timedelta(hours=8))
    cost = HourlyCost(DAY - 28 * 24 * HOUR, (1.0,) * (28 * 24 - 8) + (2.6,) * 20)
    slow = find_slow_spend(cost, {}, DAY + 12 * HOUR, zone)[0]
    assert slow.since == DAY - 8 * HOUR


@pytest.mark.parametrize("minutes", [330, 345, -210, 765])
def test_where_midnight_falls_into_an_hour_the_day_begins_with_the_next_one(minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    now = DAY + HOUR * round(40 - minutes / 60)
    slow = find_slow_spend(series([2.4] * 60), {}, now, zone)[0]
    midnight = now.astimezone(zone).replace(hour=0, minute=0)
    assert timedelta(0) < slow.since - midnight < HOUR
    assert slow.today_usd == pytest.approx(2.4 * ((slow.until - slow.since) / HOUR))


def test_slow_spend_does_not_begin_anew_at_midnight() -> None:
    cost = series([2.4] * 26)
    (slow,) = find_slow_spend(cost, {}, DAY + 26 * HOUR, UTC)
    assert (slow.since, slow.until, slow.usual_usd) == (DAY + 2 * HOUR, DAY + 26 * HOUR, 24.0)


def test_what_has_stopped_is_none_though_the_last_day_was_dear() -> None:
    assert find_slow_spend(series([2.6] * 22), {}, DAY + 22 * HOUR, UTC)
    assert not find_slow_spend(series([2.6] * 22 + [0.9] * 3), {}, DAY + 25 * HOUR, UTC)
