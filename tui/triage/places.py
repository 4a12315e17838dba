"""A key used from a place, or by a program, that it was never used from before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from tui.domain.usage import Call

LEARN_CALLS = 20
LEARN_SPAN = timedelta(hours=24)


class PlaceKind(StrEnum):
    """What is new."""

    IP = "ip"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A key's first use from an address or by a program; `known` are those it was used from before.

    `calls` and `billed_usd` are what came from there since.
    """

    key_id: int
    kind: PlaceKind
    value: str
    since: datetime
    calls: int
    billed_usd: float
    known: tuple[str, ...]


def program(user_agent: str | None) -> str | None:
    """Product and major version: a client that updates itself is still the same program.

    >>> program("python-httpx/0.28.1"), program("claude-cli/1.0.3 (external, cli)"), program("curl")
    ('python-httpx/0', 'claude-cli/1', 'curl')
    """
    words = (user_agent or "").split()
    if not words:
        return None
    name, slash, version = words[0].partition("/")
    return f"{name}/{version.partition('.')[0]}" if slash else name


def place(ip: str | None) -> str | None:
    """An address; of IPv6 the network that a site gets, since hosts change the rest by themselves.

    >>> place("192.0.2.44"), place("2001:db8:1:2:3::4")
    ('192.0.2.44', '2001:db8:1:2::')
    """
    if not ip:
        return None
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def find_new_places(calls: Iterable[Call], since: datetime) -> tuple[NewPlace, ...]:
    """What keys were used from at `since` or later, and never before; only keys with a day and 20 calls to learn from.

    A key that showed a new place in the second half of what was learnt from roams: another one means nothing.
    """
    by_key: dict[int, list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: (call.at, call.id)):
        by_key[call.key_id].append(call)
    found: list[NewPlace] = []
    for key_id, rows in by_key.items():
        before = [call for call in rows if call.at < since]
        after = [call for call in rows if call.at >= since]
        if len(before) < LEARN_CALLS or before[-1].at - before[0].at < LEARN_SPAN:
            continue
        for kind in PlaceKind:
            found += _new(key_id, kind, before, after)
    return tuple(sorted(found, key=lambda new: -new.billed_usd))


def _of(kind: PlaceKind, call: Call) -> str | None:
    return place(call.ip) if kind is PlaceKind.IP else program(call.user_agent)


def _new(key_id: int, kind: PlaceKind, before: Sequence[Call], after: Sequence[Call]) -> list[NewPlace]:
    seen = [value for call in before if (value := _of(kind, call)) is not None]
    known, half = set(seen), set(seen[: len(seen) // 2])
    if not known or known != half:
        return []
    rows: dict[str, list[Call]] = defaultdict(list)
    for call in after:
        value = _of(kind, call)
        if value is not None and value not in known:
            rows[value].append(call)
    return [
        NewPlace(
            key_id, kind, value, some[0].at, len(some), sum(float(c.billed_usd) for c in some), tuple(sorted(known))
        )
        for value, some in rows.items()
    ]
