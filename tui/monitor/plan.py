"""What to ask next, and how long nothing else is due: a pure function.

A round begins with a refresh, which asks the questions that are always due. Others due about then join it, so that
the answers make one picture.
"""

from collections.abc import Callable, Iterable, Set
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from tui.monitor.api_key_mode import AskApiKeyReport
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls, AskKeyCosts, AskKeys, AskSite
from tui.monitor.refresh_policy import RefreshWhen, due_at
from tui.monitor.snapshot import Snapshot

MAX_IN_FLIGHT = 4
MAX_NAP_S = 60.0
MIN_NAP_S = 0.05
JOINS_ROUND_S = 0.5
"""A question due within this time after a round began joins it."""
WAITS_FOR_ROUND_S = 1.2
"""A question due within this time before the next refresh waits for it."""
BACKGROUND_GAP = timedelta(seconds=1.5)
"""Between two background questions: a first look must not cost fifty requests."""
FIRST_ANSWERS_GAP_S = 1.0
"""How long the background waits while first answers are outstanding."""
BUILDS_ON: dict[type, Question[Any]] = {AskKeyCosts: AskKeys(), AskApiKeyReport: AskSite()}
"""What must be known before a question is worth asking: which keys exist, where the server's day begins."""


class LoopState(Struct, frozen=True):
    """The state of the loop."""

    now: datetime
    interval: timedelta
    """The user's refresh interval."""
    calm_from: datetime
    """Until then only what a first look needs is asked."""
    round_at: datetime
    """When the last round began."""
    background_from: datetime
    """When the next background question may be asked."""
    in_flight: Set[Question[Any]] = frozenset()
    """Questions in flight."""
    forced: Set[Question[Any]] = frozenset()
    """Questions requested out of turn."""
    awaits_first_answers: bool = False
    """Whether a question that a first look needs has no answer yet."""


class Allowance(Struct, frozen=True):
    """What the request budget allows."""

    wait_s: Callable[[Question[Any]], float]
    """How long it delays a question."""
    background_wait_s: float = 0.0
    """How long it delays the background, which leaves half of the budget to the rest."""


class Schedule(Struct, frozen=True):
    """What to ask now, in order, and how long to sleep afterwards."""

    start: tuple[Question[Any], ...]
    nap_s: float


def plan(questions: Iterable[Question[Any]], snapshot: Snapshot, progress: LoopState, allowance: Allowance) -> Schedule:
    """Plan for questions in order of importance, the background last."""
    now, round_at = progress.now, progress.round_at
    start: list[Question[Any]] = []
    nap_s = refresh_in_s = MAX_NAP_S
    spare_s = _background_wait_s(progress, allowance)
    for question in questions:
        policy = question.pace
        if policy.is_background and spare_s > 0:
            nap_s = min(nap_s, spare_s)
            break  # the rest are background questions too
        if question in progress.in_flight:
            continue
        early_s = max(0.0, JOINS_ROUND_S - (now - round_at).total_seconds())
        wait_s = _wait_s(question, snapshot, progress, allowance, now + timedelta(seconds=early_s))
        may_go, due_s = wait_s <= 0, wait_s + early_s
        is_refresh = policy.rhythm is RefreshWhen.ALWAYS
        is_just_before = due_s <= refresh_in_s <= max(due_s, 0.0) + WAITS_FOR_ROUND_S
        joins_now = is_refresh or (may_go and early_s > 0)
        if is_just_before and not joins_now and not _is_awaited(question, snapshot, progress):
            continue
        if not may_go:
            nap_s = min(nap_s, due_s)
            refresh_in_s = min(refresh_in_s, due_s) if is_refresh else refresh_in_s
        elif len(progress.in_flight) + len(start) < MAX_IN_FLIGHT:
            start.append(question)
            round_at = now if is_refresh else round_at
            if policy.is_background:
                spare_s = BACKGROUND_GAP.total_seconds()
    if start or progress.in_flight:
        nap_s = min(nap_s, JOINS_ROUND_S)
    return Schedule(tuple(start), max(nap_s, MIN_NAP_S))


def wants_more(question: Question[Any], snapshot: Snapshot, now: datetime) -> bool:
    """Whether call records are still to be read back."""
    return isinstance(question, AskCalls) and question.wants_more(snapshot.calls.get(question), now, snapshot.zone)


def _background_wait_s(progress: LoopState, allowance: Allowance) -> float:
    gap_s = (progress.background_from - progress.now).total_seconds()
    return max(gap_s, FIRST_ANSWERS_GAP_S if progress.awaits_first_answers else allowance.background_wait_s)


def _is_awaited(question: Question[Any], snapshot: Snapshot, progress: LoopState) -> bool:
    """Whether this very answer is awaited, or it is one page of many."""
    if question in progress.forced or snapshot.feed(question).is_waiting:
        return True
    return wants_more(question, snapshot, progress.now)


def _wait_s(
    question: Question[Any], snapshot: Snapshot, progress: LoopState, allowance: Allowance, now: datetime
) -> float:
    """Seconds until a question may be asked."""
    if question in progress.forced:
        return allowance.wait_s(question)
    feed = snapshot.feed(question)
    at = due_at(question.pace, feed, snapshot.active_at, progress.interval)
    if feed.retry_at is None and wants_more(question, snapshot, now):
        at = max(now, progress.calm_from)
    builds_on = BUILDS_ON.get(type(question))
    if builds_on is not None and snapshot.feed(builds_on).is_waiting:
        return MAX_NAP_S
    if question.pace.can_wait and feed.is_waiting:
        at = progress.calm_from
    if at is None:
        return MAX_NAP_S
    due_s = (at - now).total_seconds()
    return due_s if due_s > 0 else allowance.wait_s(question)
