"""Errors in groups: equal failures close in time are a burst; failures that take over are a storm."""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import mean, pstdev

from msgspec import Struct

from tui.domain.usage import Call, FailedCall
from tui.triage.refusals import Refusal, Side, refusal_of
from tui.triage.severity import Severity

GAP = timedelta(seconds=120)
RECENT = timedelta(hours=2)
"""Older errors are no current storm."""
_VARYING = re.compile(r"https?://\S+|[0-9a-f]{8}-[0-9a-f-]{27}|\b\w*\d[\w-]*\b", re.IGNORECASE)
EVEN = 0.5
STORM_CALLS = 10
STORM_SPAN = timedelta(minutes=5)
STORM_SHARE = 0.5
REFUSED_GAP = timedelta(minutes=5)
"""Refusals remain one storm over a pause this long; other errors start a new one after `GAP`."""
LIFTED_CALLS = 3
"""After this many successful calls a limit refuses no more: one in force lets none pass but those in flight."""
RECOVERY_CALLS = 10
"""This many successful calls in a row end a storm: occasional failures between them are none."""
CALM, CALM_CALLS = timedelta(minutes=1), 2
"""So do this many, if nothing fails for this long."""
EMPTY_CALLS = 3
"""An empty wallet is certain: fewer refusals report it than make a storm."""
OUTAGE_GAP = timedelta(minutes=10)
"""An outage remains one over a pause this long."""
OUTAGE = timedelta(minutes=4)
"""The middle of an outage lasts at least this long: a provider's hiccup of two minutes is normal."""
OUTAGE_MIDDLE = 0.8
OUTAGE_CALLS = 30
"""This many failures are an outage even if calls stop, if none has succeeded for as long since."""
TOTAL_SHARE, TOTAL_SPAN = 0.9, timedelta(minutes=10)
"""When an outage of all keys is critical."""
HAMMERING_CALLS = 100
DOUBLINGS = 3
DOUBLING = (1.6, 2.6)
"""Ratios that count as doubling: clients add some jitter to their waits."""


class ErrorBurst(Struct, frozen=True):
    """Equal failures without a gap of more than two minutes, newest first."""

    calls: tuple[FailedCall, ...]

    @property
    def newest(self) -> FailedCall:
        """The latest failure."""
        return self.calls[0]

    @property
    def length(self) -> timedelta:
        """The time from the first to the last."""
        return self.calls[0].at - self.calls[-1].at

    @property
    def even_gap_s(self) -> float | None:
        """The mean gap in seconds if they come evenly, as in a loop (variation under one half); else None."""
        if len(self.calls) < 4:
            return None
        gaps = [(a.at - b.at).total_seconds() for a, b in zip(self.calls, self.calls[1:], strict=False)]
        middle = mean(gaps)
        return middle if middle > 0 and pstdev(gaps) / middle < EVEN else None

    @property
    def peak(self) -> int:
        """The most failures within any five minutes."""
        times = [call.at for call in reversed(self.calls)]
        return max(bisect_right(times, at + STORM_SPAN) - place for place, at in enumerate(times))

    @property
    def backs_off(self) -> bool:
        """Whether the gaps double three times in a row, as those of a client that backs off."""
        times = [call.at for call in reversed(self.calls)]
        gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
        row = 0
        for one, two in itertools.pairwise(gaps):
            row = row + 1 if one > 0 and DOUBLING[0] <= two / one <= DOUBLING[1] else 0
            if row >= DOUBLINGS:
                return True
        return False

    @property
    def is_loop(self) -> bool:
        """Whether a program repeats itself: even gaps, or gaps that double."""
        return self.even_gap_s is not None or self.backs_off


