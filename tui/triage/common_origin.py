"""A common origin: keys that cost more together are often one client with many keys."""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from tui.triage.origins import SeenOrigins
from tui.triage.suspects import SINGLE_CAUSE, Suspect, to_blame

MIN_KEYS = 3
TOGETHER = -1
"""Stands for the keys of one origin where they are ranked as one."""


class CommonOrigin(Struct, frozen=True):
    """An address that several keys behind an incident share, and no others use."""

    ip: str
    program: str | None
    """The program that they share as well, if any."""
    key_ids: tuple[int, ...]
    """The keys, those with most of the excess first,"""
    new_keys: int
    """how many of them are new,"""
    excess_usd: float
    """their cost above usual, and"""
    share: float
    """their share of the excess."""
    pace_usd_per_h: float | None
    """By how much the pace of their last minutes exceeds twice the usual; None while unknown."""

    @property
    def is_calm(self) -> bool:
        """Whether none of them costs more than usual now."""
        return self.pace_usd_per_h == 0

    @property
    def has_most(self) -> bool:
        """Whether they are behind at least half of the excess."""
        return self.share >= SINGLE_CAUSE


def common_origin(suspects: Iterable[Suspect], seen: Mapping[int, SeenOrigins]) -> CommonOrigin | None:
    """The address of keys that are to blame together, if they are the only ones that use it, and none of them alone."""
    ranked = tuple(sorted(suspects, key=lambda one: -one.share))
    at: dict[str, list[Suspect]] = {}
    for one in ranked:
        for ip in seen[one.key_id].ips if one.key_id in seen else ():
            at.setdefault(ip, []).append(one)
    found = ((ip, keys) for ip, keys in at.items() if _is_to_blame(keys, ranked) and not _is_shared(ip, keys, seen))
    ip, keys = max(found, key=lambda item: _share(item[1]), default=("", []))
    if not keys:
        return None
    programs = [seen[one.key_id].programs.keys() for one in keys]
    return CommonOrigin(
        ip,
        program=next(iter(sorted(set(programs[0]).intersection(*programs))), None),
        key_ids=tuple(one.key_id for one in keys),
        new_keys=sum(one.is_new for one in keys),
        excess_usd=sum(one.excess_usd for one in keys),
        share=_share(keys),
        pace_usd_per_h=_pace(one for one in keys if not one.is_stopped),
    )


def _is_to_blame(keys: Collection[Suspect], ranked: tuple[Suspect, ...]) -> bool:
    """Whether several keys are to blame if they are ranked as one, but none of them is by itself."""
    ids = {one.key_id for one in keys}
    if len(keys) < MIN_KEYS or not ids.isdisjoint(to_blame(ranked)):
        return False
    others = tuple(one for one in ranked if one.key_id not in ids)
    return TOGETHER in to_blame((Suspect(TOGETHER, 0.0, 0.0, _share(keys)), *others))


def _is_shared(ip: str, keys: Iterable[Suspect], seen: Mapping[int, SeenOrigins]) -> bool:
    """Whether other keys use the address as well."""
    ids = {one.key_id for one in keys}
    return any(ip in origins.ips for key_id, origins in seen.items() if key_id not in ids)


def _pace(suspects: Iterable[Suspect]) -> float | None:
    paces = [one.pace_usd_per_h for one in suspects]
    return None if None in paces else sum(pace for pace in paces if pace is not None)


def _share(suspects: Iterable[Suspect]) -> float:
    return sum(one.share for one in suspects)
