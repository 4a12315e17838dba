"""What answers and failures show of what their source can tell, and what takes that back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.domain.account import Profile, Site
from tui.domain.api_key_mode import ApiKeyReport
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import NO_FILTERS, Filters
from tui.domain.usage import Page
from tui.monitor.api_key_mode import AskApiKeyReport
from tui.monitor.events import Answered, Event, QuestionFailed
from tui.monitor.question import Question
from tui.monitor.questions import (
    AskBreakdown,
    AskErrors,
    AskKeyDays,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
)
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot

DAYS = (NOW.date(), NOW.date())
ERRORS = AskErrors(DAYS, NO_FILTERS, None, None, 1)
ALL_DAYS = AskBreakdown(DAYS, NO_FILTERS, hourly=False)
DAYS_OF_KEY = AskBreakdown(DAYS, Filters(key_id=7), hourly=False)
HIDDEN, MISSING = FailureKind.ERRORS_HIDDEN, FailureKind.ENDPOINT_MISSING
OLD, HIDES, SIMPLE = Lack.OLD_GATEWAY, Lack.ERRORS_HIDDEN, Lack.SIMPLE_MODE
NO_ERRORS: Page[Any] = Page((), 0)


def failed(question: Question[Any], kind: FailureKind) -> Event:
    return QuestionFailed(question, Failure(kind), NOW, NOW + timedelta(seconds=10))


def answered(question: Question[Any], answer: object) -> Event:
    return Answered(question, answer, NOW)


def profile(run_mode: str | None) -> Event:
    return answered(AskProfile(), Profile(1, "a@example.com", "a", Decimal(1), run_mode=run_mode))


def site(version: str = "1", *, shares_errors: bool | None = None) -> Event:
    return answered(AskSite(), Site(version=version, shares_errors=shares_errors))


def report(*, is_old: bool) -> Event:
    return answered(AskApiKeyReport(0), ApiKeyReport(balance_usd=Decimal(1), is_old=is_old))


def lacks_after(*events: Event, start: Capabilities | None = None) -> dict[Capability, Lack]:
    snapshot = Snapshot("https://gateway.example", ZoneInfo("UTC"), capabilities=start or Capabilities())
    for event in events:
        snapshot = reduce(snapshot, event)
    return dict(snapshot.capabilities.lacks)


@pytest.mark.parametrize(
    ("events", "lacks"),
    [
        ((), {}),
        ((failed(ERRORS, HIDDEN),), {Capability.ERRORS: HIDES}),
        ((failed(ERRORS, MISSING),), {Capability.ERRORS: OLD}),
        ((answered(ERRORS, NO_ERRORS), failed(ERRORS, HIDDEN)), {Capability.ERRORS: HIDES}),
        ((failed(ERRORS, HIDDEN), answered(ERRORS, NO_ERRORS)), {}),
        ((failed(ERRORS, FailureKind.TIMED_OUT),), {}),
        ((site(shares_errors=False),), {Capability.ERRORS: HIDES}),
        ((site(shares_errors=False), site(shares_errors=True)), {}),
        ((failed(ERRORS, MISSING), site(shares_errors=True)), {Capability.ERRORS: OLD}),
        ((failed(AskPlans(), MISSING),), {Capability.PLANS: OLD}),
        ((answered(AskPlans(), ()), failed(AskPlans(), MISSING)), {}),
        ((failed(AskKeyDays(7, 30), MISSING),), {Capability.KEY_DAYS: OLD}),
        ((failed(ALL_DAYS, MISSING),), {Capability.SUMS: OLD}),
        ((failed(DAYS_OF_KEY, MISSING),), {Capability.FILTERS: OLD}),
        ((failed(AskKeyHistory(7), MISSING),), {Capability.FILTERS: OLD}),
        ((failed(AskKeys(), MISSING),), {}),
        ((site("1"), failed(DAYS_OF_KEY, MISSING), site("1")), {Capability.FILTERS: OLD}),
        ((site("1"), failed(DAYS_OF_KEY, MISSING), site("2")), {}),
        ((profile("simple"),), {Capability.BALANCE: SIMPLE, Capability.PLANS: SIMPLE}),
        ((profile("standard"),), {}),
        ((profile(None),), {}),
        ((profile("simple"), answered(AskPlans(), ())), {Capability.BALANCE: SIMPLE, Capability.PLANS: SIMPLE}),
        ((profile("simple"), profile("standard")), {}),
        ((report(is_old=False),), {}),
        ((report(is_old=True),), {Capability.LIMITS: OLD, Capability.KEY_DAYS: OLD}),
        ((report(is_old=True), report(is_old=False)), {}),
    ],
)
def test_the_events_of_a_source_show_what_it_lacks(events: tuple[Event, ...], lacks: dict[Capability, Lack]) -> None:
    assert lacks_after(*events) == lacks


@pytest.mark.parametrize("event", [answered(ERRORS, NO_ERRORS), site("2", shares_errors=True), profile("standard")])
def test_no_answer_lifts_what_a_person_or_the_kind_of_source_rules_out(event: Event) -> None:
    start = Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS).without(Lack.API_KEY_MODE, Capability.CALLS)
    assert lacks_after(event, start=start) == dict(start.lacks)


def test_the_snapshot_before_keeps_what_its_source_could() -> None:
    before = Snapshot("https://gateway.example", ZoneInfo("UTC"))
    after = reduce(before, failed(ERRORS, HIDDEN))
    assert before.capabilities.can(Capability.ERRORS)
    assert not after.capabilities.can(Capability.ERRORS)
