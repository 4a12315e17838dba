"""What each part of the status came from: when it was fetched, and what went wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tui import exits
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Scope, window_of
from tui.headless import figures
from tui.monitor.burn import BASE_CALLS
from tui.monitor.feed import Feed
from tui.monitor.questions import (
    AskAccountHistory,
    AskBreakdown,
    AskKeyCosts,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
    AskTotals,
    Question,
)
from tui.monitor.scoped import calls_question, errors_question, questions_of
from tui.monitor.snapshot import Snapshot

_AWAY = frozenset(
    {
        FailureKind.UNREACHABLE,
        FailureKind.TIMED_OUT,
        FailureKind.NOT_A_GATEWAY,
        FailureKind.ENDPOINT_MISSING,
        FailureKind.SERVER_ERROR,
        FailureKind.DATABASE_DOWN,
        FailureKind.BAD_ANSWER,
        FailureKind.EMPTY_ANSWER,
    }
)
_NOT_SHARED = frozenset({FailureKind.ERRORS_HIDDEN, FailureKind.ENDPOINT_MISSING})
Feeds = Mapping[str, Feed[Any]]


def exit_code_of(failure: Failure) -> int:
    """The exit code of a failure: the gateway is away or broken, or it refuses."""
    return exits.UNREACHABLE if failure.kind in _AWAY else exits.NOT_SIGNED_IN


def feeds_of(snapshot: Snapshot, scope: Scope, now: datetime) -> Feeds:
    """The feeds behind a scope's status, by name; those that were not asked are missing."""
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
            "fetched_at": figures.time(feed.fetched_at, snapshot.zone),
            "error": feed.failure.kind.value if feed.failure else None,
            "detail": (feed.failure.message or None) if feed.failure else None,
        }
        for name, feed in feeds.items()
    }


def is_shared(failure: Failure | None, *, is_known: bool) -> bool | None:
    """Whether the gateway shows its error list to users; None when that is not known."""
    if failure is not None and failure.kind in _NOT_SHARED:
        return False
    return True if is_known else None


def failed_feeds(feeds: Feeds) -> dict[str, Failure]:
    """What went wrong, by feed. A gateway that does not share its errors is as it should be."""
    failed = {name: feed.failure for name, feed in feeds.items() if feed.failure is not None}
    if "errors" in failed and failed["errors"].kind in _NOT_SHARED:
        del failed["errors"]
    return failed
