"""When a notice goes to a channel."""

from collections.abc import Mapping
from datetime import UTC, time, timedelta

import pytest

from tests.unit.outbound.made import NOW, notice
from tui.outbound.channels.channel import Undelivered
from tui.outbound.dispatch import (
    LONGEST_PAUSE,
    DispatchStep,
    Do,
    Wishes,
    after_failure,
    digest_of,
    is_wanted_at_once,
    next_step,
)
from tui.outbound.notice import NoticeState
from tui.outbound.notice_log import Delivery, DeliveryState, LoggedNotice
from tui.triage.severity import Severity
from tui.triage.thresholds import QuietHours

CRITICAL, INFO = Severity.CRITICAL, Severity.INFO
NIGHT = QuietHours(time(6), time(7))
"""It is 06:20."""


def entry(
    name: str, severity: Severity = Severity.WARNING, state: NoticeState = NoticeState.BEGAN, **more: object
) -> LoggedNotice:
    one = notice(name, state, severity=severity)
    return LoggedNotice(one, one, {"c": Delivery(**more)})  # type: ignore[arg-type]


def sent(name: str, ago_min: float, state: DeliveryState = DeliveryState.SENT) -> LoggedNotice:
    one = notice(name)
    return LoggedNotice(one, one, {"c": Delivery(state, NOW - timedelta(minutes=ago_min), 1)})


def step(wishes: Wishes, *entries: LoggedNotice) -> DispatchStep | None:
    return next_step(dict(enumerate(entries, 1)), "c", wishes, NOW, UTC)