class Storm(ErrorBurst, frozen=True, kw_only=True):
    """Failures that take over, with whose refusal they are: of one key, or of all that call."""

    typical: FailedCall
    """The newest call of the most common failure."""
    refusal: Refusal
    names: tuple[str, ...]
    """The affected keys, the one with the most failures first."""
    share: float | None = None
    """The share of calls that failed meanwhile; None while the successful calls are unknown."""
    is_total: bool = False
    """Whether it affected every key that called, nearly always."""
    is_at_least: bool = False
    """Whether it may have begun before what was read: then there are more failures."""

    @property
    def is_shared(self) -> bool:
        """Whether it is the account's, not a key's."""
        return self.refusal.side is Side.WALLET or (self.refusal.side.is_shared and len(self.names) > 1)

    @property
    def severity(self) -> Severity:
        """Critical are an empty wallet, a lasting outage of all keys, and a client that hammers."""
        match self.refusal.side:
            case Side.WALLET:
                is_critical = True
            case Side.OWN | Side.PLAN:
                is_critical = False
            case Side.UPSTREAM | Side.GATEWAY:
                is_critical = self.is_total and self.length > TOTAL_SPAN
            case _:
                is_critical = self.peak >= HAMMERING_CALLS
        return Severity.CRITICAL if is_critical else Severity.WARNING

    @property
    def weight(self) -> tuple[bool, int, int]:
        """For comparing: higher matters more."""
        return self.refusal.side is Side.WALLET, self.severity.rank, len(self.calls)


class _Known:
    """The context of failures: when calls succeeded, as far as known, and what was not read."""

    def __init__(
        self,
        calls: Iterable[Call] | None,
        known_from: datetime | None,
        read_from: datetime | None,
        now: datetime | None,
    ) -> None:
        self.known_from = known_from if calls is not None else None
        self.read_from = read_from
        self.now = now
        self._all: list[datetime] = []
        self._of_wallet: list[datetime] = []
        self._of_key: dict[str, list[datetime]] = {}
        self._of_model: dict[tuple[str, str], list[datetime]] = {}
        if self.known_from is None:
            return
        for call in sorted(calls or (), key=lambda call: call.at):
            name = call.key_name or ""
            self._all.append(call.at)
            self._of_key.setdefault(name, []).append(call.at)
            self._of_model.setdefault((name, call.model), []).append(call.at)
            if call.is_wallet:
                self._of_wallet.append(call.at)

    def add_refused(self, calls: Iterable[FailedCall]) -> None:
        """Count calls refused by the wallet as successes elsewhere: they met no outage."""
        self._all = sorted((*self._all, *(call.at for call in calls)))

    def of_all(self, side: Side) -> Sequence[datetime]:
        """Successes of all keys that a side could have refused."""
        return self._of_wallet if side is Side.WALLET else self._all

    def of_key(self, name: str, model: str = "") -> Sequence[datetime]:
        """Successes of a key, and of a model if given."""
        return self._of_model.get((name, model), ()) if model else self._of_key.get(name, ())

    def of_names(self, begin: datetime, end: datetime) -> dict[str, int]:
        """The number of successes of each key within a span."""
        return {name: _within(times, begin, end) for name, times in self._of_key.items()}


def storms(
    failed: Iterable[FailedCall],
    calls: Iterable[Call] | None,
    known_from: datetime | None,
    read_from: datetime | None = None,
    now: datetime | None = None,
) -> tuple[Storm, ...]:
    """Find storms among failures, the one with the latest failure first.

    `calls` are successes from `known_from` to `now`; earlier ones are unknown. Failures are read since `read_from`.
    """
    failed = sorted(failed, key=lambda call: (call.at, call.id))
    if not failed:
        return ()
    known = _Known(calls, known_from, read_from, now)
    found: list[Storm] = []
    groups: dict[tuple[object, ...], list[FailedCall]] = {}
    by_side: dict[Side, list[FailedCall]] = {}
    for call in failed:
        by_side.setdefault(refusal_of(call).side, []).append(call)
    known.add_refused(by_side.get(Side.WALLET, ()))
    for side, failures in by_side.items():
        if not side.is_shared:
            for call in failures:
                groups.setdefault(_group(call), []).append(call)
            continue
        for run in _runs(failures, known.of_all(side), OUTAGE_GAP):
            storm = _storm_of(run, known.of_all(side), known)
            if storm is not None:
                found.append(storm)
            else:
                for call in run:
                    groups.setdefault(_group(call), []).append(call)
    single = [storm for group in groups.values() for storm in _of_one_key(group, known)]
    return tuple(sorted((*found, *_put_together(single)), key=lambda one: one.newest.at, reverse=True))


