"""When triage is judged again."""

from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import KeyCost
from tui.domain.memo import Memo, memoize_last, memoize_recent
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeys
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_throttle import TriageThrottle

START = Snapshot("http://gw", ZoneInfo("UTC"))


def heard(snapshot: Snapshot, question: Question[Any], data: object, after_s: float = 0) -> Snapshot:
    feeds = {**snapshot.feeds, question: Feed(data, NOW + timedelta(seconds=after_s))}
    return replace(snapshot, feeds=MappingProxyType(feeds))


def test_what_seldom_moves_is_judged_at_once_and_what_always_moves_every_ten_seconds() -> None:
    judging, keys, costs = TriageThrottle(), (key(),), {7: KeyCost(Decimal(1), Decimal(2))}
    first = heard(START, AskKeys(), keys)
    assert judging.is_due(first, NOW)
    told = heard(first, AskKeyCosts(), costs)
    assert judging.is_due(told, NOW + timedelta(seconds=1))
    moved = heard(told, AskKeys(), (key(), key(8)), 2)
    assert not judging.is_due(moved, NOW + timedelta(seconds=2))
    assert judging.is_due(moved, NOW + timedelta(seconds=11))


def test_a_key_that_can_call_no_more_or_again_is_judged_at_once() -> None:
    """Else the burn rate leaves it out at once, and what rests on the judgement does not."""
    judging, off = TriageThrottle(), key(stored_status="inactive", in_flight=0)
    assert judging.is_due(heard(START, AskKeys(), (key(),)), NOW)
    for second, keys in ((1, (off,)), (2, (key(),))):
        changed, now = heard(START, AskKeys(), keys, second), NOW + timedelta(seconds=second)
        assert judging.is_due(changed, now)
        assert not judging.is_due(heard(START, AskKeys(), keys, second), now + timedelta(seconds=0.5))


def test_what_is_only_heard_again_is_judged_once_a_minute() -> None:
    judging, keys = TriageThrottle(), (key(),)
    assert judging.is_due(heard(START, AskKeys(), keys), NOW)
    for second in range(2, 60, 2):
        again = heard(START, AskKeys(), keys, second)
        assert not judging.is_due(again, NOW + timedelta(seconds=second))
    assert judging.is_due(again, NOW + timedelta(seconds=60))


def test_an_outage_is_judged_within_ten_seconds_and_a_first_look_at_once() -> None:
    judging, first = TriageThrottle(), heard(START, AskKeys(), (key(),))
    assert judging.is_due(first, NOW)
    refused = replace(first.feed(AskKeys()), failure=Failure(FailureKind.UNREACHABLE))
    away = replace(first, feeds=MappingProxyType({AskKeys(): refused}))
    assert not judging.is_due(away, NOW + timedelta(seconds=9))
    assert judging.is_due(away, NOW + timedelta(seconds=10))
    moved = heard(away, AskKeys(), (key(), key(8)), 11)
    assert judging.is_due(moved, NOW + timedelta(seconds=11), is_forced=True)


def test_an_answer_is_remembered_for_equal_arguments() -> None:
    asked: list[object] = []

    @memoize_last()
    def count(_memo: Memo, thing: object, *, by: int = 1) -> int:
        asked.append(thing)
        return len(asked) * by

    memo, one, equal, other = Memo(), [1], [1], [2]
    assert [count(memo, thing) for thing in (one, one, equal, other, one)] == [1, 1, 1, 2, 3]
    assert (count(memo, one, by=10), count(memo, one)) == (40, 3)
    assert count(Memo(), one) == 5, "another account knows nothing of it"


def test_so_many_answers_are_remembered_and_the_oldest_goes_first() -> None:
    asked: list[int] = []

    @memoize_recent(2)
    def double(_memo: Memo, version: int, number: int) -> int:
        asked.append(number)
        return number * 2 + version

    memo = Memo()
    assert [double(memo, 0, number) for number in (1, 2, 1, 3, 1, 2)] == [2, 4, 2, 6, 2, 4]
    assert asked == [1, 2, 3, 2]
    assert [double(memo, version, 1) for version in (7, 7, 8)] == [9, 9, 10]
    assert len(memo.recent[double.__wrapped__]) == 2, "of another version the last one is kept only"


def test_a_snapshot_is_not_looked_into() -> None:
    assert START == START
    assert replace(START) != START