WAITS = {"not_before": NOW + timedelta(minutes=1), "tries": 1}
CASES: Mapping[str, tuple[Wishes, list[LoggedNotice], DispatchStep | None]] = {
    "nothing": (Wishes(), [], None),
    "one": (Wishes(), [entry("a")], DispatchStep(Do.SEND, (1,))),
    "the oldest first": (Wishes(), [sent("a", 5), entry("b"), entry("c")], DispatchStep(Do.SEND, (2,))),
    "not severe enough": (Wishes(least=CRITICAL), [entry("a")], DispatchStep(Do.WITHHOLD, (1,))),
    "severe enough": (Wishes(least=CRITICAL), [entry("a", CRITICAL)], DispatchStep(Do.SEND, (1,))),
    "quiet": (Wishes(quiet=NIGHT), [entry("a")], None),
    "quiet, but critical": (Wishes(quiet=NIGHT), [entry("a"), entry("b", CRITICAL)], DispatchStep(Do.SEND, (2,))),
    "a pause after a try": (Wishes(), [entry("a", **WAITS)], None),
    "a pause holds up no other": (Wishes(), [entry("a", **WAITS), entry("b")], DispatchStep(Do.SEND, (2,))),
    "but the rest of its own": (Wishes(), [entry("a", **WAITS), entry("a", state=NoticeState.OVER)], None),
    "what has become critical comes through as a whole": (
        Wishes(quiet=NIGHT),
        [entry("a"), entry("a", CRITICAL, NoticeState.WORSE)],
        DispatchStep(Do.SEND, (1,)),
    ),
    "a clock set back": (
        Wishes(),
        [entry("a", not_before=NOW + timedelta(days=3), tries=1)],
        DispatchStep(Do.SEND, (1,)),
    ),
    "as many as may be": (Wishes(max_per_hour=2), [sent("a", 5), sent("b", 5), entry("c")], None),
    "an hour later": (Wishes(max_per_hour=2), [sent("a", 60), sent("b", 5), entry("c")], DispatchStep(Do.SEND, (3,))),
    "the last stands for the rest": (
        Wishes(max_per_hour=2),
        [sent("a", 5), entry("b"), entry("c"), entry("d")],
        DispatchStep(Do.DIGEST, (2, 3, 4)),
    ),
    "the last alone is itself": (Wishes(max_per_hour=2), [sent("a", 5), entry("b")], DispatchStep(Do.SEND, (2,))),
    "a digest is one line": (
        Wishes(max_per_hour=2),
        [sent("a", 5, DeliveryState.DIGEST), sent("b", 5, DeliveryState.DIGEST), entry("c")],
        DispatchStep(Do.SEND, (3,)),
    ),
    "critical ones come through": (
        Wishes(max_per_hour=2),
        [sent("a", 5), sent("b", 5), entry("c"), entry("d", CRITICAL)],
        DispatchStep(Do.SEND, (4,)),
    ),
    "up to as many again": (
        Wishes(max_per_hour=1),
        [sent("a", 5), sent("b", 5), entry("c", CRITICAL)],
        None,
    ),
    "any number": (
        Wishes(max_per_hour=None),
        [*(sent(str(n), 5) for n in range(40)), entry("c")],
        DispatchStep(Do.SEND, (41,)),
    ),
    "of another channel": (Wishes(), [LoggedNotice(notice(), notice(), {"d": Delivery()})], None),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_channel_does_next(name: str) -> None:
    wishes, entries, wanted = CASES[name]
    assert step(wishes, *entries) == wanted


def test_what_cannot_be_brought_for_days_is_given_up() -> None:
    old = LoggedNotice(notice(ago_min=60 * 49), notice(), {"c": Delivery(tries=9)})
    assert step(Wishes(), old) == DispatchStep(Do.GIVE_UP, (1,))
    untried = LoggedNotice(notice(ago_min=60 * 49), notice(), {"c": Delivery()})
    assert step(Wishes(), untried) == DispatchStep(Do.SEND, (1,)), "a machine that was off"


def test_pauses_grow_and_end() -> None:
    delivery, pauses = Delivery(), []
    for _try in range(12):
        delivery = after_failure(delivery, Undelivered("away"), NOW)
        assert delivery.not_before is not None
        pauses.append(delivery.not_before - NOW)
    assert pauses == sorted(pauses)
    assert pauses[0] <= timedelta(seconds=10)
    assert pauses[-1] == LONGEST_PAUSE
    assert (delivery.state, delivery.tries, delivery.why) == (DeliveryState.WAITING, 12, "away")


def test_the_other_side_says_when() -> None:
    asked = after_failure(Delivery(), Undelivered("busy", retry_after_s=600), NOW)
    assert asked.not_before == NOW + timedelta(minutes=10)
    endless = after_failure(Delivery(), Undelivered("busy", retry_after_s=10**7), NOW)
    assert endless.not_before == NOW + timedelta(hours=1)


def test_what_is_refused_is_not_tried_again() -> None:
    assert after_failure(Delivery(), Undelivered("no", is_final=True), NOW).state is DeliveryState.FAILED


def test_a_digest_is_as_severe_as_the_worst_and_names_no_key() -> None:
    one = digest_of([notice("a"), notice("b", severity=CRITICAL), notice("c", severity=INFO)], "3 more", NOW)
    assert (one.severity, one.key, one.key_id, one.excess_usd, one.sentence) == (CRITICAL, None, None, None, "3 more")
    assert one.id not in {notice(name).id for name in "abc"}


@pytest.mark.parametrize(
    ("severity", "wishes", "is_wanted"),
    [
        (Severity.WARNING, Wishes(), True),
        (Severity.WARNING, Wishes(least=CRITICAL), False),
        (Severity.WARNING, Wishes(quiet=NIGHT), False),
        (Severity.WARNING, Wishes(quiet=QuietHours(time(7), time(8))), True),
        (CRITICAL, Wishes(least=CRITICAL), True),
        (CRITICAL, Wishes(quiet=NIGHT), True),
        (INFO, Wishes(least=Severity.WARNING, quiet=NIGHT), False),
    ],
)
def test_who_sits_there_is_told_at_once_or_not_at_all(severity: Severity, wishes: Wishes, *, is_wanted: bool) -> None:
    assert is_wanted_at_once(notice(severity=severity), wishes, NOW, UTC) == is_wanted
