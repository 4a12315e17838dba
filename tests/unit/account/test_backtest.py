"""The past judged again: by one process or several, in full or by what would have been told."""

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import PLAN, key
from tui.account import judging_processes
from tui.account.backtest import NoticeFigures, Told, backtest, judged
from tui.account.incident_tracker import IncidentTracker
from tui.account.judging_processes import usable_cores
from tui.domain.usage import Call
from tui.monitor.questions import AskKeys
from tui.monitor.replay import Records
from tui.triage.findings import FindingKind
from tui.triage.incidents import NoticeKind
from tui.triage.report import Report
from tui.triage.thresholds import Thresholds

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
WILD = BEGIN + timedelta(days=10, hours=3)
HOUR = timedelta(hours=1)


def made_up() -> Iterator[Call]:
    """Twelve days of three keys; on the eleventh key 2 runs wild for three hours, from an address of its own."""
    draw = random.Random(3)
    moments = [(BEGIN + timedelta(minutes=30 * n), 1 + n % 3, "192.0.2.1") for n in range(12 * 48)]
    moments += [(WILD + timedelta(seconds=30 * n), 2, "203.0.113.9") for n in range(360)]
    for number, (at, key_id, ip) in enumerate(sorted(moments)):
        usd = Decimal(str(round(draw.uniform(0.1, 0.4), 4)))
        yield Call(number, at, key_id, f"key-{key_id}", "opus", 100, 10, 0, 0, usd, usd, 1.0, 0, "sync", ip=ip)


RECORDS = Records(tuple(made_up()), ZoneInfo("UTC"))
NEAR, END = WILD - 20 * HOUR, WILD + 12 * HOUR
many = pytest.mark.skipif(usable_cores() == 1, reason="processes do not share what is in memory here")


def told(begin: datetime, processes: int = 1, tracker: IncidentTracker | None = None) -> list[Told]:
    figures = NoticeFigures(RECORDS)
    moments = judged(RECORDS, begin, END, HOUR, tracker, processes=processes)
    return [one for moment in moments for _notice, one in figures.of(moment)]


def test_what_is_over_tells_how_far_it_had_come() -> None:
    spike = [one for one in backtest(RECORDS, NEAR, END, HOUR) if one.kind is FindingKind.SPIKE]
    began, over = spike[0], spike[-1]
    assert (began.state, began.key, began.key_id) == (NoticeKind.BEGAN, "key-2", 2)
    assert WILD < began.at <= WILD + 2 * HOUR
    assert over.state is NoticeKind.OVER
    assert began.excess_usd is not None
    assert over.excess_usd is not None
    assert began.excess_usd < over.excess_usd < 120


def test_what_is_over_tells_its_share_of_when_it_was_on() -> None:
    over = [one for one in backtest(RECORDS, NEAR, END, HOUR) if one.state is NoticeKind.OVER]
    assert {one.kind for one in over} == {FindingKind.SPIKE, FindingKind.ORIGIN}
    assert all(one.share is not None and one.share > 0.9 for one in over)


@many
@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_find_what_one_finds(processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging_processes, "WORTH_IT_MOMENTS", 1)
    monkeypatch.setattr(judging_processes, "A_SHARE", timedelta(hours=9))
    by_one = told(NEAR)
    assert {FindingKind.SPIKE, FindingKind.ORIGIN} <= {one.kind for one in by_one}
    assert told(NEAR, processes) == by_one
    off = Thresholds(off=frozenset({FindingKind.SPIKE}))
    assert told(NEAR, processes, IncidentTracker(off)) == told(NEAR, tracker=IncidentTracker(off))
    assert multiprocessing.active_children() == []


@many
def test_what_a_process_meets_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging_processes, "WORTH_IT_MOMENTS", 1)
    looked = IncidentTracker.look

    def look(self: IncidentTracker, snapshot: object, now: datetime) -> Report:
        if now > WILD:
            raise ArithmeticError("no more")
        return looked(self, snapshot, now)  # type: ignore[arg-type]

    monkeypatch.setattr(IncidentTracker, "look", look)
    with pytest.raises(ArithmeticError, match="no more"):
        told(NEAR, 2)
    monkeypatch.setattr(IncidentTracker, "look", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(ChildProcessError):
        told(NEAR, 2)
    assert multiprocessing.active_children() == []


@many
def test_processes_end_with_whoever_wanted_to_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging_processes, "WORTH_IT_MOMENTS", 1)
    looked = IncidentTracker.look

    def look(self: IncidentTracker, snapshot: object, now: datetime) -> Report:
        if now >= NEAR + judging_processes.A_SHARE:
            signal.pause()  # never done by itself
        return looked(self, snapshot, now)  # type: ignore[arg-type]

    monkeypatch.setattr(IncidentTracker, "look", look)
    moments = judged(RECORDS, NEAR, END, HOUR, processes=2)
    next(moments)
    assert multiprocessing.active_children() != []
    moments.close()
    assert multiprocessing.active_children() == []


def test_a_key_that_was_stopped_or_deleted_later_was_none_of_that_then() -> None:
    """Nor are plans of which records tell nothing a gap, for which no incident would ever be over."""
    stopped = key(2, "key-2", stored_status="inactive", windows={"1d": (1, 5, None)}, quota_usd=1, quota_used_usd=9)
    by_plan = key(3, "key-3", group=PLAN)
    account = replace(RECORDS, keys=(stopped, by_plan))
    spikes = [one for one in backtest(account, NEAR, END, HOUR) if one.kind is FindingKind.SPIKE]
    assert spikes == [one for one in backtest(RECORDS, NEAR, END, HOUR) if one.kind is FindingKind.SPIKE]
    assert [one.state for one in spikes][:: len(spikes) - 1] == [NoticeKind.BEGAN, NoticeKind.OVER]
    names = {one.id: one.name for one in next(judged(account, END, END, HOUR)).snapshot.data(AskKeys()) or ()}
    assert names == {1: "key-1", 2: "key-2", 3: "key-3"}


def test_steps_are_of_equal_length_also_where_clocks_are_put_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin, end = datetime(2026, 10, 25, 1, tzinfo=berlin), datetime(2026, 10, 25, 4, tzinfo=berlin)
    night = Records((replaced(next(made_up()), begin.astimezone(UTC)),), berlin)
    moments = [moment.at for moment in judged(night, begin, end, HOUR)]
    assert moments == [begin.astimezone(UTC) + HOUR * number for number in range(5)]


def test_a_silence_that_no_history_reaches_over_is_skipped() -> None:
    first, last = BEGIN, BEGIN + timedelta(days=4000)
    far = Records((replaced(next(made_up()), first), replaced(next(made_up()), last)), ZoneInfo("UTC"))
    days = {moment.at.date() for moment in judged(far, first, last, timedelta(hours=12))}
    assert {first.date(), last.date()} <= days
    assert len(days) < 60


def replaced(one: Call, at: datetime) -> Call:
    return Call(int(at.timestamp()), at, 1, "key-1", "opus", 1, 1, 0, 0, one.billed_usd, one.billed_usd, 1.0, 0, "sync")


def test_nothing_of_the_past_is_newer_than_its_moment() -> None:
    for moment in judged(RECORDS, WILD, WILD + 2 * HOUR, HOUR):
        alone = replace(RECORDS, calls=tuple(one for one in RECORDS.calls if one.at <= moment.at))
        (same,) = judged(alone, moment.at, moment.at, HOUR)
        assert same.report == moment.report
