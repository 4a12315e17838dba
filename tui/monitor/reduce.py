"""From a Snapshot and an event to the next Snapshot."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec.structs import replace

from tui.domain.account import Profile
from tui.domain.failure import FailureKind
from tui.domain.keys import ApiKey, KeyStatus
from tui.monitor.api_key_mode import OF_A_KEY, with_answers_of_keys
from tui.monitor.calls.log import CallsRead, CallView
from tui.monitor.capabilities import capabilities_after
from tui.monitor.events import Answered, Dropped, Event, QuestionFailed, Spent
from tui.monitor.feed import Feed
from tui.monitor.flaws import flaw_of
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot

K = TypeVar("K")
V = TypeVar("V")


def reduce(snapshot: Snapshot, event: Event) -> Snapshot:
    """The Snapshot after an event; the old one never changes."""
    after = _reduced(snapshot, event)
    is_of_key = isinstance(event, Answered | QuestionFailed) and isinstance(event.question, OF_A_KEY)
    return with_answers_of_keys(after) if is_of_key else after


def _reduced(snapshot: Snapshot, event: Event) -> Snapshot:
    match event:
        case Answered():
            return _answered(snapshot, event)
        case QuestionFailed(question, failure, at, retry_at):
            before = snapshot.feed(question)
            feed = replace(before, failure=failure, failed_at=at, failures=before.failures + 1, retry_at=retry_at)
            capabilities = capabilities_after(snapshot.capabilities, event, before.data)
            return replace(snapshot, feeds=_with(snapshot.feeds, question, feed), capabilities=capabilities)
        case Spent(use):
            return snapshot if use == snapshot.budget else replace(snapshot, budget=use)
        case Dropped(questions):
            return replace(
                snapshot,
                feeds=MappingProxyType({q: feed for q, feed in snapshot.feeds.items() if q not in questions}),
                calls=MappingProxyType({q: view for q, view in snapshot.calls.items() if q not in questions}),
            )


def _answered(snapshot: Snapshot, event: Answered) -> Snapshot:
    question, answer = event.question, event.answer
    if isinstance(question, AskCalls) and isinstance(answer, CallsRead):
        snapshot = _with_calls(snapshot, question, answer)
        answer = snapshot.calls[question]
    before = snapshot.feed(question)
    if isinstance(question, AskKeys) and isinstance(answer, tuple) and isinstance(before.data, tuple):
        answer = _without_refused(answer, before.data, event.asked_at)
    kept = before.data if before.data == answer else answer
    flaw = flaw_of(answer)
    feed = Feed(data=kept, fetched_at=event.asked_at, failure=flaw, failed_at=event.asked_at if flaw else None)
    active_at = event.asked_at if _shows_use(question, before.data, answer) else snapshot.active_at
    feeds = _with(snapshot.feeds, question, feed)
    if isinstance(question, AskProfile) and before.failure is not None:
        feeds = _forced(feeds, before.failure.kind, event.asked_at)
    capabilities = capabilities_after(snapshot.capabilities, event, before.data)
    halted = snapshot.halted
    if isinstance(question, AskKeys) and isinstance(answer, tuple) and isinstance(before.data, tuple):
        halted = _halted(answer, before.data, halted, event.came_at or event.asked_at)
    return replace(snapshot, feeds=feeds, active_at=active_at, capabilities=capabilities, halted=halted)


def _forced(
    feeds: Mapping[Question[Any], Feed[Any]], kind: FailureKind, at: datetime
) -> Mapping[Question[Any], Feed[Any]]:
    """The feeds once the account answers again: questions that failed the same way are due at once."""
    failed = {q: replace(feed, retry_at=at) for q, feed in feeds.items() if feed.failure and feed.failure.kind is kind}
    return MappingProxyType({**feeds, **failed}) if failed else feeds


def _with_calls(snapshot: Snapshot, question: AskCalls, read: CallsRead) -> Snapshot:
    view = snapshot.calls.get(question) or CallView()
    log, covered_from = view.log.with_rows(read.rows), read.covered_from
    if read.kept_from is not None and covered_from is not None:
        log, covered_from = log.since(read.kept_from), max(covered_from, read.kept_from)
    # An empty log starts over, so old damage is forgotten; a row that later came whole is no longer damaged.
    damaged = read.damaged | view.damaged if len(view.log) else read.damaged
    after = CallView(
        log=log,
        count=len(log),
        covered_from=covered_from,
        total=read.total,
        tail_at=read.tail_at,
        deep_at=read.deep_at,
        missing=read.missing,
        damaged=frozenset(row for row in damaged if row.id not in log),
    )
    return replace(snapshot, calls=_with(snapshot.calls, question, after))


def _shows_use(question: object, before: object, after: object) -> bool:
    """Whether an answer shows new billing or calls in progress since the last one (triage-spec section 2).

    The first answer counts as use: nothing is known of what came before it.
    """
    if isinstance(question, AskProfile) and isinstance(after, Profile):
        return not isinstance(before, Profile) or _money(before) != _money(after)
    if isinstance(question, AskKeys) and isinstance(after, tuple):
        return not isinstance(before, tuple) or _traces(before) != _traces(after)
    return False


def _without_refused(keys: tuple[ApiKey, ...], before: tuple[ApiKey, ...], now: datetime) -> tuple[ApiKey, ...]:
    """The keys, without calls in progress of one that could not call already, and had none, at the last look.

    The gateway counts a call that it is about to refuse for a moment: a client that keeps trying spends nothing.
    """
    idle = {key.id for key in before if key.in_flight == 0 and key.status(now) is not KeyStatus.ACTIVE}
    return tuple(
        replace(key, in_flight=0)
        if key.in_flight and key.id in idle and key.status(now) is not KeyStatus.ACTIVE
        else key
        for key in keys
    )


def _halted(
    keys: tuple[ApiKey, ...], before: tuple[ApiKey, ...], known: Mapping[int, datetime], at: datetime
) -> Mapping[int, datetime]:
    """When keys came to a halt, of those that were seen in use before."""
    was_idle = {key.id for key in before if not key.in_flight and key.status(at) is not KeyStatus.ACTIVE}
    is_idle = [key.id for key in keys if not key.in_flight and key.status(at) is not KeyStatus.ACTIVE]
    was_here = {key.id for key in before}
    fresh = [key_id for key_id in is_idle if key_id in was_here and key_id not in was_idle]
    after = {
        key_id: at if key_id in fresh else known[key_id] for key_id in is_idle if key_id in fresh or key_id in known
    }
    return known if after == known else MappingProxyType(after)


def _money(profile: Profile) -> tuple[object, ...]:
    return profile.balance_usd, profile.frozen_usd


def _traces(keys: tuple[ApiKey, ...]) -> tuple[object, ...]:
    return tuple(
        (key.id, key.last_used_at, key.quota_used_usd, key.in_flight, *(window.used_usd for window in key.windows))
        for key in keys
    )


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    changed = dict(mapping)
    changed.pop(key, None)
    changed[key] = value
    return MappingProxyType(changed)
