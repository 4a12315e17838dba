"""An incident that is no single key's, in words: what its keys share, who they are, how to stop them at once."""

from collections.abc import Sequence

from tui.domain.keys import ApiKey, KeyStatus
from tui.locale import _, plural
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.present.shown_keys import with_keys
from tui.triage.joint_keys import JointKeys, Trait
from tui.triage.report import Report
from tui.triage.suspects import Suspect

MOST_KEYS = 3
"""At most this many keys are named."""


def many_keys_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """The keys that have something in common, else those that cost most."""
    if report.joint is not None:
        return joint_sentence(report.joint, look)
    most = sorted(report.suspects, key=lambda one: -one.share)[:MOST_KEYS]
    shares = (f"{key_name(one.key_id, snapshot, look)} {fmt.percent(one.share)}" for one in most)
    return _("no single cause, most by {keys}").format(keys=", ".join(shares))


def joint_sentence(joint: JointKeys, look: DisplayContext) -> str:
    """Joint keys, and their part of the excess."""
    return _("{key}, {share} of the excess").format(key=_who(joint, look), share=fmt.percent(joint.share))


def calm_beside(name: str, share: str, joint: JointKeys, look: DisplayContext) -> str:
    """A key that burns, where joint keys did most of it before."""
    told = _("{key} now, {share} of the excess; calm again: {others}")
    return told.format(key=name, share=share, others=_who(joint, look))


def _who(joint: JointKeys, look: DisplayContext) -> str:
    """How many they are, and what they have in common."""
    count = len(joint.key_ids)
    are_new = joint.new_keys == count
    match joint.trait:
        case Trait.ADDRESS:
            told = plural("{n} key from {origin}", "{n} keys from {origin}", count)
            if are_new:
                told = plural("{n} newly used key from {origin}", "{n} newly used keys from {origin}", count)
        case Trait.PROGRAM:
            told = plural("{n} key by {origin}, new to it", "{n} keys by {origin}, new to them", count)
            if are_new:
                told = plural("{n} newly used key by {origin}", "{n} newly used keys by {origin}", count)
        case Trait.UNUSED:
            told = plural("{n} key, unused for a week before", "{n} keys, unused for a week before", count)
            if are_new:
                told = plural("{n} newly used key", "{n} newly used keys", count)
    return told.format(n=fmt.count(count), origin=_origin(joint, look))


def _origin(joint: JointKeys, look: DisplayContext) -> str:
    program = joint.program or ""
    if joint.ip is None:
        return program
    if not program:
        return look.ip(joint.ip)
    return _("{address} by {program}").format(address=look.ip(joint.ip), program=program)


def joint_name(joint: JointKeys, look: DisplayContext) -> str:
    """Joint keys where there is little room."""
    told = plural("{n} key", "{n} keys", len(joint.key_ids)).format(n=fmt.count(len(joint.key_ids)))
    if joint.trait is Trait.UNUSED:
        return told
    return f"{told} · {look.ip(joint.ip) if joint.ip is not None else joint.program or ''}"


def joint_badge(joint: JointKeys) -> str:
    """What else is to be said of them in a word or two."""
    if joint.is_calm:
        return _("calm again")
    if joint.new_keys == len(joint.key_ids):
        return _("newly used")
    return _("unused before") if joint.trait is Trait.UNUSED else ""


def others(report: Report) -> tuple[Suspect, ...]:
    """The suspects beside the joint keys."""
    ids = frozenset(report.joint.key_ids) if report.joint is not None else frozenset()
    return tuple(one for one in report.suspects if one.key_id not in ids)


def names(key_ids: Sequence[int], snapshot: Snapshot, look: DisplayContext) -> str:
    """Who they are: the first few by name, the rest as a number."""
    named = ", ".join(key_name(key_id, snapshot, look) for key_id in key_ids[:MOST_KEYS])
    more = len(key_ids) - MOST_KEYS
    if more <= 0:
        return named
    return plural("{names} and {n} more", "{names} and {n} more", more).format(names=named, n=fmt.count(more))


def working(key_ids: Sequence[int], snapshot: Snapshot, look: DisplayContext) -> tuple[ApiKey, ...]:
    """Those of the keys that can call now."""
    keys = (snapshot.key(key_id) for key_id in key_ids)
    return tuple(key for key in keys if key is not None and key.status(look.now) is KeyStatus.ACTIVE)


def mark_sentence() -> str:
    """How to stop several keys where nothing says which."""
    return with_keys(
        _("no single key: mark those to stop in the key table (space), then D or L"), "mark", "disable", "limits"
    )
