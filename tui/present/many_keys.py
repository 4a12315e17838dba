"""An incident that is no single key's, in words: what its keys share, who they are, how to stop them at once."""

from collections.abc import Sequence

from tui.domain.keys import ApiKey, KeyStatus
from tui.locale import _, plural
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.present.shown_keys import with_keys
from tui.triage.common_origin import CommonOrigin
from tui.triage.report import Report
from tui.triage.suspects import Suspect

MOST_KEYS = 3
"""At most this many keys are named."""


def many_keys_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """The address that the keys share, else those that cost most."""
    if report.common_origin is not None:
        return origin_sentence(report.common_origin, look)
    most = sorted(report.suspects, key=lambda one: -one.share)[:MOST_KEYS]
    shares = (f"{key_name(one.key_id, snapshot, look)} {fmt.percent(one.share)}" for one in most)
    return _("no single cause, most by {keys}").format(keys=", ".join(shares))


def origin_sentence(common: CommonOrigin, look: DisplayContext) -> str:
    """How many keys share an address, and their part of the excess."""
    count = len(common.key_ids)
    told = plural(
        "{n} key from {origin}, {share} of the excess", "{n} keys from {origin}, {share} of the excess", count
    )
    if common.new_keys == count:
        told = plural(
            "{n} new key from {origin}, {share} of the excess",
            "{n} new keys from {origin}, {share} of the excess",
            count,
        )
    origin = look.ip(common.ip)
    if common.program is not None:
        origin = _("{address} by {program}").format(address=origin, program=common.program)
    return told.format(n=fmt.count(count), origin=origin, share=fmt.percent(common.share))


def calm_beside(name: str, share: str, common: CommonOrigin, look: DisplayContext) -> str:
    """A key that burns, where those of an address did most of it before."""
    told = plural(
        "{key} now, {share} of the excess; {n} key from {address} is calm again",
        "{key} now, {share} of the excess; {n} keys from {address} are calm again",
        len(common.key_ids),
    )
    return told.format(key=name, share=share, n=fmt.count(len(common.key_ids)), address=look.ip(common.ip))


def group_name(common: CommonOrigin, look: DisplayContext) -> str:
    """The keys of an address, where there is little room."""
    told = plural("{n} key · {address}", "{n} keys · {address}", len(common.key_ids))
    return told.format(n=fmt.count(len(common.key_ids)), address=look.ip(common.ip))


def others(report: Report) -> tuple[Suspect, ...]:
    """The suspects beside the keys of an address."""
    ids = frozenset(report.common_origin.key_ids) if report.common_origin is not None else frozenset()
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