def _group(call: FailedCall) -> tuple[object, ...]:
    """What failures of one key's storm share: a limit refuses any request."""
    refusal = refusal_of(call)
    if refusal.side.is_limit:
        return call.key_name, refusal
    return (call.key_name, call.model, refusal.side) if refusal.side.is_shared else likeness(call)


def _of_one_key(group: Sequence[FailedCall], known: _Known) -> Iterator[Storm]:
    """The storms among one key's failures of one kind."""
    side = refusal_of(group[0]).side
    succeeded = known.of_key(group[0].key_name, "" if side.is_limit else group[0].model)
    for run in _runs(group, succeeded, REFUSED_GAP if side.is_limit else GAP):
        storm = _storm_of(run, succeeded, known)
        if storm is not None:
            yield storm


def _put_together(single: Iterable[Storm]) -> Iterator[Storm]:
    """Merge storms of several keys at the same time into one, even if other calls of the account succeeded."""
    open_storms: dict[Side, Storm] = {}
    for storm in sorted(single, key=lambda one: one.calls[-1].at):
        side = storm.refusal.side
        if not side.is_shared:
            yield storm
            continue
        other = open_storms.get(side)
        if other is not None and storm.calls[-1].at - other.newest.at <= REFUSED_GAP:
            open_storms[side] = _joined(other, storm)
            continue
        if other is not None:
            yield other
        open_storms[side] = storm
    yield from open_storms.values()


def _joined(one: Storm, other: Storm) -> Storm:
    both = sorted((*one.calls, *other.calls), key=lambda call: (call.at, call.id), reverse=True)
    shares = [share for share in (one.share, other.share) if share is not None]
    return Storm(
        calls=tuple(both),
        typical=typical_of(both),
        refusal=one.refusal,
        names=_names(both),
        share=min(shares, default=None),
        is_at_least=one.is_at_least or other.is_at_least,
    )


def _runs(failures: Sequence[FailedCall], succeeded: Sequence[datetime], gap: timedelta) -> Iterator[list[FailedCall]]:
    """Failures, oldest first, split where none came for a while or calls succeeded again."""
    run: list[FailedCall] = []
    for call in failures:
        if run:
            pause = call.at - run[-1].at
            well = _within(succeeded, run[-1].at, call.at)
            if pause > gap or well >= RECOVERY_CALLS or (pause >= CALM and well >= CALM_CALLS):
                yield run
                run = []
        run.append(call)
    if run:
        yield run


def _storm_of(run: Sequence[FailedCall], succeeded: Sequence[datetime], known: _Known) -> Storm | None:
    """A storm from a run of failures, oldest first, if it takes over from successes that could have failed alike."""
    refusal = refusal_of(run[-1])
    if len(run) < (EMPTY_CALLS if refusal.side is Side.WALLET else STORM_CALLS):
        return None
    share, is_total = None, False
    errors = [call for call in run if known.known_from is not None and call.at >= known.known_from]
    if errors:
        begin, end = errors[0].at, run[-1].at
        share = len(errors) / (len(errors) + _within(succeeded, begin, end))
        if share < STORM_SHARE:
            return None
        if share >= TOTAL_SHARE:
            met = Counter(call.key_name for call in errors)
            is_total = all(met[name] >= count for name, count in known.of_names(begin, end).items())
    typical = typical_of(run)
    storm = Storm(
        calls=tuple(reversed(run)),
        typical=typical,
        refusal=refusal_of(typical),
        names=_names(run),
        share=share,
        is_total=is_total,
        is_at_least=known.read_from is not None and run[0].at - known.read_from <= REFUSED_GAP,
    )
    # The wallet pays for all keys: it has money again once it paid for any.
    could_pass = known.of_all(refusal.side) if refusal.side is Side.WALLET else succeeded
    if refusal.side.is_limit and len(could_pass) - bisect_right(could_pass, storm.newest.at) >= LIFTED_CALLS:
        return None
    return storm if _takes_over(storm, succeeded, known.now) else None


