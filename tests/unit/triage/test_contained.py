"""After a key was stopped: the incident is contained, no other key takes its place, and the forecast follows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed, key
from tests.unit.triage.test_incidents import spike
from tests.unit.triage.test_rules import series
from tui.domain.clock import floor_hour
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of
from tui.present import banner, low_balance, triage
from tui.present.display_context import DisplayContext
from tui.triage.baselines import HOUR
from tui.triage.case import Case
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.forecast import extra_usd
from tui.triage.incidents import Incidents, Phase, advance
from tui.triage.inputs import Inputs
from tui.triage.spikes import RunningHour
from tui.triage.suspects import Suspect

LAST = NOW - timedelta(minutes=2)
WILD, CALM = series({2: 20.0, 1: 20.0}, usual_usd=0.5), series({1: 0.9}, usual_usd=0.5)
ACCOUNT = series({2: 20.5, 1: 20.9})
RUNNING = {7: RunningHour(8.0, 3.0), 8: RunningHour(0.3, 0.1)}
SNAPSHOT = reduce(Snapshot("https://gw", ZoneInfo("UTC")), Answered(AskKeys(), (key(7), key(8, "ci")), NOW))
LOOK = DisplayContext(NOW, ZoneInfo("UTC"))


def inputs(stopped: Mapping[int, datetime]) -> Inputs:
    """A key that ran wild for two hours, beside one that did as ever."""
    return Inputs(
        NOW,
        ACCOUNT,
        {7: WILD, 8: CALM},
        RunningHour(8.3, 3.1),
        RUNNING,
        paces={7: 18.0, 8: 0.6},
        balance_usd=60.0,
        stopped=stopped,
    )


def test_while_the_key_burns_nothing_is_contained() -> None:
    report = find(inputs({8: LAST}))
    assert report.contained_at is None
    assert report.is_alarm
    assert report.empties_soon


def test_once_it_is_stopped_the_incident_is_contained_and_the_forecast_the_usual_one() -> None:
    report = find(inputs({7: LAST}))
    assert report.contained_at == LAST
    assert (report.is_alarm, report.is_critical, report.empties_soon) == (False, False, False)
    assert report.current_empty_at is None
    assert report.likely is not None
    assert report.likely.key_id == 7


def test_a_second_key_that_runs_wild_is_not_contained_by_stopping_the_first() -> None:
    both = replace(inputs({7: LAST}), keys={7: WILD, 8: WILD}, running_by_key={7: RUNNING[7], 8: RUNNING[7]})
    report = find(both)
    assert report.contained_at is None
    assert report.likely is not None
    assert report.likely.key_id == 8


@pytest.mark.parametrize(
    ("stopped", "share", "pace_usd_per_h", "is_contained"),
    [
        ((7,), 0.3, 4.0, False),
        ((7,), 0.3, 0.0, True),
        ((7,), 0.2, 4.0, True),
        ((7, 9), 0.3, 4.0, False),
        ((7, 8, 9), 0.3, 4.0, True),
    ],
)
def test_what_goes_on_with_a_notable_share_is_not_contained(
    stopped: tuple[int, ...], share: float, pace_usd_per_h: float, is_contained: bool
) -> None:
    """Though no single key of it has a spike of its own."""
    case = Case(inputs(dict.fromkeys(stopped, LAST)))
    others = Suspect(8, 9.0, 1.0, share, pace_usd_per_h=pace_usd_per_h), Suspect(9, 3.0, 1.0, 0.1)
    case.__dict__ |= {"_ranked": (Suspect(7, 20.0, 1.0, 0.55), *others), "key_spikes": {7: case.key_spikes[7]}}
    assert (case.contained_at == LAST) is is_contained


@pytest.mark.parametrize(("pace_usd_per_h", "is_current"), [(18.0, True), (0.4, False), (0.0, False), (None, True)])
def test_a_run_that_has_stopped_by_itself_empties_no_wallet_at_its_rate(
    pace_usd_per_h: float | None, is_current: bool
) -> None:
    """Its key can still call; where nothing is known of the last minutes, the full hours count."""
    paces = None if pace_usd_per_h is None else {7: pace_usd_per_h, 8: 0.6}
    report = find(replace(inputs({}), paces=paces))
    assert report.is_incident
    assert (report.current_empty_at is not None) is is_current
    assert report.empties_soon is is_current
    assert report.usual_empty_at is not None


@pytest.mark.parametrize(
    ("stopped", "extra_usd_per_h"),
    [({}, 40.0), ({7: LAST}, 10.0), ({7: LAST, 9: LAST}, 0.0)],
    ids=["none", "the one that burns", "both"],
)
def test_what_keys_cost_that_were_stopped_is_no_part_of_the_rate(
    stopped: Mapping[int, datetime], extra_usd_per_h: float
) -> None:
    """Three quarters of the rate of the last hours are one key's; a third key, calm by now, did most of it before."""
    keys = {7: series({2: 30.5, 1: 30.5}), 8: series({}, usual_usd=0.5), 9: series({3: 90.0, 2: 10.0, 1: 10.0})}
    account = series({3: 90.5, 2: 41.0, 1: 41.0}, usual_usd=0.5)
    running = {7: RunningHour(30.0, 5.0, 30.0), 8: RunningHour(0.5), 9: RunningHour(10.0, 1.0, 10.0)}
    known = Inputs(NOW, account, keys, RunningHour(40.5, 6.0, 40.5), running, balance_usd=60.0, stopped=stopped)
    forecast = find(known).forecast
    assert forecast is not None
    assert forecast.extra_usd_per_h == pytest.approx(extra_usd_per_h, abs=1.0)


