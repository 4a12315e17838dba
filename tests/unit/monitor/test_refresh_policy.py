"""When a question is due: idle costs nothing."""

from datetime import timedelta

import pytest

from tests.unit.samples import NOW
from tui.monitor.feed import Feed
from tui.monitor.refresh_policy import ALWAYS, SETTLE, due_at, seldom, when_active

FIVE_S = timedelta(seconds=5)
FETCHED: Feed[object] = Feed(data=1, fetched_at=NOW)


@pytest.mark.parametrize("pace", [ALWAYS, seldom(600), when_active(20)])
def test_what_was_never_answered_is_due_at_once(pace: object) -> None:
    due = due_at(pace, Feed(), None, FIVE_S)  # type: ignore[arg-type]
    assert due is not None
    assert due < NOW


def test_what_is_cheap_follows_the_interval() -> None:
    assert due_at(ALWAYS, FETCHED, None, FIVE_S) == NOW + FIVE_S


def test_what_is_expensive_is_not_asked_while_nothing_is_used() -> None:
    assert due_at(when_active(20), FETCHED, None, FIVE_S) is None
    assert due_at(when_active(20), FETCHED, NOW - SETTLE, FIVE_S) is None


def test_use_makes_it_due_but_not_more_often_than_its_pace() -> None:
    used_at = NOW + timedelta(seconds=3)
    assert due_at(when_active(20), FETCHED, used_at, FIVE_S) == NOW + timedelta(seconds=20)
    used_later = NOW + timedelta(seconds=50)
    assert due_at(when_active(20), FETCHED, used_later, FIVE_S) == used_later


def test_after_the_last_use_it_is_asked_once_more_when_nothing_can_be_hidden_any_longer() -> None:
    assert due_at(when_active(5), FETCHED, NOW - timedelta(seconds=10), FIVE_S) == NOW - timedelta(seconds=10) + SETTLE


def test_a_failure_is_retried_when_it_says() -> None:
    failed: Feed[object] = Feed(retry_at=NOW + timedelta(seconds=40))
    assert due_at(ALWAYS, failed, NOW, FIVE_S) == NOW + timedelta(seconds=40)