def _takes_over(storm: Storm, succeeded: Sequence[datetime], now: datetime | None) -> bool:
    """Whether the failures are enough for a storm: in a short time, and an outage has to last."""
    side = storm.refusal.side
    if side is Side.WALLET:
        return True
    if side in (Side.UPSTREAM, Side.GATEWAY):
        times = [call.at for call in reversed(storm.calls)]
        goes_on = storm.share is not None and now is not None and _is_without_end(times, succeeded, now)
        return goes_on or lasts(times)
    return storm.peak >= STORM_CALLS


def lasts(times: Sequence[datetime]) -> bool:
    """Whether failures, oldest first, last long enough for an outage: a straggler does not extend a hiccup."""
    begin, end = _middle(times)
    return end - begin >= OUTAGE


def _is_without_end(times: Sequence[datetime], succeeded: Sequence[datetime], now: datetime) -> bool:
    """Whether nothing has succeeded for long since many calls failed, though hardly anybody may have called since."""
    begin, _end = _middle(times)
    place = bisect_right(succeeded, times[-1])
    until = succeeded[place] if place < len(succeeded) else now
    return len(times) >= OUTAGE_CALLS and until - begin >= OUTAGE


def _middle(times: Sequence[datetime]) -> tuple[datetime, datetime]:
    """When the middle of some failures, oldest first, began and ended."""
    edge = round(len(times) * (1 - OUTAGE_MIDDLE) / 2)
    return times[edge], times[len(times) - 1 - edge]


def is_cut_in_storm(newest_first: Sequence[FailedCall], now: datetime) -> bool:
    """Whether errors are so close at the end of what was read that a storm may extend beyond it."""
    if len(newest_first) < STORM_CALLS:
        return False
    last = newest_first[-1].at
    return now - last <= RECENT and newest_first[-STORM_CALLS].at - last <= STORM_SPAN


def typical_of(calls: Collection[FailedCall]) -> FailedCall:
    """The newest call of the most common failure, of any key."""
    sort = Counter(_sort(call) for call in calls).most_common(1)[0][0]
    return max((call for call in calls if _sort(call) == sort), key=lambda call: (call.at, call.id))


def _sort(call: FailedCall) -> tuple[str, int, str]:
    return call.category, call.status_code, plain_message(call.message)


def _names(calls: Iterable[FailedCall]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(call.key_name for call in calls).most_common())


def _within(times: Sequence[datetime], begin: datetime, end: datetime) -> int:
    return bisect_right(times, end) - bisect_left(times, begin)


def likeness(call: FailedCall) -> tuple[str, str, str, str, int, str]:
    """What makes two failures equal: numbers, ids and addresses in the message do not count."""
    return call.key_name, call.model, call.endpoint, call.category, call.status_code, plain_message(call.message)


@lru_cache(maxsize=4096)
def plain_message(message: str) -> str:
    """A message without what differs between two that say the same."""
    return _VARYING.sub("#", message)


def bursts(calls: Iterable[FailedCall]) -> tuple[ErrorBurst, ...]:
    """Failures grouped into bursts, the one with the latest failure first."""
    open_groups: dict[tuple[str, str, str, str, int, str], list[FailedCall]] = {}
    closed: list[list[FailedCall]] = []
    for call in sorted(calls, key=lambda call: (call.at, call.id), reverse=True):
        like = likeness(call)
        group = open_groups.get(like)
        if group is None or group[-1].at - call.at > GAP:
            group = open_groups[like] = []
            closed.append(group)
        group.append(call)
    return tuple(ErrorBurst(tuple(group)) for group in closed)
