"""From event to Snapshot: data survive failures, and use of the account is noticed."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, key, window
from tui.domain.account import Profile, Site
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import ApiKey
from tui.domain.scope import Filters
from tui.domain.usage import DamagedRow, FailedCall, Page
from tui.gateway.budget import BudgetUse
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.events import Answered, Dropped, QuestionFailed, Spent
from tui.monitor.questions import AskCalls, AskErrors, AskGroups, AskKeys, AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.failures import sentence

EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
PROFILE = Profile(1, "lin@example.com", "", Decimal("23.41"))
LATER = NOW + timedelta(seconds=5)
AWAY = QuestionFailed(AskProfile(), Failure(FailureKind.UNREACHABLE), LATER, LATER + timedelta(seconds=2))


def test_a_failure_keeps_the_data_and_counts() -> None:
    known = reduce(EMPTY, Answered(AskProfile(), PROFILE, NOW))
    failed = reduce(reduce(known, AWAY), AWAY)
    feed = failed.feed(AskProfile())
    assert (feed.data, feed.fetched_at, feed.failures) == (PROFILE, NOW, 2)
    assert feed.retry_at == AWAY.retry_at


def test_an_answer_ends_the_failure() -> None:
    feed = reduce(reduce(EMPTY, AWAY), Answered(AskProfile(), PROFILE, LATER)).feed(AskProfile())
    assert (feed.failure, feed.failures, feed.retry_at) == (None, 0, None)


def test_the_snapshot_before_is_not_touched() -> None:
    reduce(EMPTY, Answered(AskProfile(), PROFILE, NOW))
    assert EMPTY.feed(AskProfile()).is_waiting


def test_an_equal_answer_keeps_the_same_object() -> None:
    keys = (key(1), key(2))
    known = reduce(EMPTY, Answered(AskKeys(), keys, NOW))
    again = reduce(known, Answered(AskKeys(), (key(1), key(2)), LATER))
    assert again.data(AskKeys()) is keys


@pytest.mark.parametrize(
    ("after", "is_use"),
    [
        (key(), False),
        (key(last_used_at=NOW), True),
        (key(quota_used_usd=1), True),
        (key(in_flight=1), True),
        (key(windows={"5h": window(0, 1)}), True),
        (replace(key(), name="renamed"), False),
    ],
)
def test_the_key_list_tells_whether_anything_was_used(after: ApiKey, is_use: bool) -> None:
    known = reduce(EMPTY, Answered(AskKeys(), (key(),), NOW))
    assert known.active_at == NOW
    later = reduce(known, Answered(AskKeys(), (after,), LATER))
    assert later.active_at == (LATER if is_use else NOW)


def test_money_that_moves_is_use() -> None:
    known = reduce(EMPTY, Answered(AskProfile(), PROFILE, NOW))
    charged = replace(PROFILE, balance_usd=Decimal("23.40"))
    assert reduce(known, Answered(AskProfile(), replace(PROFILE, email="x@example.com"), LATER)).active_at == NOW
    assert reduce(known, Answered(AskProfile(), charged, LATER)).active_at == LATER


def test_what_nobody_watches_can_be_let_go() -> None:
    known = reduce(EMPTY, Answered(AskProfile(), PROFILE, NOW))
    assert reduce(known, Dropped(frozenset({AskProfile()}))).feed(AskProfile()).is_waiting


def test_an_unmoved_budget_is_no_news() -> None:
    use = BudgetUse(1, 30, 2, 120, 0.0)
    known = reduce(EMPTY, Spent(use))
    assert reduce(known, Spent(use)) is known


def test_once_the_account_answers_what_failed_alike_is_asked_at_once() -> None:
    failed = reduce(EMPTY, AWAY)
    for kind, question in ((FailureKind.UNREACHABLE, AskKeys()), (FailureKind.NOT_FOUND, AskSite())):
        failed = reduce(failed, QuestionFailed(question, Failure(kind), NOW, NOW + timedelta(minutes=1)))
    after = reduce(failed, Answered(AskProfile(), PROFILE, LATER))
    assert after.feed(AskKeys()).retry_at == LATER
    assert after.feed(AskSite()).retry_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (key(stored_status="quota_exhausted", in_flight=0), key(stored_status="quota_exhausted", in_flight=1), 0),
        (key(stored_status="inactive", in_flight=2), key(stored_status="inactive", in_flight=1), 1),
        (key(in_flight=0), key(stored_status="inactive", in_flight=1), 1),
        (key(stored_status="inactive", in_flight=0), key(in_flight=1), 1),
    ],
)
def test_a_call_that_is_about_to_be_refused_is_not_in_progress(before: ApiKey, after: ApiKey, told: int) -> None:
    """A limited key whose client kept trying was told to run away again, every few minutes."""
    known = reduce(EMPTY, Answered(AskKeys(), (before,), NOW))
    (shown,) = reduce(known, Answered(AskKeys(), (after,), LATER)).data(AskKeys()) or ()
    assert shown.in_flight == told


def test_what_is_let_go_takes_its_calls_along_and_nothing_else() -> None:
    deep, narrow = AskCalls(), AskCalls(Filters(key_id=7))
    read = CallsRead((call(1),), EVERYTHING, 1, NOW)
    known = reduce(reduce(reduce(EMPTY, Answered(deep, read, NOW)), Answered(narrow, read, NOW)), AWAY)
    after = reduce(known, Dropped(frozenset({narrow})))
    assert (set(after.feeds), set(after.calls)) == ({deep, AskProfile()}, {deep})


def test_only_money_and_keys_show_that_the_account_is_used() -> None:
    others = (AskSite(), Site()), (AskCalls(), CallsRead((call(1),), EVERYTHING, 1, NOW)), (AskGroups(), ())
    for question, answer in others:
        assert reduce(EMPTY, Answered(question, answer, NOW)).active_at is None  # type: ignore[arg-type]
    for question, answer in ((AskProfile(), PROFILE), (AskKeys(), (key(),))):
        assert reduce(EMPTY, Answered(question, answer, NOW)).active_at == NOW  # type: ignore[arg-type]


def test_an_answer_to_another_question_makes_nothing_due_that_failed() -> None:
    failed = reduce(reduce(EMPTY, AWAY), QuestionFailed(AskSite(), AWAY.failure, NOW, LATER))
    after = reduce(failed, Answered(AskSite(), Site(), NOW))
    assert after.feed(AskProfile()).retry_at == AWAY.retry_at


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Page((), 0), ""),
        (Page((), 3, missing=2), "contradicts itself (3 records by its own count, 1 of them sent)"),
        (Page((), 0, missing=2), "contradicts itself (2 records by its own count, 0 of them sent)"),
        (
            Page((), 9, missing=2, damaged=tuple(DamagedRow(n, "cost") for n in (1, 2, 3, 4))),
            "are in no sum here (#4 cost, #3 cost, #2 cost, … (4))",
        ),
    ],
)
def test_an_incomplete_answer_is_kept_and_is_a_failure_too(answer: Page[FailedCall], told: str) -> None:
    question = AskErrors((NOW.date(), NOW.date()))
    feed = reduce(EMPTY, Answered(question, answer, NOW)).feed(question)
    assert (feed.data, feed.fetched_at, feed.failed_at) == (answer, NOW, NOW if told else None)
    if told:
        assert feed.failure is not None
        assert told in sentence(feed.failure)
    else:
        assert feed.failure is None
