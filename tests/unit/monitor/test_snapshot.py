"""A Snapshot is a value: whatever is heard later, everything that is made of an older one stays as it was."""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed, key
from tui.domain.account import Profile
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import KeyCost
from tui.domain.memo import Memo
from tui.domain.scope import Filters, RangeName, Scope
from tui.domain.usage import HourlyCost, KeyHistory, Page
from tui.monitor.burn import BASE_CALLS, burn_of
from tui.monitor.calls.log import EVERYTHING, CallLog, CallsRead
from tui.monitor.events import Answered, Event, QuestionFailed
from tui.monitor.questions import AskAccountHistory, AskCalls, AskKeyCosts, AskKeyHistory, AskKeys, AskProfile
from tui.monitor.reduce import reduce
from tui.monitor.scoped import calls_of, errors_of, errors_question, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of
from tui.present import keys
from tui.triage.find import find

ZONE = ZoneInfo("Asia/Kolkata")
SCOPES = (
    Scope(RangeName.M15),
    Scope(RangeName.H24),
    Scope(RangeName.TODAY),
    Scope(RangeName.H6, Filters(key_id=7)),
    Scope(RangeName.H1, Filters(model="opus", billing_type=0)),
)


def events(dice: random.Random, count: int) -> Iterator[Event]:
    """What may be heard: calls old and new, twice, of another key, and all else that changes."""
    known = [call(number, ago_s=dice.uniform(0, 90_000), key_id=dice.choice((7, 8))) for number in range(40)]
    errors = errors_question(Scope(), Snapshot("http://gw", ZONE), NOW)
    for step in range(count):
        match dice.randrange(7):
            case 0 | 1 | 2:
                ago_s = dice.choice((-20.0, 0.0, 5.0, dice.uniform(0, 90_000)))
                model = dice.choice(("opus", "haiku"))
                billed = f"{dice.uniform(0, 3):.4f}"
                known.append(call(100 + step, ago_s=ago_s, key_id=dice.choice((7, 8)), model=model, billed=billed))
                rows = tuple(dice.sample(known, dice.randrange(1, len(known))))
                covered_from = dice.choice((EVERYTHING, NOW - timedelta(hours=2)))
                yield Answered(BASE_CALLS, CallsRead(rows, covered_from, len(known), NOW), NOW)
            case 3:
                balance = Decimal(dice.randrange(1, 900)) / 10
                yield Answered(AskProfile(), Profile(1, "a@b.c", "lin", balance), NOW)
                yield Answered(AskKeys(), (key(7, dice.choice(("laptop", "desk"))), key(8, "ci")), NOW)
            case 4:
                cost = KeyCost(Decimal(dice.randrange(9)), Decimal(50))
                yield Answered(AskKeyCosts(), {7: cost}, NOW)
            case 5:
                hours = tuple(dice.uniform(0, 2) for _ in range(336))
                series = HourlyCost(NOW.replace(minute=0, second=0) - timedelta(hours=335), hours)
                question: Any = dice.choice((AskAccountHistory(), AskKeyHistory(7)))
                answer = series if question == AskAccountHistory() else KeyHistory(series, ())
                yield Answered(question, answer, NOW)
            case _:
                found = tuple(failed(number, ago_s=dice.uniform(0, 3000)) for number in range(dice.randrange(30)))
                yield Answered(errors, Page(found, len(found)), NOW)
                yield QuestionFailed(AskKeyCosts(), Failure(FailureKind.UNREACHABLE), NOW, NOW)


def shown(snapshot: Snapshot) -> list[object]:
    """All that is derived from a Snapshot, worked out anew."""
    logs = {question: replace_log(view) for question, view in snapshot.calls.items()}
    fresh = replace(snapshot, memo=Memo(), calls=MappingProxyType(logs))
    profile = fresh.data(AskProfile())
    report = find(inputs_of(fresh, NOW))
    return [
        *(usage_of(scope, fresh, NOW) for scope in SCOPES),
        *(calls_of(scope, fresh, NOW) for scope in SCOPES),
        errors_of(Scope(), fresh, NOW),
        burn_of(fresh, profile.balance_usd if profile else None, NOW),
        keys.lines(fresh, NOW),
        (report.likely, report.spike, report.suspects),
        [(len(view.log), view.log.newest, view.count, view.covered_from) for view in fresh.calls.values()],
    ]


def replace_log(view: Any) -> Any:
    """The same view with nothing remembered of its log."""
    view.log.memo.last.clear()
    view.log.memo.recent.clear()
    return view


@pytest.mark.parametrize("seed", range(12))
def test_an_old_snapshot_shows_for_ever_what_it_showed(seed: int) -> None:
    dice = random.Random(seed)
    snapshot = Snapshot("http://gw", ZONE)
    kept: list[tuple[Snapshot, list[object]]] = []
    for event in events(dice, 30):
        snapshot = reduce(snapshot, event)
        if dice.random() < 0.3:
            kept.append((snapshot, shown(snapshot)))
    assert kept
    for old, before in kept:
        assert shown(old) == before


def test_two_snapshots_may_follow_the_same_one() -> None:
    first = reduce(Snapshot("http://gw", ZONE), read(call(1)))
    left, right = reduce(first, read(call(2, ago_s=3))), reduce(first, read(call(3, ago_s=5)))
    assert ids(first) == [1]
    assert ids(left) == [1, 2]
    assert ids(right) == [1, 3]


def read(*rows: Any) -> Answered:
    """The base calls, answered."""
    return Answered(BASE_CALLS, CallsRead(rows, EVERYTHING, None, NOW), NOW)


def ids(snapshot: Snapshot) -> list[int]:
    """Which calls a Snapshot has."""
    return sorted(one.id for one in snapshot.calls[BASE_CALLS].log.newest_first())


def test_an_older_log_counts_finds_and_sums_up_its_own_calls_only() -> None:
    old = CallLog([call(1, ago_s=50), call(2, ago_s=10)])
    new = old.with_rows([call(3, ago_s=12), call(4, ago_s=-5)])
    assert (len(old), len(new)) == (2, 4)
    assert (old.get(3), 4 in old, 4 in new) == (None, False, True)
    assert old.newest is not None
    assert old.newest.id == 2
    assert old.count_since(NOW - timedelta(seconds=15)) == 1
    minutes = list(old.minutes(NOW - timedelta(minutes=2), NOW + timedelta(minutes=1)))
    assert sum(tally.requests for _minute, facets in minutes for tally in facets.values()) == 2
    assert new.follows(old)
    assert not old.follows(new)


def test_a_held_snapshot_takes_in_what_was_asked_later_and_nothing_newer() -> None:
    narrow = AskCalls(Filters(key_id=7), None, back_to=RangeName.H1)
    held = reduce(Snapshot("http://gw", ZONE), read(call(1, ago_s=60)))
    later = reduce(held, read(call(2, ago_s=-1)))
    later = reduce(later, Answered(narrow, CallsRead((call(1, ago_s=60), call(2, ago_s=-1)), None, 2, NOW), NOW))
    later = reduce(later, Answered(AskKeys(), (key(),), NOW))
    completed = held.completed(later, NOW, frozenset())
    assert completed.data(AskKeys()) == (key(),)
    assert held.completed(later, NOW, frozenset((AskKeys(), narrow))) is held
    assert ids(completed) == [1]
    assert [one.id for one in completed.calls[narrow].log.newest_first()] == [1]
    assert held.completed(held, NOW, frozenset()) is held
