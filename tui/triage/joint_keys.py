"""Joint keys: keys that cost more together and have one thing in common are often one client with many keys."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from tui.triage.origins import LEARN_CALLS, SeenOrigins
from tui.triage.suspects import DORMANT_FOR, SINGLE_CAUSE, Suspect, to_blame

MIN_KEYS = 3
NOTABLE_SHARE = 0.15
"""By so much more must what is less telling explain, to be told instead."""
TOGETHER = -1
"""Stands for joint keys where they are ranked as one."""


class Trait(StrEnum):
    """What joint keys have in common, the most telling first."""

    ADDRESS = "address"
    """An address that no other key uses."""
    PROGRAM = "program"
    """A program that is new to each of them, and that no other key uses."""
    UNUSED = "unused"
    """None was in use in the week before, nor is back from its own address."""


class JointKeys(Struct, frozen=True):
    """Several keys behind an incident that have one thing in common."""

    trait: Trait
    ip: str | None
    """The address of all of them, if that is what they have in common."""
    program: str | None
    """A program that all of them use, if any."""
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


def joint_keys(suspects: Iterable[Suspect], seen: Mapping[int, SeenOrigins]) -> JointKeys | None:
    """The keys with one thing in common that are to blame together, and none of them alone; those that burn first.

    What keys have in common that is less telling counts only where it explains notably more.
    """
    ranked = tuple(sorted(suspects, key=lambda one: -one.share))
    found = [one for one in _alike(ranked, seen) if _is_to_blame(one.key_ids, ranked)]
    burning = [one for one in found if not one.is_calm] or found
    order = tuple(Trait)
    return max(burning, key=lambda one: one.share - NOTABLE_SHARE * order.index(one.trait), default=None)


def _alike(ranked: tuple[Suspect, ...], seen: Mapping[int, SeenOrigins]) -> Iterator[JointKeys]:
    """All sets of keys with something in common."""
    at: dict[str, list[Suspect]] = {}
    by: dict[str, list[Suspect]] = {}
    for one in ranked:
        origins = seen.get(one.key_id)
        if origins is None:
            continue
        for ip in origins.ips:
            at.setdefault(ip, []).append(one)
        for program, sighting in origins.programs.items():
            if _is_unused(one, origins) or sighting.calls_before >= LEARN_CALLS:
                by.setdefault(program, []).append(one)
    for ip, keys in at.items():
        if len(keys) >= MIN_KEYS and not any(ip in origins.ips for origins in _others(keys, seen)):
            yield _joint(Trait.ADDRESS, keys, seen, ip)
    for program, keys in by.items():
        if len(keys) >= MIN_KEYS and not any(program in origins.programs for origins in _others(keys, seen)):
            yield _joint(Trait.PROGRAM, keys, seen, program=program)
    yield _joint(Trait.UNUSED, [one for one in ranked if _is_unused(one, seen.get(one.key_id))], seen)


def _is_unused(suspect: Suspect, origins: SeenOrigins | None) -> bool:
    """Whether a key was not in use in the week before. Back from where it was always used, it was on holiday."""
    if suspect.is_new or not suspect.is_dormant:
        return suspect.is_new
    known = [origins.until - one.first_at >= DORMANT_FOR for one in origins.ips.values()] if origins is not None else []
    return not known or not all(known)


def _others(keys: Iterable[Suspect], seen: Mapping[int, SeenOrigins]) -> Iterator[SeenOrigins]:
    ids = {one.key_id for one in keys}
    return (origins for key_id, origins in seen.items() if key_id not in ids)


def _joint(
    trait: Trait,
    keys: Collection[Suspect],
    seen: Mapping[int, SeenOrigins],
    ip: str | None = None,
    program: str | None = None,
) -> JointKeys:
    return JointKeys(
        trait,
        ip,
        program or _program_of_all(keys, seen),
        key_ids=tuple(one.key_id for one in keys),
        new_keys=sum(one.is_new for one in keys),
        excess_usd=sum(one.excess_usd for one in keys),
        share=sum(one.share for one in keys),
        pace_usd_per_h=_pace(one for one in keys if not one.is_stopped),
    )


def _program_of_all(keys: Iterable[Suspect], seen: Mapping[int, SeenOrigins]) -> str | None:
    """A program that all of them use, the first by name."""
    programs = [set(seen[one.key_id].programs) if one.key_id in seen else set() for one in keys]
    return min(set.intersection(*programs), default=None) if programs else None


def _is_to_blame(key_ids: Collection[int], ranked: tuple[Suspect, ...]) -> bool:
    """Whether several keys are to blame if they are ranked as one, but none of them is by itself."""
    if len(key_ids) < MIN_KEYS or not set(key_ids).isdisjoint(to_blame(ranked)):
        return False
    share = sum(one.share for one in ranked if one.key_id in key_ids)
    others = tuple(one for one in ranked if one.key_id not in key_ids)
    return TOGETHER in to_blame((Suspect(TOGETHER, 0.0, 0.0, share), *others))


def _pace(suspects: Iterable[Suspect]) -> float | None:
    paces = [one.pace_usd_per_h for one in suspects]
    return None if None in paces else sum(pace for pace in paces if pace is not None)
