"""Findings in words: the name and rule of each kind, and each finding as a sentence."""

from collections.abc import Sequence
from typing import assert_never

from msgspec import Struct

from tui.locale import _, plural
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.cause_words import call_sentence, multiplier_text
from tui.present.clauses import clauses, of
from tui.present.display_context import DisplayContext
from tui.present.header import first_empty_at, when_empty
from tui.present.key_names import key_name
from tui.present.refusal_words import failing_sentence, storm_head, storm_sentence
from tui.triage.failing import Failing
from tui.triage.findings import FindingKind
from tui.triage.forecast import Forecast
from tui.triage.growth import Growth
from tui.triage.origins import NewOrigin, OriginKind
from tui.triage.past_incidents import PastIncident
from tui.triage.plans import ShortPlan
from tui.triage.repeats import Repeats
from tui.triage.rules import AnyFinding
from tui.triage.rules.origin import KeyOrigins
from tui.triage.rules.price import CostlyChange, PriceChanges
from tui.triage.rules.storm import KeyStorms
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.takeovers import Takeover
from tui.triage.unit_cost import UnitCostRise

MORE_PRICES = 2
MORE_ORIGINS = 2
"""At most this many other new origins of a key are named beside the first."""


class KindWords(Struct, frozen=True):
    """The name of a kind of finding, and its rule in a sentence that uses the words of its figures."""

    name: str
    rule: str


def words_of(kind: FindingKind) -> KindWords:
    """The words of a kind."""
    match kind:
        case FindingKind.SPIKE:
            return KindWords(
                _("spike"),
                _(
                    "An hour at or above its bound: the largest of factor × max(Q, A), Q + F, and habit factor × "
                    "habit, raised by what came before. It is an alarm at the second hit within three hours, or at "
                    "once when it is far above, and when all of it cost enough."
                ),
            )
        case FindingKind.SLOW_SPEND:
            return KindWords(
                _("slow spend"),
                _(
                    "Nearly every hour of the last sixteen costs at least the base: factor times what such hours "
                    "usually cost at least, and the highest factor times the highest of three weeks."
                ),
            )
        case FindingKind.GROWTH:
            return KindWords(
                _("growth"),
                _(
                    "The last two days cost factor times what two days usually do, and highest factor times the most "
                    "that any two of three weeks did; only of a key whose days are alike."
                ),
            )
        case FindingKind.UNIT_COST:
            return KindWords(
                _("unit cost"),
                _("A call costs factor times the usual or more, over enough calls, and that costs enough."),
            )
        case FindingKind.PRICE:
            return KindWords(
                _("price"),
                _(
                    "The multiplier of a group is another than its calls had before, or enough calls of a model pay "
                    "another price for a token, of one service tier and contexts of about the same size."
                ),
            )
        case FindingKind.STORM:
            return KindWords(
                _("error storm"),
                _(
                    "Enough refusals or errors of one kind within the span, and at least so large a part of the calls "
                    "meanwhile. What a provider refuses has to last for some minutes."
                ),
            )
        case FindingKind.ORIGIN:
            return KindWords(
                _("new origin"), _("The key was never used from there in all the calls that were learnt from.")
            )
        case FindingKind.FAILING:
            return KindWords(
                _("failing calls"),
                _("Of enough calls in the last hour, at least so large a part failed, with whatever error."),
            )
        case FindingKind.PLAN:
            return KindWords(
                _("plan runs out"),
                _(
                    "A plan's window is used up, or more than its least part is and the pace of the last hour fills it "
                    "soon, before it starts anew."
                ),
            )
        case FindingKind.LOW_BALANCE:
            return KindWords(
                _("low balance"),
                _("The first moment at which usual and extra cost together have used the balance up."),
            )
        case _:
            assert_never(kind)


def kind_word(kind: FindingKind) -> str:
    """The name of a kind of finding."""
    return words_of(kind).name


class FindingWords(Struct, frozen=True):
    """A finding in words: the head of its line, and a sentence."""

    head: str
    sentence: str


def in_words(found: AnyFinding, snapshot: Snapshot, look: DisplayContext) -> FindingWords:
    """A finding in words."""
    evidence = found.evidence
    match evidence:
        case Spike():
            text = spike_text(evidence, look)
            key_id = found.key_id
            return FindingWords(_("SPIKE"), text if key_id is None else of(key_name(key_id, snapshot, look), text))
        case SlowSpend():
            return FindingWords(_("SLOW SPEND"), slow_spend_sentence(evidence, snapshot, look))
        case Growth():
            return FindingWords(_("GROWTH"), growth_sentence(evidence, snapshot, look))
        case UnitCostRise():
            return FindingWords(_("UNIT COST UP"), unit_cost_sentence(evidence, snapshot, look))
        case PriceChanges():
            return FindingWords(_("PRICE"), price_sentence(evidence, snapshot, look))
        case KeyStorms():
            storm = evidence.worst
            return FindingWords(storm_head(storm), storm_sentence(storm, snapshot, look))
        case KeyOrigins():
            return FindingWords(_("NEW ORIGIN"), origins_sentence(evidence.origins, snapshot, look))
        case Failing():
            return FindingWords(_("FAILING"), failing_sentence(evidence, snapshot, look))
        case ShortPlan():
            return FindingWords(_("PLAN RUNS OUT"), plan_sentence(evidence, snapshot, look))
        case Forecast():
            is_soon = evidence.empties_soon(found.hit_at)
            return FindingWords(_("LOW BALANCE"), _empty_sentence(evidence, snapshot, look, is_soon=is_soon))
        case _:
            assert_never(evidence)


