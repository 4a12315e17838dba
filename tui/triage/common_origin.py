"""A common origin: keys that cost more together, none of them most of it, are often one client with many keys."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from tui.triage.origins import SeenOrigins
from tui.triage.suspects import SINGLE_CAUSE, Suspect

MIN_KEYS = 3


class CommonOrigin(Struct, frozen=True):
    """An address that the keys behind an incident share, and no others use."""

    ip: str
    program: str | None
    """The program that they share as well, if any."""
    keys: int
    """How many there are,"""
    new_keys: int
    """how many of them are new, and"""
    share: float
    """their share of the excess."""


def common_origin(suspects: Iterable[Suspect], seen: Mapping[int, SeenOrigins]) -> CommonOrigin | None:
    """The address of the keys with most of the excess, if they are the only ones that use it."""
    at: dict[str, list[Suspect]] = {}
    for one in suspects:
        for ip in seen[one.key_id].ips if one.key_id in seen else ():
            at.setdefault(ip, []).append(one)
    found = max(at.items(), key=lambda item: _share(item[1]), default=None)
    if found is None or len(found[1]) < MIN_KEYS or _share(found[1]) < SINGLE_CAUSE:
        return None
    ip, keys = found
    ids = {one.key_id for one in keys}
    if any(ip in origins.ips for key_id, origins in seen.items() if key_id not in ids):
        return None
    programs = [seen[key_id].programs.keys() for key_id in ids]
    program = next(iter(sorted(set(programs[0]).intersection(*programs))), None)
    return CommonOrigin(ip, program, len(keys), sum(one.is_new for one in keys), _share(keys))


def _share(suspects: Iterable[Suspect]) -> float:
    return sum(one.share for one in suspects)
