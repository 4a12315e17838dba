"""What acts of the past would have saved, as a backtest tells it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import NOTHING_KNOWN, account
from tests.unit.samples import NOW, call
from tests.unit.triage.guard.moments import BATCH, WILD, incidents, report, rule
from tui.account.backtest import JudgedMoment
from tui.account.guard.past import PastGuard
from tui.monitor.questions import AskKeys
from tui.monitor.replay import Records
from tui.triage.guard.act import DeedOutcome, Mode
from tui.triage.report import Report
from tui.triage.suspects import Suspect

HOUR = timedelta(hours=1)
KEYS = account((AskKeys(), (BATCH,)))


def moment(after: timedelta, excess_usd: float | None) -> JudgedMoment:
    """A moment at which a key has cost so much above usual; None: nothing is wrong any more."""
    at = NOW + after
    of = Report(at)
    if excess_usd is not None:
        of = report(at)
        of = replace(of, suspects=tuple(replace(one, actual_usd=excess_usd + 2.0) for one in of.suspects))
    return JudgedMoment(at, KEYS, of, (), tuple(incidents(of).open.values()))


def behind(of: JudgedMoment, *, is_seen: bool = True) -> JudgedMoment:
    """The same moment with another key that costs more, and alone if the first one costs nothing above usual."""
    other = Suspect(WILD + 1, 900.0, 2.0, 0.9, pace_usd_per_h=900.0)
    return replace(of, report=replace(of.report, suspects=(other, *(of.report.suspects if is_seen else ()))))


def saved(do: str, *later: JudgedMoment) -> Any:
    """What one rule would have saved by acting at the first moment, and when it was last seen."""
    whose = {0: WILD, 1000: WILD + 1}
    calls = (call(first + n, ago_s=-3600 * n, key_id=of, billed="10") for first, of in whose.items() for n in range(60))
    records = Records(tuple(calls), NOTHING_KNOWN.zone)
    guard = PastGuard([rule(keys=["*"], do=do, armed=False)], records)
    assert len(guard.hear(moment(0 * HOUR, 30.0))) == 1
    for one in later:
        assert guard.hear(one) == (), "once an episode"
    (act,) = guard.acts()
    done = (Mode.TELL, DeedOutcome.TOLD) if do == "tell" else (Mode.ARMED, DeedOutcome.APPLIED)
    assert (act.act.mode, act.act.outcome) == done, "every rule counts as armed"
    return act.saved_usd, act.ended_at - NOW


FORTY, FIFTY = moment(HOUR, 40.0), moment(2 * HOUR, 50.0)


@pytest.mark.parametrize(
    ("do", "later", "saved_usd", "ended_after"),
    [
        ("disable", (FORTY, FIFTY), 20.0, 2 * HOUR),
        ("disable", (FIFTY, moment(3 * HOUR, 45.0)), 20.0, 2 * HOUR),
        ("disable", (FORTY, moment(2 * HOUR, None), moment(3 * HOUR, 90.0)), 10.0, HOUR),
        ("disable", (behind(FORTY),), 10.0, HOUR),
        ("disable", (behind(FORTY, is_seen=False),), 0.0, 0 * HOUR),
        ("pause 60m", (FORTY, FIFTY), 10.0, HOUR),
        ("tell", (FORTY, FIFTY), 0.0, 2 * HOUR),
    ],
)
def test_an_act_saves_what_the_key_costs_above_usual_from_then_on(
    do: str, later: tuple[JudgedMoment, ...], saved_usd: float, ended_after: timedelta
) -> None:
    assert saved(do, *later) == (pytest.approx(saved_usd), ended_after)


@pytest.mark.parametrize(
    ("limit_usd", "hours", "excess_usd", "saved_usd"),
    [
        (4, 2, 50.0, 16.0),
        (15, 2, 50.0, 5.0),
        (25, 2, 50.0, 0.0),
        (4, 2, 40.0, 10.0),
        (100, 24, 500.0, 140.0),
        (100, 30, 500.0, 100.0),
    ],
)
def test_a_limit_lets_through_so_much_a_day(limit_usd: int, hours: int, excess_usd: float, saved_usd: float) -> None:
    """Of ten dollars in each hour; no more is saved than the incident costs."""
    of, _ended = saved(f"limit-1d {limit_usd}", moment(hours * HOUR, excess_usd))
    assert of == pytest.approx(saved_usd)