def _empty_sentence(forecast: Forecast, snapshot: Snapshot, look: DisplayContext, *, is_soon: bool) -> str:
    """What is left, and when it is gone: at the current rate, as the header says it, or at the usual pace."""
    profile = snapshot.data(AskProfile())
    when = when_empty(first_empty_at(forecast, snapshot, look) if is_soon else forecast.usual_empty_at, look)
    if profile is None:
        return _("empty {when}").format(when=when)
    return _("{amount} left, empty {when}").format(amount=fmt.usd(profile.balance_usd), when=when)


def spike_text(spike: Spike, look: DisplayContext) -> str:
    """The worst hour of a spike, and what is usual at that hour."""
    worst = spike.worst
    if worst.is_rolling:
        told = _("{amount} in the last 60 min, usual ≤ {usual}")
        return told.format(amount=fmt.usd_float(worst.actual_usd), usual=fmt.usd_float(worst.usual.level_usd))
    when = fmt.clock_time(worst.start, look.zone, seconds=False)
    if worst.is_running:
        when = _("{time} (still running)").format(time=when)
    usual = fmt.usd_float(worst.usual.level_usd)
    return _("{amount} at {time}, usual ≤ {usual}").format(
        amount=fmt.usd_float(worst.actual_usd), time=when, usual=usual
    )


def slow_spend_sentence(slow: SlowSpend, snapshot: Snapshot, look: DisplayContext) -> str:
    """A cost in every hour that was not there before."""
    whose = key_name(slow.key_id, snapshot, look) if slow.key_id is not None else _("the account")
    return _(
        "{key}: {base}/h or more in nearly every hour since {since}, usual {usual}/h: {amount} above usual"
    ).format(
        key=whose,
        base=fmt.usd_float(slow.base_usd_per_h),
        since=fmt.moment(slow.since, look.now, look.zone),
        usual=fmt.usd_float(slow.usual_usd_per_h),
        amount=fmt.usd_float(slow.excess_usd),
    )


def growth_sentence(one: Growth, snapshot: Snapshot, look: DisplayContext) -> str:
    """A cost that grew from day to day."""
    return _("{key}: {amount} in the last two days, usual {usual}, never more than {highest} before").format(
        key=key_name(one.key_id, snapshot, look),
        amount=fmt.usd_float(one.usd),
        usual=fmt.usd_float(one.usual_usd),
        highest=fmt.usd_float(one.highest_usd),
    )


def unit_cost_sentence(one: UnitCostRise, snapshot: Snapshot, look: DisplayContext) -> str:
    """Calls that cost more each."""
    told = _("{key}: a call costs {amount}, usual {usual} (×{times}): {why}").format(
        key=key_name(one.key_id, snapshot, look),
        amount=f"${fmt.usd_exact(one.call_usd)}",
        usual=f"${fmt.usd_exact(one.usual_call_usd)}",
        times=fmt.times(one.times_usual),
        why=call_sentence(one.why),
    )
    if not one.others:
        return told
    more = plural("{n} more key since then", "{n} more keys since then", one.others)
    return clauses((told, more.format(n=fmt.count(one.others))))


def price_sentence(evidence: PriceChanges, snapshot: Snapshot, look: DisplayContext) -> str:
    """Which price changed and when, for how many keys, and the extra cost."""
    move = evidence.move
    if move is not None:
        return _("{key} went from {before} to {after}: {multiplier} since {time}").format(
            key=key_name(move.key_id, snapshot, look),
            before=_group_name(move.group_before),
            after=_group_name(move.group_after),
            multiplier=multiplier_text(move.before, move.after),
            time=fmt.moment(move.since, look.now, look.zone),
        )
    told = [_price_text(one, look) for one in evidence.changes[:MORE_PRICES]]
    more = len(evidence.changes) - MORE_PRICES
    if more > 0:
        told.append(plural("{n} more", "{n} more", more).format(n=more))
    return clauses(told)


def _price_text(one: CostlyChange, look: DisplayContext) -> str:
    change = one.change
    what, price = change.model, _("price per token ×{times}").format(times=fmt.times(change.times))
    if what is None:
        what, price = _group_name(change.group_name), multiplier_text(change.before, change.after)
    sign = "+" if one.usd_per_h >= 0 else "−"
    return plural(
        "{what}: {price} since {time}, {n} key, {amount}/h",
        "{what}: {price} since {time}, {n} keys, {amount}/h",
        len(change.keys),
    ).format(
        what=what,
        price=price,
        time=fmt.moment(change.since, look.now, look.zone),
        n=len(change.keys),
        amount=f"{sign}{fmt.usd_float(abs(one.usd_per_h))}",
    )