@pytest.mark.parametrize(("usd_by_hour", "extra_usd_per_h"), [((30.0, 30.0), 10.5), ((30.0,), 10.5), ((), 40.5)])
@pytest.mark.parametrize("is_new", [True, False], ids=["of which the hours before are unknown", "after"])
def test_what_a_stopped_key_cost_counts_in_the_hours_that_are_known(
    usd_by_hour: tuple[float, ...], extra_usd_per_h: float, is_new: bool
) -> None:
    """The smaller of two hours above usual: one known hour of the key is enough to make it so."""
    hours = floor_hour(NOW) - HOUR * (len(usd_by_hour) if is_new else 2)
    stopped = (HourlyCost(hours, usd_by_hour),)
    account = series({2: 41.0, 1: 41.0}, usual_usd=0.5)
    assert extra_usd(Memo(), None, account, spike(back=3), NOW, RunningHour(), stopped) == pytest.approx(
        extra_usd_per_h
    )


def test_what_fired_cools_and_fires_again_when_the_key_is_let_loose() -> None:
    firing = advance(Incidents(), find(inputs({})), NOW, True)
    assert [one.phase for one in firing.open.values() if one.kind is FindingKind.SPIKE] == [Phase.FIRING]
    cooling = advance(firing, find(inputs({7: LAST})), NOW, True)
    assert [one.phase for one in cooling.open.values() if one.kind is FindingKind.SPIKE] == [Phase.COOLING]
    again = advance(cooling, find(inputs({})), NOW, True)
    assert [one.phase for one in again.open.values() if one.kind is FindingKind.SPIKE] == [Phase.FIRING]


def test_banner_and_last_step_say_so() -> None:
    report = find(inputs({7: LAST}))
    (told,) = banner.news(report, Incidents(), low_balance.Alarm(), SNAPSHOT, LOOK, None)
    assert "".join(cell.text for cell in told.line) == "✓ contained 05:29  laptop $46.74 above usual, burn falling"
    last = triage.steps(report, SNAPSHOT, LOOK)[-1]
    assert last.verdict is not None
    assert (last.verdict.text, last.sentence) == (
        "✓ contained",
        "its keys can call no more; the last call ended 05:29",
    )


@pytest.mark.parametrize(
    ("status", "in_flight", "read_ago_s", "is_stopped"),
    [("inactive", 0, 1, True), ("inactive", 2, 1, False), ("active", 0, 1, False), ("inactive", 0, 200, False)],
)
def test_a_key_is_stopped_once_it_is_refused_nothing_runs_and_calls_were_read_since(
    status: str, in_flight: int, read_ago_s: float, is_stopped: bool
) -> None:
    keys = (key(7, stored_status=status, in_flight=in_flight, last_used_at=NOW - timedelta(seconds=130)),)
    snapshot = reduce(Snapshot("https://gw", ZoneInfo("UTC")), Answered(AskKeys(), keys, NOW))
    rows = CallsRead((call(1, ago_s=120),), EVERYTHING, 1, NOW)
    snapshot = reduce(snapshot, Answered(BASE_CALLS, rows, NOW - timedelta(seconds=read_ago_s)))
    assert inputs_of(snapshot, NOW).stopped == ({7: NOW - timedelta(seconds=120)} if is_stopped else {})


@pytest.mark.parametrize(
    ("balance_usd", "ten_before_usd", "left_h"),
    [(6.0, 3.0, 1 / 3), (17.9, 3.0, 1.0), (18.1, 3.0, None), (6.0, 0.5, None)],
    ids=["twenty minutes", "an hour", "more than an hour", "ten minutes alone"],
)
@pytest.mark.parametrize("is_contained", [True, False], ids=["after an incident", "without one"])
def test_the_last_hour_of_a_balance_goes_by_what_is_spent_now(
    balance_usd: float, ten_before_usd: float, left_h: float | None, is_contained: bool
) -> None:
    """A key that usually costs $10 an hour spends $18 at work, which is no incident."""
    at_work, busy = RunningHour(3.0, 3.0, 6.0, ten_before_usd=ten_before_usd), series({}, usual_usd=10.0)
    account, stopped = series({2: 30.0, 1: 30.0}, usual_usd=10.5), {7: LAST}
    if not is_contained:
        account, stopped = busy, {}
    keys = {7: WILD, 8: busy} if is_contained else {8: busy}
    known = Inputs(NOW, account, keys, at_work, {8: at_work}, balance_usd=balance_usd, stopped=stopped)
    report = find(known)
    assert (report.contained_at is not None, report.is_alarm) == (is_contained, False)
    at = report.current_empty_at
    assert (at is None) is (left_h is None)
    if at is not None and left_h is not None:
        assert (at - NOW) / HOUR == pytest.approx(left_h, rel=0.1)
        assert any(one.kind is FindingKind.LOW_BALANCE for one in report.findings)


def test_a_key_that_is_no_more_is_nothing_to_act_on() -> None:
    """Neither as the likely cause, nor for another finding."""
    assert find(inputs({})).to_contain == 7
    gone = find(replace(inputs({}), deleted=frozenset({7})))
    assert gone.likely is not None
    assert (gone.likely.is_deleted, gone.to_contain) == (True, None)
    refused = tuple(failed(n, ago_s=n * 2, key_name="ci", category="invalid_request") for n in range(30))
    calm = replace(inputs({}), account=series({}), keys={8: CALM}, running=RunningHour(0.3, 0.1))
    stormy = replace(calm, failed=refused, failed_from=NOW - HOUR, key_names={8: "ci"})
    assert find(stormy).to_contain == 8
    assert find(replace(stormy, deleted=frozenset({8}))).to_contain is None
