"""API keys alone: what each reports about itself, as the answers that an account would give."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.domain.api_key_mode import ApiKeyReport, ApiKeyTag, OwnLimits, OwnPlan
from tui.domain.capabilities import API_KEY_MODE
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import KeyCost
from tui.domain.scope import DayRange, Filters, HourRange, RangeName, Scope, TimeRange
from tui.domain.usage import DayUsage, Slice, Sums
from tui.monitor.api_key_mode import (
    AskApiKeyPrice,
    AskApiKeyReport,
    Days,
    api_key_questions,
    days_of,
    own_usage,
)
from tui.monitor.events import Answered, Event, QuestionFailed
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot

TAGS = tuple(ApiKeyTag(place, f"sk-12…{place:04}", label) for place, label in enumerate(("mine", "", "third")))
EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"), capabilities=API_KEY_MODE, api_keys=TAGS)
TODAY, MINUTE = NOW.date(), timedelta(minutes=1)
WEEK = Scope(DayRange(TODAY - timedelta(days=6), TODAY))
ONE, TWO = Sums(1, 10, 20, 0, 0, Decimal(2), Decimal(1)), Sums(2, 20, 40, 0, 0, Decimal(4), Decimal(2))
RICH = ApiKeyReport(balance_usd=Decimal(7), today=ONE, days=(DayUsage(str(TODAY), TWO),))
POOR = ApiKeyReport(balance_usd=Decimal(-1), today=TWO)
RUNNING = OwnPlan("max", is_running=True, left_usd=Decimal(1))
ACTIVE = OwnLimits("active")


def told(place: int, report: ApiKeyReport, ago: timedelta = timedelta(), days: Days | None = None) -> Event:
    return Answered(AskApiKeyReport(place, days), report, NOW - ago)


def failed(place: int, kind: FailureKind) -> Event:
    return QuestionFailed(AskApiKeyReport(place), Failure(kind), NOW, NOW + MINUTE)


def after(*events: Event) -> Snapshot:
    snapshot = EMPTY
    for event in events:
        snapshot = reduce(snapshot, event)
    return snapshot


def test_the_reports_are_the_answers_of_an_account_each_with_its_age() -> None:
    snapshot = after(told(0, RICH), told(1, POOR, MINUTE), told(2, ApiKeyReport(limits=ACTIVE), 2 * MINUTE))
    keys, costs, profile = (snapshot.feed(question) for question in (AskKeys(), AskKeyCosts(), AskProfile()))
    assert [(key.id, key.name, key.stored_status) for key in keys.data or ()] == [
        (1, "mine", "answers"),
        (2, "sk-12…0001", "refused"),
        (3, "third", "active"),
    ]
    assert costs.data == {1: KeyCost(Decimal(1), Decimal(2)), 2: KeyCost(Decimal(2), None)}
    assert profile.data is not None
    assert profile.data.balance_usd == -1
    assert {feed.fetched_at for feed in (keys, costs, profile)} == {NOW - 2 * MINUTE}
    assert (keys.failure, after().feed(AskProfile()).data, after().feed(AskKeyCosts()).data) == (None, None, None)


DOWN, BAD = FailureKind.UNREACHABLE, FailureKind.KEY_INVALID


@pytest.mark.parametrize(
    ("events", "failure"),
    [
        ([told(0, RICH), failed(1, BAD)], None),
        ([failed(0, BAD), failed(1, BAD), told(2, RICH)], None),
        ([told(0, RICH), failed(1, BAD), failed(2, DOWN)], DOWN),
        ([failed(0, BAD), failed(1, BAD), failed(2, BAD)], BAD),
    ],
    ids=["one refused", "all but one refused", "one unreachable", "nothing but refusals"],
)
def test_that_some_keys_are_refused_is_no_failure_of_the_whole(
    events: list[Event], failure: FailureKind | None
) -> None:
    found = after(*events).feed(AskKeys()).failure
    assert (found.kind if found is not None else None) is failure


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (None, "unknown"),
        (failed(0, DOWN), "unknown"),
        (failed(0, BAD), "refused"),
        (failed(0, FailureKind.KEY_DISABLED), "disabled"),
        (told(0, ApiKeyReport(balance_usd=Decimal(1))), "answers"),
        (told(0, ApiKeyReport(balance_usd=Decimal(0))), "refused"),
        (told(0, ApiKeyReport(balance_usd=Decimal(1), is_valid=False)), "refused"),
        (told(0, ApiKeyReport()), "answers"),
        (told(0, ApiKeyReport(plan=RUNNING)), "answers"),
        (told(0, ApiKeyReport(plan=OwnPlan("max"))), "refused"),
        (told(0, ApiKeyReport(plan=OwnPlan("max", is_running=True, left_usd=Decimal(0)))), "refused"),
        (told(0, ApiKeyReport(limits=OwnLimits("inactive"))), "inactive"),
        (told(0, ApiKeyReport(limits=ACTIVE, is_valid=False)), "refused"),
    ],
)
def test_the_status_of_a_key_is_what_its_calls_would_meet(event: Event | None, status: str) -> None:
    keys = after(*([event] if event else [told(1, RICH)])).data(AskKeys())
    assert keys is not None
    assert keys[0].stored_status == status


def test_a_refused_key_reports_nothing_any_more() -> None:
    (key, *_others) = after(told(0, ApiKeyReport(plan=RUNNING)), failed(0, BAD)).data(AskKeys()) or ()
    assert (key.group, getattr(key, "report", ...)) == (None, None)
    (key, *_others) = after(told(0, ApiKeyReport(plan=RUNNING)), failed(0, DOWN)).data(AskKeys()) or ()
    assert key.group is not None
    assert (key.group.name, key.group.is_subscription) == ("max", True)


@pytest.mark.parametrize(
    ("time_range", "days"),
    [
        (RangeName.D30, None),
        (RangeName.H24, None),
        (HourRange(NOW - timedelta(hours=2), NOW), None),
        (RangeName.D7, (TODAY - timedelta(days=6), TODAY)),
        (DayRange(date(2026, 11, 20), date(2026, 11, 29)), (date(2026, 11, 20), TODAY)),
        (DayRange(date(2026, 12, 20), date(2026, 12, 29)), (date(2026, 12, 20), date(2026, 12, 20))),
    ],
)
def test_a_scope_is_asked_for_in_days_of_the_server_that_have_begun(time_range: TimeRange, days: Days | None) -> None:
    assert days_of(Scope(time_range), EMPTY, NOW) == days


def test_many_keys_are_polled_less_often_and_asked_for_prices_once_they_answer() -> None:
    asked = list(api_key_questions(WEEK, after(told(1, RICH)), NOW))
    days = days_of(WEEK, EMPTY, NOW)
    assert asked == [
        AskSite(),
        AskApiKeyReport(0),
        AskApiKeyReport(0, days),
        AskApiKeyReport(1),
        AskApiKeyReport(1, days),
        AskApiKeyPrice(1),
        AskApiKeyReport(2),
        AskApiKeyReport(2, days),
    ]
    assert {question.pace.every_s for question in asked if isinstance(question, AskApiKeyReport)} == {15.0}
    many = Snapshot("https://gateway.example", ZoneInfo("UTC"), api_keys=tuple(ApiKeyTag(n, "sk") for n in range(40)))
    (_site, first, *_rest) = api_key_questions(WEEK, many, NOW)
    assert first.pace.every_s == 40


def test_usage_is_the_sum_of_the_days_and_models_of_the_keys_of_a_scope() -> None:
    days = days_of(WEEK, EMPTY, NOW)
    before = DayUsage("2026-11-16", ONE)  # the day before the week
    report = ApiKeyReport(
        days=(before, DayUsage("2026-11-20", ONE), DayUsage(str(TODAY), TWO)), models=(slice_of("opus", ONE),)
    )
    other = ApiKeyReport(days=(DayUsage(str(TODAY), ONE),), models=(slice_of("opus", TWO), slice_of("haiku", ONE)))
    snapshot = after(told(0, report, MINUTE, days), told(1, other, days=days), told(2, ApiKeyReport(), days=days))
    usage = own_usage(WEEK, snapshot, NOW)
    assert usage.sums == ONE + TWO + ONE
    assert {one.id: one.sums for one in usage.models or ()} == {"opus": ONE + TWO, "haiku": ONE}
    assert [bucket.sums.requests for bucket in usage.trend or ()] == [0, 0, 1, 0, 0, 0, 3]
    assert usage.as_of == NOW - MINUTE
    assert own_usage(Scope(WEEK.range, Filters(key_id=2)), snapshot, NOW).sums == ONE
    assert own_usage(Scope(RangeName.H24), snapshot, NOW).sums is None
    gone = reduce(snapshot, QuestionFailed(AskApiKeyReport(0, days), Failure(BAD), NOW, NOW))
    assert own_usage(WEEK, gone, NOW).sums == ONE


def slice_of(model: str, sums: Sums) -> Slice:
    """What a model used."""
    return Slice(model, model, sums.requests, 30, sums.standard_usd, sums.billed_usd, sums)
