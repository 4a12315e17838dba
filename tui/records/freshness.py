"""The sources of a status: when each was fetched, and what went wrong."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tui.domain.capabilities import Capabilities, Capability
from tui.domain.failure import Failure
from tui.domain.scope import Scope, window_of
from tui.monitor.api_key_mode import AskApiKeyReport, days_of
from tui.monitor.burn import BASE_CALLS
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import (
    AskAccountHistory,
    AskBreakdown,
    AskKeyCosts,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
    AskTotals,
)
from tui.monitor.scoped import calls_question, errors_question, questions_of
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.records import json_values
from tui.triage.gaps import Gap

Feeds = Mapping[str, Feed[Any]]


def feeds_of(snapshot: Snapshot, scope: Scope, now: datetime) -> Feeds:
    """The feeds behind a scope's status, by name; questions that were not asked are missing."""
    if not snapshot.capabilities.can(Capability.ACCOUNT):
        days = days_of(scope, snapshot, now)
        of_keys = {f"key_{tag.id}": snapshot.feed(AskApiKeyReport(tag.place, days)) for tag in snapshot.api_keys}
        return {"settings": snapshot.feed(AskSite())} | of_keys
    questions: dict[str, Question[Any]] = {
        "profile": AskProfile(),
        "settings": AskSite(),
        "keys": AskKeys(),
        "key_costs": AskKeyCosts(),
        "plans": AskPlans(),
        "calls": BASE_CALLS,
        "history": AskAccountHistory(),
        "errors": errors_question(scope, snapshot, now),
    }
    if window_of(scope.range, now, snapshot.zone).days is None:
        calls = calls_question(scope, snapshot, now)
        questions |= {"totals": calls, "trend": calls, "models": calls}
    for question in questions_of(scope, snapshot, now):
        if isinstance(question, AskTotals) and question.filters == scope.filters:
            questions["totals"] = question
        elif isinstance(question, AskTotals):
            questions["wallet"] = question
        elif isinstance(question, AskBreakdown):
            questions |= {"trend": question, "models": question}
    return {name: snapshot.feed(asked) for name, asked in questions.items() if asked in snapshot.feeds}


def feeds_json(feeds: Feeds, snapshot: Snapshot) -> dict[str, object]:
    """The feeds with their ages and failures."""
    return {
        name: {
            "fetched_at": json_values.time(feed.fetched_at, snapshot.zone),
            "error": feed.failure.kind.value if feed.failure else None,
            "detail": (failures.detail(feed.failure) or None) if feed.failure else None,
        }
        for name, feed in feeds.items()
    }


def failed_feeds(feeds: Feeds, capabilities: Capabilities) -> dict[str, Failure]:
    """Failures by feed. A gateway that hides its errors is no failure."""
    failed = {name: feed.failure for name, feed in feeds.items() if feed.failure is not None}
    if not capabilities.can(Capability.ERRORS):
        failed.pop("errors", None)
    return failed


def missing_json(gaps: Iterable[Gap], zone: ZoneInfo) -> list[dict[str, object]]:
    """The inputs that a verdict lacks."""
    return [
        _missing(gap.input.value, gap.failure, gap.as_of, zone) | {"read": gap.done, "of_at_most": gap.total}
        for gap in gaps
    ]


def missing_feeds_json(feeds: Feeds, zone: ZoneInfo) -> list[dict[str, object]]:
    """Failed feeds of keys in the form of missing inputs."""
    return [
        _missing(name, feed.failure, feed.fetched_at, zone) | {"read": None, "of_at_most": None}
        for name, feed in feeds.items()
        if feed.failure is not None and name != "settings"
    ]


def _missing(name: str, failure: Failure | None, as_of: datetime | None, zone: ZoneInfo) -> dict[str, object]:
    return {
        "input": name,
        "error": failure.kind.value if failure else None,
        "detail": (failures.detail(failure) or None) if failure else None,
        "as_of": json_values.time(as_of, zone),
    }


def state_word(*, is_firing: bool, is_whole: bool) -> str:
    """A check's result in a word, matching its exit code: 1, 0 or 6."""
    return "firing" if is_firing else "clear" if is_whole else "unknown"
