"""Sessions to record: events, and the Snapshots that they make."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed, key
from tui.domain.account import Plan, PlanWindow, Profile, Site
from tui.domain.failure import Failure, FailureKind, ListDetail, ListProblem, ProxyDetail, ProxyProblem, RedirectDetail
from tui.domain.keys import KeyCost
from tui.domain.scope import DayRange, HourRange, RangeName
from tui.domain.usage import DamagedRow, HourlyCost, KeyHistory, Page
from tui.gateway.budget import BudgetUse
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, Dropped, Event, QuestionFailed, Spent
from tui.monitor.heard import Heard, Stretch, lean
from tui.monitor.questions import (
    AskCalls,
    AskErrors,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
)
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.records.recording.files import write_recording

ZONE = ZoneInfo("Asia/Kolkata")
EMPTY = Snapshot("https://gateway.example", ZONE)
CALLS = AskCalls(back_to=RangeName.H1, also=(AskCalls(back_to=RangeName.H24),))
OTHER_CALLS = AskCalls(back_to=HourRange(NOW - timedelta(hours=2), NOW - timedelta(hours=1)), days=(NOW.date(),) * 2)
ERRORS = AskErrors((NOW.date(), NOW.date()))
PROFILE = Profile(1, "", "lin", Decimal("23.41"), server_offset=timedelta(hours=8))
FAILURES = (
    Failure(FailureKind.UNREACHABLE, "gone"),
    Failure(FailureKind.RATE_LIMITED, retry_after_s=3.5),
    Failure(FailureKind.UNREACHABLE, detail=ProxyDetail("http://p", "HTTPS_PROXY", ProxyProblem.NO_ANSWER)),
    Failure(FailureKind.NOT_A_GATEWAY, detail=RedirectDetail("")),
    Failure(FailureKind.BAD_ANSWER, detail=ListDetail(ListProblem.KEYS_MISSING, 3, 2)),
)
QUESTIONS = (AskProfile(), AskKeys(), CALLS, ERRORS, AskKeyHistory(7))


def _keys(number: int) -> tuple[object, ...]:
    return tuple(
        replace(key(one, f"key {one}", quota_used_usd=number % 7), masked_secret="…", ip_whitelist=("10.0.0.1",))
        for one in range(1, number % 4 + 2)
    )


def _read(numbers: Sequence[int], at: datetime) -> CallsRead:
    """A page that may tell again what is known, and may let go of what is old."""
    rows = tuple(call(one, ago_s=one * 60, billed=f"0.{one + 1}", ip="10.0.0.9") for one in numbers)
    oldest = min((row.at for row in rows), default=None)
    is_trimming = len(numbers) % 5 == 4
    kept_from = NOW - timedelta(minutes=10) if is_trimming else None
    damaged = frozenset({DamagedRow(99, "input_tokens")}) if len(numbers) % 3 == 2 else frozenset()
    return CallsRead(rows, oldest, len(rows) + 5, at, None, kept_from, 0, damaged)


def _event(kind: int, numbers: list[int], at: datetime) -> Event:
    number = sum(numbers)
    history = HourlyCost(NOW.replace(minute=0, second=0), (0.1, float(number)), (3, number))
    windows = (PlanWindow("daily", Decimal(40), Decimal(number), NOW),)
    made: tuple[Event, ...] = (
        Answered(AskProfile(), replace(PROFILE, balance_usd=Decimal(number) / 8), at),
        Answered(AskKeys(), _keys(number), at),
        Answered(CALLS, _read(numbers, at), at),
        Answered(OTHER_CALLS, _read(numbers[:3], at), at),
        Answered(ERRORS, Page(tuple(failed(one, ago_s=one) for one in numbers), 7, is_last=False), at),
        Answered(AskKeyHistory(7), KeyHistory(history, ()), at),
        Answered(AskKeyCosts(), {7: KeyCost(Decimal("0.10"), None), number: KeyCost(Decimal(1), Decimal(2))}, at),
        Answered(AskPlans(), (Plan(1, "claude-max", None, windows),), at),
        Answered(AskSite(), Site("site", "0.1.179", "Asia/Shanghai"), at),
        QuestionFailed(QUESTIONS[number % len(QUESTIONS)], FAILURES[number % len(FAILURES)], at, at),
        Spent(BudgetUse(number, 30, number, 120, 0.0)),
        Dropped(frozenset({QUESTIONS[number % len(QUESTIONS)], CALLS})),
    )
    return made[kind % len(made)]


class Session:
    """What a monitor heard, and the Snapshot after each of it."""

    def __init__(self, steps: Sequence[tuple[int, list[int], int]]) -> None:
        self.begun_at = at = NOW
        self.heard: list[Heard] = []
        self.snapshots = [EMPTY]
        for kind, numbers, tenths in steps:
            at += timedelta(seconds=tenths / 10)
            before = self.snapshots[-1]
            event = _event(kind, numbers, at)
            after = reduce(before, event)
            self.heard.append(Heard(at, lean(event, before, after)))
            self.snapshots.append(after)

    def since(self, first: int) -> Stretch:
        """What was heard after so many events."""
        begun_at = self.heard[first - 1].at if first else self.begun_at
        return Stretch(begun_at, self.snapshots[first], self.heard[first:])

    def at(self, moment: datetime) -> Snapshot:
        """What was known at a moment."""
        return self.snapshots[sum(one.at <= moment for one in self.heard)]


sessions = st.lists(
    st.tuples(st.integers(0, 11), st.lists(st.integers(0, 30), unique=True, max_size=6), st.integers(0, 40)),
    max_size=30,
).map(Session)
DAYS = DayRange(NOW.date(), NOW.date(), "7d")


def written(path: Path, stretch: Stretch, *, is_private: bool = False) -> Path:
    """The file of a session."""
    write_recording(path, stretch, is_private=is_private, is_demo=False, may_replace=True)
    return path
