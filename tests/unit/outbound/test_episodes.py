"""What there is to tell: once each, whatever is lost between two looks."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.outbound.made import NOW, notice
from tui.outbound.episodes import GONE_AFTER, Episode, EpisodeNews, Trouble, known_of, news_of, told_of
from tui.outbound.notice import WATCH, Notice, NoticeState
from tui.triage.severity import Severity

BEGAN, WORSE, CAUSE, CONTAINED, OVER = (
    NoticeState.BEGAN,
    NoticeState.WORSE,
    NoticeState.CAUSE,
    NoticeState.CONTAINED,
    NoticeState.OVER,
)


def trouble(
    name: str = "spike-7", key_id: int | None = 7, severity: Severity = Severity.WARNING, *, is_contained: bool = False
) -> Trouble:
    return Trouble(name, "spike", severity, NOW, key_id, is_contained=is_contained)


def news(
    told: list[Notice], *troubles: Trouble, ended: frozenset[str] = frozenset(), may_end: bool = True
) -> list[EpisodeNews]:
    long_ago = NOW - timedelta(days=1)
    return list(news_of(told_of(told), troubles, ended, NOW, may_end=may_end, looking_since=long_ago))


def states(found: list[EpisodeNews]) -> list[NoticeState]:
    return [one.state for one in found]


CASES = [
    ("new", [], [trouble()], [BEGAN]),
    ("told", [notice()], [trouble()], []),
    ("worse", [notice()], [trouble(severity=Severity.CRITICAL)], [WORSE]),
    ("less bad again", [notice(severity=Severity.CRITICAL)], [trouble()], []),
    ("its key is known now", [notice(key_id=None)], [trouble()], [CAUSE]),
    ("another key", [notice(key_id=3)], [trouble()], [CAUSE]),
    ("a key named before", [notice(key_id=7), notice(state=CAUSE, key_id=3)], [trouble()], []),
    ("contained", [notice()], [trouble(is_contained=True)], [CONTAINED]),
    ("contained, as was told", [notice(), notice(state=CONTAINED)], [trouble(is_contained=True)], []),
    ("let go again", [notice(), notice(state=CONTAINED)], [trouble()], [BEGAN]),
    ("contained before anybody was told", [], [trouble(is_contained=True)], []),
    ("gone a while ago", [notice(ago_min=121)], [], [OVER]),
    ("gone just now", [notice(ago_min=119)], [], []),
    ("over, as was told", [notice(ago_min=300), notice(state=OVER, ago_min=200)], [], []),
    ("begins anew", [notice(ago_min=300), notice(state=OVER, ago_min=200)], [trouble()], [BEGAN]),
    ("found anew by another name", [notice("spike-7-a")], [trouble("spike-7-b")], []),
    ("of the account, then of its key", [notice("spike-account", key_id=None)], [trouble()], [CAUSE]),
    (
        "of the account and of its key, contained",
        [notice("spike-account", key_id=7)],
        [trouble(is_contained=True), trouble("spike-account", is_contained=True)],
        [CONTAINED],
    ),
    ("of another key", [notice("spike-3", key_id=3)], [trouble(), trouble("spike-3", 3)], [BEGAN]),
    (
        "of the account, while a key has one of its own",
        [notice("storm-3", kind="storm", key_id=3)],
        [Trouble("storm-3", "storm", Severity.WARNING, NOW, 3), Trouble("storm-a", "storm", Severity.CRITICAL, NOW)],
        [BEGAN],
    ),
    ("of another kind", [notice("storm-7", kind="storm")], [trouble()], [BEGAN]),
]


@pytest.mark.parametrize(("told", "now", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_there_is_to_tell(told: list[Notice], now: list[Trouble], wanted: list[NoticeState]) -> None:
    assert states(news(told, *now)) == wanted


def test_what_is_over_for_certain_waits_for_nothing() -> None:
    told = [notice(ago_min=1)]
    assert states(news(told, ended=frozenset({"spike-7"}), may_end=False)) == [OVER]


def test_nothing_is_over_while_not_all_is_seen() -> None:
    assert news([notice(ago_min=500)], may_end=False) == []


def test_an_aktop_that_has_just_begun_to_look_ends_nothing() -> None:
    told = told_of([notice(ago_min=500)])
    assert not list(news_of(told, (), frozenset(), NOW, may_end=True, looking_since=NOW - timedelta(minutes=5)))
    late = NOW + GONE_AFTER
    assert states(list(news_of(told, (), frozenset(), late, may_end=True, looking_since=NOW))) == [OVER]


def test_blindness_has_words_of_its_own() -> None:
    blind = Trouble("watch-blind-1", WATCH, Severity.WARNING, NOW)
    assert states(news([], blind)) == [NoticeState.BLIND]
    told = [notice("watch-blind-1", NoticeState.BLIND, kind=WATCH, key_id=None)]
    assert news(told, blind) == []
    assert states(news(told, ended=frozenset({"watch-blind-1"}))) == [NoticeState.SEEING]


def test_what_the_guard_did_is_no_trouble() -> None:
    assert told_of([notice(state=NoticeState.ACTED)]) == {}


KEYS = st.sampled_from([None, 1, 2])
Alive = dict[int, tuple[Severity, bool]]
ALIVE = st.dictionaries(st.sampled_from([1, 2, 3]), st.tuples(st.sampled_from(Severity), st.booleans()))
LOOKS = st.lists(st.tuples(ALIVE, st.booleans(), st.booleans()), max_size=25)


@given(LOOKS)
def test_each_is_told_once_whatever_is_forgotten(
    looks: list[tuple[Alive, bool, bool]],
) -> None:
    """Ten minutes pass between looks; now and then what is wrong gets another name, as after a kill."""
    told: list[Notice] = []
    now, generation = NOW, 0
    for alive, is_lost, knows_ends in looks:
        now += timedelta(minutes=10)
        generation += is_lost
        troubles = [
            Trouble(f"spike-{key}-{generation}", "spike", severity, now, key, is_contained=is_contained)
            for key, (severity, is_contained) in alive.items()
        ]
        before = told_of(told)
        gone = [one.id for one in before.values() if one.is_open and one.key_id not in alive]
        ended = frozenset(gone if knows_ends else ())
        found = list(news_of(before, troubles, ended, now, may_end=True, looking_since=NOW - timedelta(days=1)))
        told += [_noticed(one, now) for one in found]
        assert not list(
            news_of(told_of(told), troubles, ended, now, may_end=True, looking_since=NOW - timedelta(days=1))
        ), "told again at once"
        for one in troubles:
            known = known_of(told_of(told), one)
            is_told = known is not None and known.is_open
            assert is_told or one.is_contained, "left out"
    _require_order(told)


def _noticed(one: EpisodeNews, now: datetime) -> Notice:
    return notice(one.episode, one.state, key_id=one.of.key_id, severity=one.of.severity, since=one.of.since, at=now)


def _require_order(told: list[Notice]) -> None:
    for name in {one.episode for one in told}:
        open_now, last, worst = False, OVER, Severity.INFO
        for one in (one for one in told if one.episode == name):
            assert (last in (OVER, CONTAINED)) if one.state is BEGAN else open_now, f"{one.state} after {last}"
            last = one.state
            assert one.state is not WORSE or one.severity.rank > worst.rank
            worst = one.severity if one.state is BEGAN else max(worst, one.severity, key=lambda level: level.rank)
            open_now = one.state is not OVER


def test_an_episode_is_open_until_its_end_was_told() -> None:
    assert Episode("a", "spike", Severity.WARNING, NOW, NOW, states=frozenset({BEGAN})).is_open
    assert not Episode("a", WATCH, Severity.WARNING, NOW, NOW, states=frozenset({NoticeState.SEEING})).is_open
