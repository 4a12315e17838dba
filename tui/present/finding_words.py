"""What triage found, in words: one sentence a finding, and the line that a banner shows of it."""

from collections.abc import Sequence

from tui.locale import _, plural
from tui.monitor.burn import BURN_WINDOW
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.header import when_empty
from tui.present.key_names import key_name as key_name
from tui.present.signs import signed
from tui.triage.baselines import DAY
from tui.triage.causes import CostCause
from tui.triage.failing import Failing
from tui.triage.findings import Finding, FindingKind
from tui.triage.incidents import Incident, Phase
from tui.triage.origins import NewOrigin, OriginKind
from tui.triage.past_incidents import PastIncident
from tui.triage.plans import ShortPlan
from tui.triage.repeats import Repeats
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.storms import ErrorBurst
from tui.triage.unit_cost import UnitCostRise
from widgets.values import Cell, Line
from widgets.values import Emphasis as Shown

MORE_PLACES = 2
"""So many other new places of a key stand beside the first."""


def finding_line(incident: Incident, report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident in one line, as far as the report still shows it; nothing when it does not."""
    key_id = incident.key_id
    if incident.kind is FindingKind.SPIKE:
        return incident_line(report, snapshot, look, incident.severity) if report.has_spike else ()
    if incident.kind is FindingKind.LEAK:
        leak = next((one for one in report.leaks if one.key_id == key_id), None)
        return _headed(incident.severity, _("SLOW LEAK"), leak_sentence(leak, snapshot, look)) if leak else ()
    if incident.kind is FindingKind.DEARER:
        dearer = next((one for one in report.dearer if one.key_id == key_id), None)
        return _headed(incident.severity, _("DEARER CALLS"), dearer_sentence(dearer, snapshot, look)) if dearer else ()
    if incident.kind is FindingKind.PLACE:
        places = [one for one in report.places if one.key_id == key_id]
        return _headed(incident.severity, _("NEW PLACE"), places_sentence(places, snapshot, look)) if places else ()
    if incident.kind is FindingKind.FAILING:
        failing = next((one for one in report.failing if one.key_id == key_id), None)
        return _headed(incident.severity, _("FAILING"), failing_sentence(failing, snapshot, look)) if failing else ()
    own = [one for one in report.storms if report.key_ids.get(one.newest.key_name) == key_id]
    if incident.kind is FindingKind.STORM and own:
        storm = max(own, key=lambda one: len(one.calls))
        head = _("ERROR LOOP") if storm.is_loop else _("ERROR STORM")
        return _headed(incident.severity, head, storm_sentence(storm, look))
    if incident.kind is FindingKind.PLAN and report.plans:
        return _headed(incident.severity, _("PLAN RUNS OUT"), plan_sentence(report.plans[0], snapshot, look))
    if incident.kind is FindingKind.LOW_BALANCE:
        at = report.first_empty_at if report.empties_soon else report.usual_empty_at
        return _headed(incident.severity, _("LOW BALANCE"), _("empty {when}").format(when=when_empty(at, look)))
    return ()


def sentence(one: Finding, report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """A finding in one sentence."""
    if one.kind is FindingKind.SPIKE:
        by_key = {**report.key_spikes, **report.key_hits}
        spike = report.spike if one.key_id is None else by_key.get(one.key_id)
        told = spike_text(spike, look) if spike is not None else ""
        return told if one.key_id is None else f"{key_name(one.key_id, snapshot, look)}: {told}"
    incident = Incident(one.kind, one.key_id, Phase.FIRING, one.severity, one.since, one.hit_at, one.cause)
    return "".join(cell.text for cell in finding_line(incident, report, snapshot, look)[1:])


MIDNIGHT = "00:00"


def leak_sentence(leak: SlowSpend, snapshot: Snapshot, look: DisplayContext) -> str:
    """A day that costs far more than usual though no hour of it stands out."""
    whose = key_name(leak.key_id, snapshot, look) if leak.key_id is not None else _("the account")
    times = f" (×{fmt.times(leak.times_usual)})" if leak.times_usual else ""
    since = fmt.clock_time(leak.since, look.zone, seconds=False)
    told = _("{key}: {amount} by {time}, usual {usual}{times}")
    if leak.until - leak.since == DAY:
        told = _("{key}: {amount} in the 24 h up to {time}, usual {usual}{times}")
    elif since != MIDNIGHT:
        told = _("{key}: {amount} from {since} to {time}, usual {usual}{times}")
    return told.format(
        key=whose,
        since=since,
        amount=fmt.usd_float(leak.today_usd),
        time=fmt.clock_time(leak.until, look.zone, seconds=False),
        usual=fmt.usd_float(leak.usual_usd),
        times=times,
    )


def dearer_sentence(one: UnitCostRise, snapshot: Snapshot, look: DisplayContext) -> str:
    """Calls that cost more each."""
    return _("{key}: a call costs {amount}, usual {usual} (×{times}): {why}").format(
        key=key_name(one.key_id, snapshot, look),
        amount=fmt.usd_exact(one.call_usd),
        usual=fmt.usd_exact(one.usual_call_usd),
        times=fmt.times(one.times_usual),
        why=why_sentence(one.why, True),
    )


def place_sentence(one: NewOrigin, snapshot: Snapshot, look: DisplayContext) -> str:
    """A key used from where, or by what, it never was before."""
    told = plural(
        "{key} by a new program, {value}: {n} call, {amount}",
        "{key} by a new program, {value}: {n} calls, {amount}",
        one.calls,
    )
    value = one.value
    if one.kind is OriginKind.IP:
        told, value = (
            plural(
                "{key} from a new address, {value}: {n} call, {amount}",
                "{key} from a new address, {value}: {n} calls, {amount}",
                one.calls,
            ),
            look.ip(one.value),
        )
    several = plural("{n} key", "{n} keys", one.keys).format(n=one.keys)
    name = key_name(one.key_id, snapshot, look) if one.key_id is not None else several
    return told.format(key=name, value=value, n=one.calls, amount=fmt.usd_float(one.billed_usd))


def places_sentence(places: Sequence[NewOrigin], snapshot: Snapshot, look: DisplayContext) -> str:
    """Where a key is used from now: an address and a program of the same calls are told in one."""
    first = places[0]
    told = place_sentence(first, snapshot, look)
    more = [one for one in places[1:] if (one.kind, one.value) != (first.kind, first.value)]
    if not more:
        return told
    named = ", ".join(look.ip(one.value) if one.kind is OriginKind.IP else one.value for one in more[:MORE_PLACES])
    return _("{told}; new as well: {places}").format(told=told, places=named)


def failing_sentence(one: Failing, snapshot: Snapshot, look: DisplayContext) -> str:
    """A key most of whose calls fail."""
    return plural(
        "{key}: {failed} of {n} call failed, mostly {status} {category}",
        "{key}: {failed} of {n} calls failed, mostly {status} {category}",
        one.calls,
    ).format(
        key=key_name(one.key_id, snapshot, look),
        failed=one.failed,
        n=one.calls,
        status=one.status_code,
        category=one.category,
    )


def plan_sentence(one: ShortPlan, snapshot: Snapshot, look: DisplayContext) -> str:
    """A plan's window that is full or soon is, and whose calls fill it."""
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
    """The span of a plan's window, behind an amount."""
    return {"daily": _("day"), "weekly": _("week"), "monthly": _("month")}.get(name, name)


def earlier_sentence(one: PastIncident, snapshot: Snapshot, look: DisplayContext) -> str:
    """A spike that is over: whose, from when to when, and what it cost above usual."""
    name = key_name(one.key_id, snapshot, look) if one.key_id is not None else _("the account")
    return _("{key}, {start} to {end}: {amount} above usual").format(
        key=name,
        start=fmt.moment(one.since, look.now, look.zone),
        end=fmt.moment(one.until, look.now, look.zone),
        amount=fmt.usd_float(one.excess_usd),
    )


def unseen_line(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident that was seen before and cannot be looked at now: that it has ended is not known."""
    whose = incident.key_id if incident.key_id is not None else incident.cause
    told = _("{what} of {key} since {time}, last seen {last}")
    if whose is None:
        told = _("{what} since {time}, last seen {last}")
    since, last = (fmt.moment(at, look.now, look.zone) for at in (incident.since, incident.last_hit_at))
    key = key_name(whose, snapshot, look) if whose is not None else ""
    return (signed(incident.severity, told.format(what=kind_word(incident.kind), key=key, time=since, last=last)),)


def over_words(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> str:
    """That an incident is over."""
    whose = incident.key_id if incident.key_id is not None else incident.cause
    told = _("✓ over: {what} of {key}, since {time}") if whose is not None else _("✓ over: {what}, since {time}")
    key = key_name(whose, snapshot, look) if whose is not None else ""
    return told.format(what=kind_word(incident.kind), key=key, time=fmt.moment(incident.since, look.now, look.zone))


def kind_word(kind: FindingKind) -> str:
    """What a kind of finding is called."""
    return {
        FindingKind.SPIKE: _("spike"),
        FindingKind.LEAK: _("slow leak"),
        FindingKind.DEARER: _("dearer calls"),
        FindingKind.STORM: _("error storm"),
        FindingKind.FAILING: _("failing calls"),
        FindingKind.PLACE: _("new place"),
        FindingKind.PLAN: _("plan runs out"),
        FindingKind.LOW_BALANCE: _("low balance"),
    }[kind]


def _headed(severity: Severity, head: str, text: str) -> Line:
    return signed(severity, f"{head}  "), Cell(text)


def why_sentence(reason: CostCause | None, is_incident: bool) -> str:
    """Why a key costs more, by the largest part."""
    if reason is None:
        return _("not yet: the calls do not reach back so far") if is_incident else _("nothing to explain")
    if reason.main == "mix" and reason.shift is not None:
        shift = reason.shift
        return _("{model} {before} → {after} of calls").format(
            model=shift.model, before=fmt.percent(shift.before), after=fmt.percent(shift.after)
        )
    if reason.main == "rate":
        return rate_text(reason)
    return volume_text(reason)


def storm_sentence(storm: ErrorBurst, look: DisplayContext) -> str:
    """A storm: how many equal errors of which key, in what time."""
    name = look.name(storm.newest.key_name) if storm.newest.key_name else fmt.UNKNOWN
    told = plural("{n} error of {key} in {span}", "{n} equal errors of {key} in {span}", len(storm.calls))
    return told.format(n=len(storm.calls), key=name, span=fmt.span(storm.length))


def repeat_sentence(one: Repeats, snapshot: Snapshot, look: DisplayContext) -> str:
    """Possible paid repeats, with the money of all but the first."""
    told = plural("{n} possible repeat of {key}, {amount}", "{n} possible repeats of {key}, {amount}", one.count)
    return told.format(n=one.count, key=key_name(one.key_id, snapshot, look), amount=fmt.usd(one.usd))


def volume_text(reason: CostCause) -> str:
    """How many times the calls."""
    before, after = reason.calls_per_h
    if before <= 0:
        number = round(after)
        return plural("{n} call an hour, none before", "{n} calls an hour, none before", number).format(n=number)
    return _("×{times} calls").format(times=fmt.times(after / before))


def rate_text(reason: CostCause) -> str:
    """What made a call dearer: the cache, or the multiplier."""
    hit_before, hit_after = reason.hit_rate
    factor_before, factor_after = reason.multiplier
    if factor_before is not None and factor_after is not None and abs(factor_after - factor_before) > 0.02:
        return _("multiplier {before} → {after}").format(before=f"{factor_before:.2f}", after=f"{factor_after:.2f}")
    if hit_before is not None and hit_after is not None and hit_before - hit_after > 0.05:
        told = _("cache hits {before} → {after}")
        return told.format(before=fmt.percent(hit_before), after=fmt.percent(hit_after))
    return _("tokens per call")


def culprit(report: Report | None, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The likely cause and what it cost above usual; nothing while there is no incident."""
    if report is None or report.likely is None:
        return ()
    above = _("{amount} above usual").format(amount=fmt.usd_float(report.likely.excess_usd))
    return Cell(f"{key_name(report.likely.key_id, snapshot, look)} ", Shown.STRONG), Cell(above)


def spike_text(spike: Spike, look: DisplayContext) -> str:
    """The worst hour of a spike, and what is usual at that hour."""
    worst = spike.worst
    when = fmt.clock_time(worst.start, look.zone, seconds=False)
    if worst.is_running:
        when = _("{time} (still running)").format(time=when)
    usual = fmt.usd_float(worst.usual.level_usd)
    return _("{amount} at {time}, usual ≤ {usual}").format(
        amount=fmt.usd_float(worst.actual_usd), time=when, usual=usual
    )


def contained_line(report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """That an incident is contained, and whose it was; nothing while it is not."""
    if report.contained_at is None:
        return ()
    head = _("✓ contained {time}").format(time=fmt.moment(report.contained_at, look.now, look.zone))
    words = [Cell(f"{head}  ", Shown.GOOD), *culprit(report, snapshot, look)]
    if look.now - report.contained_at < BURN_WINDOW:
        words.append(Cell(_(", burn falling")))
    return tuple(words)


def incident_line(report: Report, snapshot: Snapshot, look: DisplayContext, severity: Severity | None = None) -> Line:
    """The incident in one line, as bad as it was at its worst where that is known."""
    since = report.since
    assert since is not None
    if severity is None:
        severity = Severity.CRITICAL if report.is_critical else Severity.WARNING
    head = _("SPIKE since {time}").format(time=fmt.moment(since, look.now, look.zone))
    words = [signed(severity, f"{head}  ")]
    if report.likely is not None:
        words.extend(culprit(report, snapshot, look))
        words.append(Cell(_(", {share} of the excess").format(share=fmt.percent(report.likely.share))))
    if report.why is not None:
        words.append(Cell(f": {why_sentence(report.why, True)}"))
    return tuple(words)
