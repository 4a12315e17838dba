"""A key is used from an address, or by a program, that is new to it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from msgspec import Struct, field
from msgspec.structs import replace

from tui.domain.usage import Call

LEARN_CALLS = 30
LEARN_CALLS_FOR_STRANGER = 10
"""So many calls are enough where address and program are both new, and the address to the whole account."""
LEARN_SPAN = timedelta(hours=12)
NEWS_FOR = timedelta(hours=24)
"""A new origin is reported for this long; then it counts as known."""
GOES_ON_FOR = timedelta(days=7)
"""One that is still calling is reported for so long."""
ROAMING = 2
"""If this many origins of a kind first appeared in the second half of the learning time, one more means nothing."""
TOGETHER = timedelta(hours=1)
"""An address and a program that appear this close together are one stranger."""
STRANGERS = 2
"""With this many strangers in the three weeks before, strangers are usual, and are reported only for their cost."""
STRANGERS_IN = timedelta(days=21)
MOVED = 3
"""This many keys that appear at the same new origin make one finding."""


class OriginKind(StrEnum):
    """The kind of a new origin."""

    IP = "ip"
    PROGRAM = "program"


class Sighting(Struct, frozen=True):
    """An address or a program that a key was used from."""

    first_at: datetime
    calls_before: int
    """The number of calls that the key had made before."""
    calls: int = 0
    """The number of calls from there since."""
    billed_usd: float = 0.0
    """The cost of those calls, in USD."""


class SeenOrigins(Struct, frozen=True):
    """The origins of a key, as far as its calls from `since` to `until` show."""

    since: datetime
    until: datetime
    calls: int = 0
    ips: Mapping[str, Sighting] = field(default_factory=dict)
    programs: Mapping[str, Sighting] = field(default_factory=dict)

    def of(self, kind: OriginKind) -> Mapping[str, Sighting]:
        """The sightings of a kind."""
        return self.ips if kind is OriginKind.IP else self.programs


class NewOrigin(Struct, frozen=True):
    """An address or a program that is new to a key."""

    key_id: int | None
    """None if several keys appeared there at once: that is reported once."""
    kind: OriginKind
    value: str
    since: datetime
    calls: int
    """The number of calls from there since."""
    billed_usd: float
    """The cost of those calls, in USD."""
    known: tuple[str, ...]
    """The origins that the key was used from before."""
    learnt_calls: int
    """The number of calls of the key before."""
    learnt: timedelta
    """The time that those calls cover."""
    keys: int = 1
    """How many keys appeared there."""
    is_strange: bool = False
    """Whether address and program are both new to the key, and the address to the whole account."""
    others: tuple[str, ...] = ()
    """What else of this kind came up since, dearest first; its calls are counted, and `value` is the dearest of all."""


@lru_cache(maxsize=4096)
def program(user_agent: str | None) -> str | None:
    """The name of the program without its version: a client that updates itself is still the same.

    >>> program("python-httpx/0.28.1"), program("OpenAI/Python 2.9.0"), program("curl"), program("")
    ('python-httpx', 'OpenAI/Python', 'curl', None)
    """
    words = (user_agent or "").split()
    if not words:
        return None
    name, slash, version = words[0].partition("/")
    return name if slash and version[:1].isdigit() else words[0]


@lru_cache(maxsize=4096)
def network(ip: str | None) -> str | None:
    """An address; of IPv6 the network that a site gets, since hosts change the rest by themselves.

    >>> network("192.0.2.44"), network("2001:db8:1:2:3::4"), network("odd"), network(None)
    ('192.0.2.44', '2001:db8:1:2::', 'odd', None)
    """
    if not ip:
        return None
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)


def learn(seen: Mapping[int, SeenOrigins], calls: Iterable[Call]) -> dict[int, SeenOrigins]:
    """Learn from more calls in time order; calls up to what is already known are skipped."""
    growing: dict[int, _Growing] = {}
    for call in calls:
        key_id = call.key_id
        one = growing.get(key_id)
        if one is None:
            before = seen.get(key_id)
            if before is not None and call.at <= before.until:
                continue
            one = growing[key_id] = _Growing(before or SeenOrigins(call.at, call.at))
        one.take(call)
    return {**seen, **{key_id: one.seen() for key_id, one in growing.items()}}


class _Growing:
    """The origins of a key while calls are counted: mutable, because a hundred thousand are read at a time."""

    def __init__(self, before: SeenOrigins) -> None:
        self._before = before
        self._until = before.until
        self._calls = before.calls
        self._ips = {value: _Counted(one) for value, one in before.ips.items()}
        self._programs = {value: _Counted(one) for value, one in before.programs.items()}

    def take(self, call: Call) -> None:
        """Count one call."""
        for value, known in ((network(call.ip), self._ips), (program(call.user_agent), self._programs)):
            if value is not None:
                counted = known.get(value)
                if counted is None:
                    counted = known[value] = _Counted(Sighting(call.at, self._calls))
                counted.calls += 1
                counted.billed_usd += call.billed_number
        self._calls += 1
        self._until = call.at

    def seen(self) -> SeenOrigins:
        """The origins known now."""
        ips = {value: counted.sighting() for value, counted in self._ips.items()}
        programs = {value: counted.sighting() for value, counted in self._programs.items()}
        return SeenOrigins(self._before.since, self._until, self._calls, ips, programs)


class _Counted:
    """A sighting that grows."""

    __slots__ = ("_first", "billed_usd", "calls")

    def __init__(self, first: Sighting) -> None:
        self._first = first
        self.calls, self.billed_usd = first.calls, first.billed_usd

    def sighting(self) -> Sighting:
        """The sighting as a value."""
        return Sighting(self._first.first_at, self._first.calls_before, self.calls, self.billed_usd)


def find_origins(seen: Mapping[int, SeenOrigins], now: datetime, recent: Iterable[Call] = ()) -> tuple[NewOrigin, ...]:
    """Find origins that keys were first used from within the last day, after enough use from elsewhere; dearest first.

    An address that another key of the account used before is not new. What made one of the `recent` calls is found for
    a week.
    """
    calling = {
        (call.key_id, kind, value)
        for call in recent
        for kind, value in ((OriginKind.IP, network(call.ip)), (OriginKind.PROGRAM, program(call.user_agent)))
    }
    first_seen = _first_seen(seen)
    strangers = {
        (key_id, one.first_at)
        for key_id, seen_of in seen.items()
        for kind in OriginKind
        for one in _strange(seen_of, kind, first_seen)
    }
    found = [
        NewOrigin(
            key_id,
            kind,
            value,
            one.first_at,
            one.calls,
            one.billed_usd,
            tuple(sorted(name for name, other in seen_of.of(kind).items() if other.first_at < one.first_at)),
            one.calls_before,
            one.first_at - seen_of.since,
            is_strange=(key_id, one.first_at) in strangers,
        )
        for key_id, seen_of in seen.items()
        for kind in OriginKind
        for value, one in seen_of.of(kind).items()
        if _is_news(
            seen_of,
            kind,
            one,
            now,
            is_calling=(key_id, kind, value) in calling,
            is_strange=(key_id, one.first_at) in strangers,
        )
        and (kind is OriginKind.PROGRAM or first_seen[value] >= one.first_at)
    ]
    told = _gathered(tuple(_shared(found)), seen, first_seen)
    return tuple(sorted(told, key=lambda new: -new.billed_usd))


def strangers_before(
    seen: Mapping[int, SeenOrigins], now: datetime, least_usd: float, found: Iterable[NewOrigin] = ()
) -> int:
    """Count strangers with at least this cost in the weeks before the last day: they show what is usual here. Those
    that are `found` now show nothing yet, and all that came to a key within a day of each other count as one: they
    may be one theft.
    """
    are_found = {(one.key_id, one.since) for one in found}
    first_seen = _first_seen(seen)
    count = 0
    for key_id, seen_of in seen.items():
        before: datetime | None = None
        for one in sorted(_strange(seen_of, OriginKind.IP, first_seen), key=lambda one: one.first_at):
            is_past = NEWS_FOR < now - one.first_at <= STRANGERS_IN and (key_id, one.first_at) not in are_found
            if is_past and one.billed_usd >= least_usd and _is_learnt(seen_of, one):
                count += before is None or one.first_at - before > NEWS_FOR
                before = one.first_at
    return count


def has_own_addresses(seen: Mapping[int, SeenOrigins], key_id: int) -> bool:
    """Whether a key is used from addresses that no other key is used from; not if its own are unknown."""
    mine = seen[key_id].ips if key_id in seen else {}
    return bool(mine) and not any(mine.keys() & one.ips.keys() for other, one in seen.items() if other != key_id)


def _first_seen(seen: Mapping[int, SeenOrigins]) -> dict[str, datetime]:
    """When each address first appeared, with any key."""
    first: dict[str, datetime] = {}
    for seen_of in seen.values():
        for value, one in seen_of.ips.items():
            first[value] = min(one.first_at, first.get(value, one.first_at))
    return first


def _strange(seen: SeenOrigins, kind: OriginKind, first_seen: Mapping[str, datetime]) -> Iterator[Sighting]:
    """The sightings of a kind that appeared together with one of the other kind, at an address new to the account."""
    ips = [one for value, one in seen.ips.items() if first_seen[value] >= one.first_at]
    programs = list(seen.programs.values())
    mine, others = (ips, programs) if kind is OriginKind.IP else (programs, ips)
    for one in mine:
        if any(abs(one.first_at - other.first_at) <= TOGETHER for other in others):
            yield one


def _shared(found: Iterable[NewOrigin]) -> Iterator[NewOrigin]:
    """Report several keys at one new origin once: a proxy, a move, or somebody who has all of them. What else is new to
    these keys at that time is part of it: one program may come from an address for each key.
    """
    together: dict[tuple[OriginKind, str], list[NewOrigin]] = {}
    for one in found:
        together.setdefault((one.kind, one.value), []).append(one)
    joint = {one.key_id: one.since for same in together.values() if len(same) >= MOVED for one in same}
    for same in together.values():
        if len(same) < MOVED:
            yield from (one for one in same if not _is_near(joint.get(one.key_id), one.since))
            continue
        yield replace(
            min(same, key=lambda one: one.since),
            key_id=None,
            calls=sum(one.calls for one in same),
            billed_usd=sum(one.billed_usd for one in same),
            known=tuple(sorted({name for one in same for name in one.known})),
            keys=len(same),
        )


def _gathered(
    found: Iterable[NewOrigin], seen: Mapping[int, SeenOrigins], first_seen: Mapping[str, datetime]
) -> Iterator[NewOrigin]:
    """Make one origin of each kind of all that came up at a key since its first stranger: a published key is used
    from a hundred addresses, each of which costs little.
    """
    first: dict[tuple[int, OriginKind], NewOrigin] = {}
    for one in sorted(found, key=lambda one: one.since):
        if one.key_id is not None and one.is_strange:
            first.setdefault((one.key_id, one.kind), one)
        elif one.key_id is None or (one.key_id, one.kind) not in first:
            yield one
    for (key_id, kind), one in first.items():
        dearest, *others = sorted(
            (
                (value, sighting)
                for value, sighting in seen[key_id].of(kind).items()
                if sighting.first_at >= one.since
                and (kind is OriginKind.PROGRAM or first_seen[value] >= sighting.first_at)
            ),
            key=lambda entry: -entry[1].billed_usd,
        )
        yield replace(
            one,
            value=dearest[0],
            calls=dearest[1].calls + sum(other.calls for _value, other in others),
            billed_usd=dearest[1].billed_usd + sum(other.billed_usd for _value, other in others),
            others=tuple(value for value, _other in others),
        )


def _is_near(at: datetime | None, other: datetime) -> bool:
    return at is not None and abs(at - other) <= TOGETHER


def _is_news(
    seen: SeenOrigins, kind: OriginKind, one: Sighting, now: datetime, *, is_calling: bool, is_strange: bool
) -> bool:
    least_calls = LEARN_CALLS_FOR_STRANGER if is_strange else LEARN_CALLS
    if now - one.first_at > (GOES_ON_FOR if is_calling else NEWS_FOR) or not _is_learnt(seen, one, least_calls):
        return False
    middle = seen.since + (one.first_at - seen.since) / 2
    late = sum(middle < other.first_at < one.first_at for other in seen.of(kind).values())
    return late < ROAMING


def _is_learnt(seen: SeenOrigins, one: Sighting, least_calls: int = LEARN_CALLS) -> bool:
    """Whether enough use of a key was known before something new appeared."""
    return one.calls_before >= least_calls and one.first_at - seen.since >= LEARN_SPAN
