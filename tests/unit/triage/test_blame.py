"""Who is blamed: by the account's excess, deleted keys among it, only who is above its own usual, only what burns."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import HOUR
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.report import Report
from tui.triage.spikes import RunningHour

QUIET = series({}, usual_usd=0.5)
WILD = series({2: 20.0, 1: 20.0}, usual_usd=0.5)


def judged(keys: Mapping[int, HourlyCost], account: HourlyCost, **more: object) -> Report:
    """What is found where nothing is known but hours."""
    running = RunningHour(0.0, 0.0)
    return find(replace(Inputs(NOW, account, keys, running, dict.fromkeys(keys, running)), **more))


def test_shares_are_of_the_account_s_excess() -> None:
    """The account cost $39 above usual in two hours, of which this key accounts for a part."""
    partly = series({2: 6.0, 1: 6.0}, usual_usd=0.5)
    report = judged({7: partly, 8: QUIET}, series({2: 21.0, 1: 21.0}, usual_usd=1.0))
    first = report.suspects[0]
    assert (first.key_id, round(first.excess_usd)) == (7, 11)
    assert first.share == pytest.approx(11 / 40, abs=0.02)
    assert report.unexplained_share == pytest.approx(1 - first.share)


def test_shares_never_add_up_to_more_than_all() -> None:
    report = judged({7: WILD, 8: series({1: 20.0}, usual_usd=0.5)}, series({2: 20.5, 1: 20.5}, usual_usd=1.0))
    assert sum(one.share for one in report.suspects) == pytest.approx(1.0)
    assert report.unexplained_share == pytest.approx(0.0)


def test_a_deleted_key_is_blamed_for_its_part_and_leaves_nothing_to_contain() -> None:
    ended = NOW - timedelta(minutes=20)
    report = judged(
        {7: WILD, 8: QUIET},
        series({2: 20.5, 1: 20.5}, usual_usd=1.0),
        stopped={7: ended},
        deleted=frozenset({7}),
    )
    assert (report.suspects[0].key_id, report.suspects[0].is_deleted) == (7, True)
    assert (report.contained_at, report.to_contain) == (ended, None)


@pytest.mark.parametrize(
    ("hour", "usd", "is_incident"), [(1, 20.0, False), (1, 49.0, False), (1, 52.0, True), (7, 20.0, True)]
)
def test_a_job_that_comes_every_week_makes_no_incident_of_the_account(hour: int, usd: float, is_incident: bool) -> None:
    """The key's job ran at this time a week and two weeks ago; the account as a whole has nothing like it.

    It is one if there is far more to do than ever, or at another time of day.
    """
    weekly = {hour + 7 * 24: 20.0, hour + 14 * 24: 20.0}
    job = series({1: usd, **weekly}, usual_usd=0.0, days=35)
    account = series({1: usd + 1.0}, usual_usd=1.0, days=35)
    report = judged({7: job, 8: series({}, days=35)}, account)
    assert report.is_incident is is_incident
    assert (report.to_contain == 7) is is_incident


def test_a_busy_day_of_all_is_nobody_s_fault() -> None:
    """Four keys do together what each did on days of its own: the account is over its bar, none has half of it."""
    keys = {}
    for key_id in range(4):
        days = range(1 + 3 * key_id, 4 + 3 * key_id)
        keys[key_id] = series({2: 5.9, 1: 5.9} | {day * 24 + back: 4.0 for day in days for back in (1, 2)})
    account = HourlyCost(QUIET.start, tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True))))
    report = judged(keys, account)
    assert report.spike is not None
    assert report.spike.is_confirmed
    assert (report.is_account_sure, report.is_alarm, report.since) == (False, False, None)


def test_what_waits_for_its_second_hit_is_no_incident() -> None:
    report = judged({7: series({1: 1.5}, usual_usd=0.3)}, series({}, usual_usd=1.0))
    assert (report.is_incident, report.has_spike, report.suspects) == (False, False, ())
    assert [one.is_sure for one in report.findings if one.kind is FindingKind.SPIKE] == [False]


def test_one_dear_call_is_no_evidence_and_several_are() -> None:
    def report(calls: int) -> Report:
        use = HourUse()
        for _ in range(calls):
            use.add(20.0 / calls)
        wild = series({1: 20.0}, usual_usd=0.5)
        return judged({7: wild}, series({1: 20.5}, usual_usd=0.5), hour_uses={THIS_HOUR - HOUR: {7: use}})

    assert not report(1).is_alarm
    assert report(8).is_alarm


@pytest.mark.parametrize(("pace", "proposed"), [(15.0, 7), (0.0, None)])
def test_only_what_burns_is_proposed(pace: float, proposed: int | None) -> None:
    report = judged({7: WILD, 8: QUIET}, series({2: 20.5, 1: 20.5}, usual_usd=1.0), paces={7: pace, 8: 0.0}, stopped={})
    assert report.is_incident
    assert report.to_contain == proposed


def test_it_began_when_the_calls_of_its_key_say() -> None:
    minute = THIS_HOUR - 2 * HOUR + timedelta(minutes=37)

    def begin_of(key_id: int, since: datetime) -> datetime | None:
        return minute if (key_id, since) == (7, THIS_HOUR - 2 * HOUR) else None

    report = judged({7: WILD}, series({2: 20.5, 1: 20.5}, usual_usd=0.5), begin_of=begin_of)
    assert report.began == minute
    assert report.since == THIS_HOUR - 2 * HOUR


def test_the_money_of_one_burst_is_counted_once() -> None:
    """The sixty minutes up to now overlap with the hour that is over: no second hit, until the running hour is one."""
    keys, account = {7: series({1: 3.0}, usual_usd=0.5)}, series({1: 3.5})

    def report(so_far_usd: float) -> Report:
        running = {7: RunningHour(so_far_usd, 0.2, 2.9, 1.0)}
        return find(Inputs(NOW, account, keys, running=RunningHour(), running_by_key=running))

    assert not report(0.5).is_alarm
    assert report(2.9).is_alarm
