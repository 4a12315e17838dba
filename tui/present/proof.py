"""Whether an action on keys helped, judged by the gateway's billing since (triage-spec section 7)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from tui.domain.intents import KeyAction, KeyState, restricts
from tui.domain.keys import ApiKey, KeyStatus
from tui.domain.usage import Call
from tui.locale import _, plural
from tui.monitor.burn import BASE_CALLS, BURN_WINDOW, MIN_WINDOW
from tui.monitor.calls.log import CallView
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.batch import keys_word
from tui.present.clauses import of
from tui.present.display_context import DisplayContext
from tui.store.journal import Entry
from tui.triage.report import Report
from widgets.values import Cell, Emphasis, Line

PROVED_FOR = timedelta(hours=1)
"""How long after an incident the proof of an action stays on the screen."""
GRACE = timedelta(seconds=3)
"""A call that began this shortly after the action may have been admitted before it."""

AFTER = timedelta(milliseconds=1)


class Verdict(StrEnum):
    """The verdict from the calls since."""

    CONTAINED = "contained"
    WATCHING = "watching"
    GOES_ON = "goes_on"


class Proof(Struct, frozen=True):
    """What keys did after an action that ended at `acted_at`: `ended` calls were in progress, `begun` began later.

    The burn rates are the account's wallet cost in USD an hour, in the quarter of an hour before and since.
    """

    keys: tuple[ApiKey, ...]
    verdict: Verdict
    acted_at: datetime
    quiet_since: datetime
    in_flight: int
    ended: int
    ended_usd: Decimal
    begun: int
    burn_before_usd: Decimal | None
    burn_after_usd: Decimal | None


def proof_of_last(done: Iterable[Entry], report: Report, snapshot: Snapshot, now: datetime) -> Proof | None:
    """The outcome of the last action that restricts a key of the incident, or several at once, while it matters.

    `done` are the actions done, newest first.
    """
    acted = last_restricted(entry for entry in done if report.since is None or entry.key_id in report.involved)
    acted_at = {key_id: datetime.fromisoformat(entry.at) for key_id, entry in acted.items()}
    keys = tuple(key for key_id in acted_at if (key := snapshot.key(key_id)) is not None)
    if not keys or max(acted_at.values()) < (report.since or now - PROVED_FOR):
        return None
    limited = [key_id for key_id, entry in acted.items() if entry.action == KeyAction.LIMIT]
    return proof_of(keys, acted_at, snapshot, now, limited)


def last_restricted(done: Iterable[Entry]) -> Mapping[int, Entry]:
    """The last restriction of keys, of several if they were restricted at once, from the actions done, newest first.

    Enabling a key proves nothing, and a key that was released since is no longer restricted.
    """
    newest: dict[int, Entry] = {}
    for entry in done:
        newest.setdefault(entry.key_id, entry)
    held = [entry for entry in newest.values() if is_restriction(entry)]
    if not held:
        return {}
    batch = held[0].batch
    together = held[:1] if batch is None else [entry for entry in held if entry.batch == batch]
    return {entry.key_id: entry for entry in reversed(together)}


def is_restriction(entry: Entry) -> bool:
    """Whether an action stopped a key or lowered a limit of it."""
    before, after = entry.before, entry.wanted
    return isinstance(before, KeyState) and isinstance(after, KeyState) and restricts(before, after)


def proof_of(
    keys: tuple[ApiKey, ...],
    acted_at: Mapping[int, datetime],
    snapshot: Snapshot,
    now: datetime,
    limited: Collection[int] = (),
) -> Proof:
    """Judge what was done to keys, each at its time, by the call records: without fresh ones nothing is proved.

    Keys that were only `limited` may call until they have used up what they were left.
    """
    view, heard_at = snapshot.calls.get(BASE_CALLS), snapshot.feed(BASE_CALLS).fetched_at
    first_at, last_at = min(acted_at.values()), max(acted_at.values())
    since = view.log.between(first_at, now + BURN_WINDOW) if view else ()
    after = [call for call in since if call.key_id in acted_at and call.at >= acted_at[call.key_id]]
    begun = [call for call in after if _began(call) > acted_at[call.key_id] + GRACE]
    ended = [call for call in after if _began(call) <= acted_at[call.key_id] + GRACE]
    quiet_since = max((call.at for call in after), default=last_at)
    is_refused = all(key.status(now) is not KeyStatus.ACTIVE for key in keys)
    is_heard = all(snapshot.knows_calls_of(key.id, BASE_CALLS) for key in keys)
    in_flight = sum(key.in_flight or 0 for key in keys)
    allowed = {key.id for key in keys if key.id in limited and key.status(now) is KeyStatus.ACTIVE}
    if any(call.key_id not in allowed for call in begun):
        verdict = Verdict.GOES_ON
    elif is_refused and not in_flight and is_heard and heard_at is not None and heard_at > quiet_since:
        verdict = Verdict.CONTAINED
    else:
        verdict = Verdict.WATCHING
    return Proof(
        keys,
        verdict,
        last_at,
        quiet_since,
        in_flight,
        len(ended),
        sum((call.billed_usd for call in ended), start=Decimal(0)),
        len(begun),
        _burn(view, first_at - BURN_WINDOW, first_at),
        _burn(view, quiet_since + AFTER, now) if verdict is Verdict.CONTAINED else None,
    )


def mark(proof: Proof) -> Cell:
    """The verdict in a word."""
    return {
        Verdict.CONTAINED: Cell(_("✓ contained"), Emphasis.GOOD),
        Verdict.WATCHING: Cell(_("… watching"), Emphasis.WARNING),
        Verdict.GOES_ON: Cell(_("■ goes on"), Emphasis.CRITICAL),
    }[proof.verdict]


def proof_lines(proof: Proof, look: DisplayContext) -> tuple[Line, ...]:
    """The proof in words."""
    word = mark(proof)
    return ((Cell(f"{word.text.split()[0]} ", word.emphasis), Cell(sentence(proof, look))),)


def sentence(proof: Proof, look: DisplayContext) -> str:
    """The verdict on the keys with its evidence."""
    acted = fmt.clock_time(proof.acted_at, look.zone)
    if proof.verdict is Verdict.CONTAINED:
        head = _("contained at {time}").format(time=fmt.clock_time(proof.quiet_since, look.zone))
    elif proof.verdict is Verdict.GOES_ON:
        told = plural("goes on: {n} call began after {time}", "goes on: {n} calls began after {time}", proof.begun)
        head = told.format(n=proof.begun, time=acted)
    else:
        head = _("acted at {time}, watching").format(time=acted)
    facts = [plural("{n} in flight", "{n} in flight", proof.in_flight).format(n=proof.in_flight)]
    if proof.ended:
        told = plural("{n} call ended after it, {amount}", "{n} calls ended after it, {amount}", proof.ended)
        facts.append(told.format(n=proof.ended, amount=fmt.usd(proof.ended_usd)))
    if proof.burn_before_usd is not None and proof.burn_after_usd is not None:
        before, after = fmt.usd(proof.burn_before_usd), fmt.usd(proof.burn_after_usd)
        facts.append(_("burn {before} → {after}/h").format(before=before, after=after))
    who = look.key_name(proof.keys[0]) if len(proof.keys) == 1 else keys_word(len(proof.keys))
    return of(who, " · ".join((head, *facts)))


def _began(call: Call) -> datetime:
    return call.at - timedelta(milliseconds=call.duration_ms or 0)


def _burn(view: CallView | None, start: datetime, end: datetime) -> Decimal | None:
    """Wallet cost per hour over a span; None if the records do not cover it or it is too short."""
    if view is None or end - start < MIN_WINDOW or not view.covers(start):
        return None
    spent = sum((call.billed_usd for call in view.log.between(start, end) if call.is_wallet), start=Decimal(0))
    return spent * Decimal(3600) / Decimal((end - start).total_seconds())