def _group_name(name: str | None) -> str:
    return name or _("no group")


def origins_sentence(origins: Sequence[NewOrigin], snapshot: Snapshot, look: DisplayContext) -> str:
    """A key used from origins that are new to it."""
    first = origins[0]
    several = plural("{n} key", "{n} keys", first.keys).format(n=first.keys)
    name = key_name(first.key_id, snapshot, look) if first.key_id is not None else several
    return f"{name} {origin_words(origins, look)}"


def origin_words(origins: Sequence[NewOrigin], look: DisplayContext) -> str:
    """What is said of the key: an address and a program of the same calls share a sentence."""
    first = origins[0]
    calls = plural("{n} call, {amount}", "{n} calls, {amount}", first.calls).format(
        n=fmt.count(first.calls), amount=fmt.usd_float(first.billed_usd)
    )
    count, values = 1 + len(first.others), _values(first, look)
    if first.kind is OriginKind.IP:
        told = plural("from a new address, {values}: {calls}", "from {n} new addresses, {values}: {calls}", count)
    else:
        told = plural("by a new program, {values}: {calls}", "by {n} new programs, {values}: {calls}", count)
    told = told.format(n=fmt.count(count), values=values, calls=calls)
    more = [one for one in origins[1:] if (one.kind, one.value) != (first.kind, first.value)][:MORE_ORIGINS]
    if not more:
        return told
    named = ", ".join(_values(one, look) if len(one.others) < MORE_ORIGINS else _number(one) for one in more)
    return _("{told}; new as well: {origins}").format(told=told, origins=named)


def _values(origin: NewOrigin, look: DisplayContext) -> str:
    """The address or program; of several the first few."""
    shown = (origin.value, *origin.others)[:MORE_ORIGINS]
    named = ", ".join(look.ip(value) if origin.kind is OriginKind.IP else value for value in shown)
    return named if len(shown) > len(origin.others) else f"{named} …"


def _number(origin: NewOrigin) -> str:
    """How many addresses or programs they are."""
    count = 1 + len(origin.others)
    if origin.kind is OriginKind.IP:
        return plural("{n} address", "{n} addresses", count).format(n=fmt.count(count))
    return plural("{n} program", "{n} programs", count).format(n=fmt.count(count))


def plan_sentence(one: ShortPlan, snapshot: Snapshot, look: DisplayContext) -> str:
    """A plan's window that is full or soon will be, and whose calls fill it."""
    told = _("{plan}: {used} of {limit} a {window}").format(
        plan=one.plan,
        used=fmt.usd_float(one.used_usd),
        limit=fmt.usd_float(one.limit_usd),
        window=window_word(one.window),
    )
    if one.full_at is not None:
        told += _(", full ≈ {time}").format(time=fmt.moment(one.full_at, look.now, look.zone))
    elif one.resets_at is not None:
        told += _(", its keys are refused until {time}").format(time=fmt.moment(one.resets_at, look.now, look.zone))
    else:
        told += _(", its keys are refused")
    if one.key_id is None:
        return told
    name, share = key_name(one.key_id, snapshot, look), fmt.percent(one.key_share)
    return told + _("; {key} has {share} of the last hour").format(key=name, share=share)


def window_word(name: str) -> str:
    """The span of a plan's window, after an amount."""
    return {"daily": _("day"), "weekly": _("week"), "monthly": _("month")}.get(name, name)


def repeat_sentence(one: Repeats, snapshot: Snapshot, look: DisplayContext) -> str:
    """Possible paid repeats, with the cost of all but the first call."""
    told = plural("{n} possible repeat of {key}, {amount}", "{n} possible repeats of {key}, {amount}", one.count)
    return told.format(n=one.count, key=key_name(one.key_id, snapshot, look), amount=fmt.usd(one.usd))


def earlier_sentence(one: PastIncident, snapshot: Snapshot, look: DisplayContext) -> str:
    """A spike that is over: its key, its span, and its cost above usual."""
    name = key_name(one.key_id, snapshot, look) if one.key_id is not None else _("the account")
    return _("{key}, {start} to {end}: {amount} above usual").format(
        key=name,
        start=fmt.moment(one.since, look.now, look.zone),
        end=fmt.moment(one.until, look.now, look.zone),
        amount=fmt.usd_float(one.excess_usd),
    )


def takeover_sentence(one: Takeover, snapshot: Snapshot, look: DisplayContext) -> str:
    """A key that goes on where another one stopped."""
    return _("{key} takes over from {other} since {time}").format(
        key=key_name(one.key_id, snapshot, look),
        other=key_name(one.from_id, snapshot, look),
        time=fmt.moment(one.since, look.now, look.zone),
    )
