"""A Snapshot is a value: whatever is heard later, everything that is made of an older one stays as it was."""

from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
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
from tui.monitor.question import Question
from tui.monitor.questions import AskAccountHistory, AskCalls, AskKeyCosts, AskKeyHistory, AskKeys, AskProfile
from tui.monitor.reduce import reduce
from tui.monitor.scoped import calls_of, errors_of, errors_question, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of
from tui.present.key_lines import key_lines
from tui.triage.find import find

ZONE = ZoneInfo("Asia/Kolkata")
NOTHING = Snapshot("http://gw", ZONE)
SCOPES = (
    Scope(RangeName.M15),
    Scope(RangeName.H24),
    Scope(RangeName.TODAY),
    Scope(RangeName.H6, Filters(key_id=7)),
    Scope(RangeName.H1, Filters(model="opus", billing_type=0)),
)


AGES_S = st.sampled_from((-20.0, 0.0, 5.0)) | st.floats(0, 90_000)
CALLS = st.builds(
    call,
    st.integers(1, 200),
    ago_s=AGES_S,
    key_id=st.sampled_from((7, 8)),
    model=st.sampled_from(("opus", "haiku")),
    billed=st.decimals(0, 3, places=4).map(str),
)
COVERED = st.sampled_from((EVERYTHING, NOW - timedelta(hours=2)))
SERIES = st.lists(st.floats(0, 2), min_size=8, max_size=8).map(
    lambda hours: HourlyCost(NOW.replace(minute=0, second=0) - timedelta(hours=335), tuple(hours * 42))
)
FAILED = st.builds(failed, st.integers(1, 30), ago_s=st.floats(0, 3000))
KEYS = st.sampled_from(("laptop", "desk")).map(lambda name: (key(7, name), key(8, "ci")))


def answered(question: Question[Any], answers: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    """Such a question, answered."""
    return answers.map(lambda answer: Answered(question, answer, NOW))


@st.composite
def heard(draw: st.DrawFn) -> list[Event]:
    """What may be heard: calls old and new, twice, of another key, and all else that changes."""
    rows = draw(st.lists(CALLS, min_size=1, max_size=40, unique_by=lambda row: row.id))
    some = st.lists(st.sampled_from(rows), max_size=20).map(tuple)
    reads = st.builds(CallsRead, some, COVERED, st.just(len(rows)), st.just(NOW))
    errors = st.lists(FAILED, max_size=30, unique_by=lambda error: error.id).map(
        lambda found: Page(tuple(found), len(found))
    )
    others: list[st.SearchStrategy[Event]] = [
        answered(
            AskProfile(), st.integers(1, 900).map(lambda tenths: Profile(1, "a@b.c", "lin", Decimal(tenths) / 10))
        ),
        answered(AskKeys(), KEYS),
        answered(AskKeyCosts(), st.integers(0, 9).map(lambda usd: {7: KeyCost(Decimal(usd), Decimal(50))})),
        answered(AskAccountHistory(), SERIES),
        answered(AskKeyHistory(7), SERIES.map(lambda series: KeyHistory(series, ()))),
        answered(errors_question(Scope(), NOTHING, NOW), errors),
        st.just(QuestionFailed(AskKeyCosts(), Failure(FailureKind.UNREACHABLE), NOW, NOW)),
    ]
    return draw(st.lists(answered(BASE_CALLS, reads) | st.one_of(others), min_size=3, max_size=20))


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
        key_lines(fresh, NOW),
        (report.likely, report.spike, report.suspects),
        [(len(view.log), view.log.newest, view.count, view.covered_from) for view in fresh.calls.values()],
    ]


def replace_log(view: Any) -> Any:
    """The same view with nothing remembered of its log."""
    view.log.memo.last.clear()
    view.log.memo.recent.clear()
    return view


@settings(max_examples=25)
@given(heard())
def test_an_old_snapshot_shows_for_ever_what_it_showed(events: list[Event]) -> None:
    snapshot = NOTHING
    kept: list[tuple[Snapshot, list[object]]] = []
    for step, event in enumerate(events):
        snapshot = reduce(snapshot, event)
        if step % 3 == 2:
            kept.append((snapshot, shown(snapshot)))
    assert kept
    for old, before in kept:
        assert shown(old) == before


def test_two_snapshots_may_follow_the_same_one() -> None:
    first = reduce(NOTHING, read(call(1)))
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
    held = reduce(NOTHING, read(call(1, ago_s=60)))
    later = reduce(held, read(call(2, ago_s=-1)))
    later = reduce(later, Answered(narrow, CallsRead((call(1, ago_s=60), call(2, ago_s=-1)), None, 2, NOW), NOW))
    later = reduce(later, Answered(AskKeys(), (key(),), NOW))
    completed = held.completed(later, NOW, frozenset())
    assert completed.data(AskKeys()) == (key(),)
    assert held.completed(later, NOW, frozenset((AskKeys(), narrow))) is held
    assert ids(completed) == [1]
    assert [one.id for one in completed.calls[narrow].log.newest_first()] == [1]
    assert held.completed(held, NOW, frozenset()) is held
