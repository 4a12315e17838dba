"""What is asked next, as a table of cases: what is known, what is allowed, and what comes of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from tests.unit.monitor.simulated import NOW
from tests.unit.samples import call
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import NO_FILTERS, RangeName
from tui.gateway.budget import Tier
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.plan import MAX_IN_FLIGHT, MAX_NAP_S, MIN_NAP_S, Allowance, LoopState, Schedule, plan
from tui.monitor.question import Asking, Question
from tui.monitor.questions import AskCalls, AskKeyCosts, AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.refresh_policy import ALWAYS, RefreshPolicy, seldom, when_active
from tui.monitor.snapshot import Snapshot

NOTHING = Snapshot("http://gw", ZoneInfo("UTC"))
CALM = LoopState(NOW, timedelta(seconds=5), NOW, NOW - timedelta(seconds=60), NOW)
FREE = Allowance(lambda _question: 0.0)


class Ask(Struct, frozen=True):
    """A question with a refresh policy."""

    name: str
    pace: RefreshPolicy = ALWAYS
    tier: Tier = Tier.HEAVY

    async def ask(self, asking: Asking) -> str:
        raise NotImplementedError


REFRESH, OTHER = Ask("refresh"), Ask("other")
HOURLY = Ask("hourly", seldom(3600))
LATER = Ask("later", seldom(3600, can_wait=True))
ACTIVE = Ask("active", when_active(20))
BACK, BACK_TOO = (
    Ask("back", when_active(600, is_background=True)),
    Ask("back too", when_active(600, is_background=True)),
)


def known(ages_s: Mapping[Question[Any], float]) -> Snapshot:
    """A Snapshot in which questions were answered so long ago; the account was used a second ago."""
    snapshot = NOTHING
    for question, age_s in ages_s.items():
        snapshot = reduce(snapshot, Answered(question, "answer", NOW - timedelta(seconds=age_s)))
    return replace(snapshot, active_at=NOW - timedelta(seconds=1))


def planned(*questions: Question[Any], ages_s: Mapping[Question[Any], float] | None = None, **changes: Any) -> Schedule:
    allowance = changes.pop("allowance", FREE)
    return plan(questions, known(ages_s or {}), replace(CALM, **changes), allowance)


def names(found: Schedule) -> list[str]:
    return [question.name for question in found.start if isinstance(question, Ask)]


def test_what_was_never_heard_is_asked_in_the_order_of_its_importance() -> None:
    assert names(planned(REFRESH, HOURLY, ACTIVE)) == ["refresh", "hourly", "active"]


def test_what_is_fresh_is_waited_for() -> None:
    found = planned(REFRESH, ages_s={REFRESH: 2.0})
    assert (found.start, found.nap_s) == ((), 3.0)


@pytest.mark.parametrize(
    ("age_s", "is_asked"), [(19.0, False), (20.5, True)], ids=["not for twenty seconds", "after them"]
)
def test_what_is_expensive_is_asked_as_seldom_as_it_says(age_s: float, is_asked: bool) -> None:
    assert bool(planned(ACTIVE, ages_s={ACTIVE: age_s}).start) is is_asked


def test_an_idle_account_costs_nothing_more() -> None:
    idle = replace(known({ACTIVE: 600.0}), active_at=NOW - timedelta(seconds=1200))
    assert plan((ACTIVE,), idle, CALM, FREE) == Schedule((), MAX_NAP_S)


def test_no_more_than_four_at_once() -> None:
    five = [Ask(str(number)) for number in range(5)]
    assert names(planned(*five)) == ["0", "1", "2", "3"]
    assert names(planned(*five, in_flight={Ask("0"), Ask("x"), Ask("y")})) == ["1"]


def test_what_is_being_asked_is_not_asked_twice() -> None:
    assert planned(REFRESH, in_flight={REFRESH}).start == ()


def test_the_budget_is_waited_for() -> None:
    for ages_s in ({}, {REFRESH: 5.0}):
        found = planned(REFRESH, ages_s=ages_s, allowance=Allowance(lambda _question: 7.0))
        assert (found.start, found.nap_s) == ((), 7.0)


def test_what_is_forced_waits_for_the_budget_alone() -> None:
    assert names(planned(REFRESH, ages_s={REFRESH: 1.0}, forced={REFRESH})) == ["refresh"]
    found = planned(REFRESH, ages_s={REFRESH: 1.0}, forced={REFRESH}, allowance=Allowance(lambda _question: 2.0))
    assert (found.start, found.nap_s) == ((), 2.0)


def test_a_failure_is_tried_again_when_it_says() -> None:
    failed = QuestionFailed(REFRESH, Failure(FailureKind.UNREACHABLE), NOW, NOW + timedelta(seconds=9))
    found = plan((REFRESH,), reduce(NOTHING, failed), CALM, FREE)
    assert (found.start, found.nap_s) == ((), 9.0)


def test_what_is_due_soon_goes_with_the_round_that_has_just_begun() -> None:
    ages = {REFRESH: 5.0, OTHER: 4.6}
    assert names(planned(REFRESH, OTHER, ages_s=ages)) == ["refresh", "other"]
    assert names(planned(REFRESH, OTHER, ages_s={**ages, OTHER: 4.4})) == ["refresh"]


@pytest.mark.parametrize(
    ("began_s", "ages_s", "asked"),
    [
        (0.1, {REFRESH: 4.0, ACTIVE: 19.8}, ["active"]),
        (60, {REFRESH: 4.0, OTHER: 5.0}, ["other"]),
    ],
    ids=["due in the round that runs", "a refresh itself"],
)
def test_what_belongs_to_a_round_does_not_wait_for_the_next(
    began_s: float, ages_s: dict[Question[Any], float], asked: list[str]
) -> None:
    assert names(planned(*ages_s, ages_s=ages_s, round_at=NOW - timedelta(seconds=began_s))) == asked


def test_a_round_that_runs_shortens_no_nap() -> None:
    assert planned(ACTIVE, ages_s={ACTIVE: 10.0}, round_at=NOW - timedelta(seconds=0.1)).nap_s == pytest.approx(10)


def test_what_is_due_shortly_before_a_refresh_waits_for_it() -> None:
    found = planned(REFRESH, ACTIVE, ages_s={REFRESH: 4.0, ACTIVE: 20.0})
    assert (found.start, found.nap_s) == ((), 1.0)
    assert names(planned(REFRESH, ACTIVE, ages_s={REFRESH: 3.0, ACTIVE: 20.0})) == ["active"]


@pytest.mark.parametrize("changes", [{"forced": {ACTIVE}}, {"ages_s": {REFRESH: 4.0}}], ids=["forced", "never heard"])
def test_what_somebody_waits_for_does_not_wait_for_the_refresh(changes: dict[str, Any]) -> None:
    assert names(planned(REFRESH, ACTIVE, **{"ages_s": {REFRESH: 4.0, ACTIVE: 20.0}, **changes})) == ["active"]


def test_a_first_look_is_not_kept_waiting_by_what_can_wait() -> None:
    found = planned(LATER, calm_from=NOW + timedelta(seconds=3))
    assert (found.start, found.nap_s) == ((), 3.0)
    assert names(planned(LATER)) == ["later"]
    assert names(planned(LATER, HOURLY, ages_s={LATER: 4000.0}, calm_from=NOW + timedelta(seconds=3))) == [
        "later",
        "hourly",
    ]


def test_records_are_read_back_at_once_unless_the_last_try_failed() -> None:
    deep = AskCalls(NO_FILTERS, None, back_to=RangeName.H24)
    newest = CallsRead((call(1, ago_s=600),), NOW - timedelta(hours=1), 100, NOW)
    whole = CallsRead((call(1, ago_s=600),), EVERYTHING, 1, NOW)
    part = reduce(NOTHING, Answered(deep, newest, NOW))
    assert plan((deep,), part, CALM, FREE).start == (deep,)
    assert plan((REFRESH, deep), reduce(part, Answered(REFRESH, "", NOW - timedelta(seconds=4))), CALM, FREE).start == (
        deep,
    )
    assert plan((deep,), part, replace(CALM, calm_from=NOW + timedelta(seconds=2)), FREE) == Schedule((), 2.0)
    assert plan((deep,), reduce(NOTHING, Answered(deep, whole, NOW)), CALM, FREE).start == ()
    failed = QuestionFailed(deep, Failure(FailureKind.UNREACHABLE), NOW, NOW + timedelta(seconds=9))
    assert plan((deep,), reduce(part, failed), CALM, FREE) == Schedule((), 9.0)


def test_the_background_trickles() -> None:
    assert names(planned(REFRESH, BACK, BACK_TOO)) == ["refresh", "back"]
    assert names(planned(BACK, background_from=NOW + timedelta(seconds=0.2))) == []


def test_the_background_waits_for_first_answers_and_leaves_half_of_the_budget() -> None:
    assert planned(BACK, awaits_first_answers=True) == Schedule((), 1.0)
    assert planned(BACK, allowance=Allowance(lambda _question: 0.0, background_wait_s=4.0)) == Schedule((), 4.0)


def test_what_builds_on_another_answer_waits_for_that() -> None:
    assert planned(AskKeyCosts()) == Schedule((), MAX_NAP_S)
    assert plan((AskKeyCosts(),), reduce(NOTHING, Answered(AskKeys(), (), NOW)), CALM, FREE).start == (AskKeyCosts(),)


def test_the_last_of_the_answers_is_soon_looked_at() -> None:
    assert planned(REFRESH).nap_s == 0.5
    assert planned(REFRESH, in_flight={REFRESH}).nap_s == 0.5


PACES = st.builds(
    lambda every_s, kind: (seldom(every_s), when_active(every_s), when_active(every_s, is_background=True), ALWAYS)[
        kind
    ],
    st.sampled_from((1.0, 20.0, 3600.0)),
    st.integers(0, 3),
)
QUESTIONS = st.lists(
    st.builds(Ask, st.sampled_from("abcdefghij"), PACES), max_size=10, unique_by=lambda question: question.name
).map(lambda questions: sorted(questions, key=lambda question: question.pace.is_background))
WAITS_S = st.sampled_from((0.0, 0.0, 0.02, 7.0, 90.0))


@settings(max_examples=300)
@given(QUESTIONS, st.data())
def test_whatever_is_known_the_plan_keeps_to_its_bounds(questions: list[Ask], data: st.DataObject) -> None:
    some = st.sets(st.sampled_from(questions)) if questions else st.just(set[Ask]())
    ages_s = {question: data.draw(st.floats(-1, 4000)) for question in data.draw(some)}
    in_flight, forced = set(sorted(data.draw(some), key=repr)[:MAX_IN_FLIGHT]), data.draw(some)
    budget_s = {question: data.draw(WAITS_S) for question in questions}
    changes = {name: NOW + timedelta(seconds=data.draw(st.floats(-90, 3))) for name in ("calm_from", "background_from")}
    found = planned(
        *questions,
        ages_s=ages_s,
        in_flight=in_flight,
        forced=forced,
        round_at=NOW - timedelta(seconds=data.draw(st.floats(0, 9))),
        awaits_first_answers=data.draw(st.booleans()),
        allowance=Allowance(lambda question: budget_s[question], data.draw(WAITS_S)),
        **changes,
    )
    assert len(found.start) + len(in_flight) <= MAX_IN_FLIGHT
    assert not in_flight.intersection(found.start)
    assert [question for question in questions if question in found.start] == list(found.start)
    assert sum(question.pace.is_background for question in found.start) <= 1
    assert not any(budget_s[question] for question in found.start)
    assert MIN_NAP_S <= found.nap_s <= MAX_NAP_S
    forced_free = [one for one in questions if one in forced - in_flight and not budget_s[one]]
    if len(found.start) + len(in_flight) < MAX_IN_FLIGHT:
        assert {one for one in forced_free if not one.pace.is_background} <= set(found.start)
