"""When a notice goes to a channel: severity, quiet hours, hourly limit, retries.

Pure: the log and a channel's wishes decide what to do now.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import Notice
from tui.outbound.notice_log import Delivery, DeliveryState, Entries
from tui.triage.severity import Severity
from tui.triage.thresholds import QuietHours

HOUR = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=2)
LONGEST_PAUSE = timedelta(minutes=15)
FIRST_PAUSE = timedelta(seconds=5)
DIGEST = "digest"
"""The kind of a notice that stands for several."""


class Wishes(Struct, frozen=True):
    """What a person wants to hear on a channel, and when."""

    least: Severity = Severity.WARNING
    quiet: QuietHours | None = None
    max_per_hour: int | None = 6
    """As many critical ones may follow; None: no limit."""
    privacy: bool = False


class Do(Enum):
    """What to do with some notices."""

    SEND = 1
    DIGEST = 2
    WITHHOLD = 3
    GIVE_UP = 4


class DispatchStep(Struct, frozen=True):
    """What to do, and with which notices."""

    do: Do
    numbers: tuple[int, ...]


def is_wanted_at_once(notice: Notice, wishes: Wishes, now: datetime, zone: tzinfo) -> bool:
    """Whether a channel that keeps nothing for later wants a notice now; critical ones come through quiet hours."""
    is_quiet = wishes.quiet is not None and wishes.quiet.covers(now, zone)
    return notice.severity.rank >= wishes.least.rank and (not is_quiet or notice.severity is Severity.CRITICAL)


def next_step(entries: Entries, channel: str, wishes: Wishes, now: datetime, zone: tzinfo) -> DispatchStep | None:
    """What a channel has to do now; None if there is nothing.

    Notices of one episode keep their order; a waiting episode does not hold up others. If there are more than may be
    sent, the last line stands for all the rest.
    """
    held: set[str] = set()
    ready: list[int] = []
    is_quiet = wishes.quiet is not None and wishes.quiet.covers(now, zone)
    urgent = _urgent(entries, channel) if is_quiet else frozenset()
    for number, entry in entries.items():
        delivery, notice = entry.deliveries.get(channel), entry.notice
        if delivery is None or delivery.state is not DeliveryState.WAITING:
            continue
        if notice.severity.rank < wishes.least.rank:
            return DispatchStep(Do.WITHHOLD, (number,))
        if delivery.tries and now - notice.at >= GIVEN_UP_AFTER:
            return DispatchStep(Do.GIVE_UP, (number,))
        if notice.episode in held or _pauses(delivery, now) or (is_quiet and notice.episode not in urgent):
            held.add(notice.episode)
        else:
            ready.append(number)
    if wishes.max_per_hour is None:
        return DispatchStep(Do.SEND, tuple(ready[:1])) if ready else None
    sent = _lines_sent(entries, channel, now)
    critical = [number for number in ready if entries[number].notice.severity is Severity.CRITICAL]
    for numbers, limit in ((ready, wishes.max_per_hour), (critical, 2 * wishes.max_per_hour)):
        if numbers and sent < limit:
            is_last = sent == limit - 1 and len(numbers) > 1
            return DispatchStep(Do.DIGEST, tuple(numbers)) if is_last else DispatchStep(Do.SEND, tuple(numbers[:1]))
    return None


def _pauses(delivery: Delivery, now: datetime) -> bool:
    """Whether the next try is still to come. If the clock was set back, it waits for no longer than a pause."""
    return delivery.not_before is not None and timedelta(0) < delivery.not_before - now <= HOUR


def _urgent(entries: Entries, channel: str) -> frozenset[str]:
    """Episodes that have become critical: their held notices are sent too."""
    return frozenset(
        one.notice.episode
        for one in entries.values()
        if (delivery := one.deliveries.get(channel)) is not None
        and delivery.state is DeliveryState.WAITING
        and one.notice.severity is Severity.CRITICAL
    )


def _lines_sent(entries: Entries, channel: str, now: datetime) -> int:
    """The lines sent to a channel in the last hour; a digest counts as one."""
    arrived = [
        (delivery, number)
        for number, entry in entries.items()
        if (delivery := entry.deliveries.get(channel)) is not None
        and delivery.at is not None
        and timedelta(0) <= now - delivery.at < HOUR
    ]
    single = sum(one.state is DeliveryState.SENT for one, _number in arrived)
    return single + len({one.at for one, _number in arrived if one.state is DeliveryState.DIGEST})


def after_failure(delivery: Delivery, failure: Undelivered, now: datetime) -> Delivery:
    """The state of a notice after a failed try: when to retry, or that it is no use."""
    tries = delivery.tries + 1
    if failure.is_final:
        return Delivery(DeliveryState.FAILED, now, tries, why=failure.why)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 10))
    if failure.retry_after_s is not None:
        pause = max(pause, min(HOUR, timedelta(seconds=failure.retry_after_s)))
    return Delivery(DeliveryState.WAITING, now, tries, now + pause, failure.why)


def digest_of(notices: Sequence[Notice], sentence: str, now: datetime) -> Notice:
    """One notice for several: as severe as the worst, with the sentences of all."""
    worst = max(notices, key=lambda one: one.severity.rank)
    first, last = notices[0], notices[-1]
    return replace(
        worst,
        id=f"{DIGEST}-{first.id}-{len(notices)}",
        at=now,
        state=last.state,
        kind=DIGEST,
        episode=f"{DIGEST}-{first.id}",
        key=None,
        key_id=None,
        share=None,
        since=first.at,
        excess_usd=None,
        sentence=sentence,
        advice="",
    )
