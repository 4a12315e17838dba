"""The object of `aktop triage --json` (schema aktop.triage/1): absent knowledge is null, never 0."""

from decimal import Decimal

from tui.headless import figures
from tui.monitor.questions import AskKeyCosts
from tui.monitor.snapshot import Snapshot
from tui.present import triage
from tui.present.look import Look
from tui.triage.report import Report, State
from tui.triage.spikes import Spike
from tui.triage.suspects import Suspect


def triage_json(report: Report, snapshot: Snapshot, look: Look) -> dict[str, object]:
    """The whole object."""
    return {
        "schema": "aktop.triage/1",
        "at": figures.time(look.now, look.zone),
        "since": figures.time(report.since, look.zone),
        "history": {"days": report.history_days, "step": report.step.value},
        "steps": [
            {"step": line.id, "state": line.state.value, "sentence": line.sentence}
            for line in triage.steps(report, snapshot, look)
        ],
        "findings": _findings(report, snapshot, look),
        "likely_cause": [_suspect(one, report, snapshot) for one in report.suspects] if report.is_incident else [],
        "time_to_empty": {
            "usual_pace": figures.time(report.usual_empty_at, look.zone) if report.knows_pace else None,
            "current_rate": figures.time(report.current_empty_at, look.zone),
        },
        "contain": _contain(report, snapshot, look),
    }


def _findings(report: Report, snapshot: Snapshot, look: Look) -> list[dict[str, object]]:
    found = []
    if report.spike is not None:
        found.append(_spike(report.spike, None, report, snapshot, look))
    found += [_spike(spike, key_id, report, snapshot, look) for key_id, spike in report.key_spikes.items()]
    for storm in report.storms:
        found.append(
            {
                "kind": "loop" if storm.even_gap_s is not None else "storm",
                "severity": "warning",
                "state": "firing",
                "since": figures.time(storm.calls[-1].at, look.zone),
                "sentence": triage.storm_sentence(storm, look),
                "key_id": None,
                "model": storm.newest.model or None,
                "figures": {"errors": len(storm.calls), "status_code": storm.newest.status_code},
            }
        )
    for one in report.repeats:
        found.append(
            {
                "kind": "paid_repeats",
                "severity": "info",
                "state": "firing",
                "since": figures.time(one.since, look.zone),
                "sentence": triage.repeat_sentence(one, snapshot, look),
                "key_id": one.key_id,
                "model": one.model,
                "figures": {"repeats": one.count, "billed_usd": figures.number(one.usd)},
            }
        )
    return found


def _spike(spike: Spike, key_id: int | None, report: Report, snapshot: Snapshot, look: Look) -> dict[str, object]:
    worst = spike.worst
    return {
        "kind": "spike",
        "severity": "critical" if report.is_critical else "warning",
        "state": "firing" if spike.is_confirmed and (spike.is_critical or len(spike.hours) > 1) else "pending",
        "since": figures.time(spike.since, look.zone),
        "sentence": triage.spike_text(spike, look),
        "key_id": key_id,
        "model": report.why.shift.model if report.why is not None and report.why.shift is not None else None,
        "figures": {
            "worst_hour": figures.time(worst.start, look.zone),
            "worst_hour_usd": _usd(worst.actual_usd),
            "usual_usd": _usd(worst.usual.level_usd),
            "times_usual": None if spike.times_usual is None else round(spike.times_usual, 2),
            "hours": len(spike.hours),
        },
        "scope": {
            "from": figures.time(spike.since, look.zone),
            "to": figures.time(look.now, look.zone),
            "key_id": key_id,
        },
    }


def _suspect(one: Suspect, report: Report, snapshot: Snapshot) -> dict[str, object]:
    key = snapshot.key(one.key_id)
    is_first = report.suspects[0] == one
    reason = report.why if is_first else None
    badges = {"new": one.is_new, "dormant": one.is_dormant, "first_look": one.is_first_look}
    return {
        "key_id": one.key_id,
        "name": key.name if key is not None else None,
        "excess_usd": _usd(one.excess_usd),
        "share": round(one.share, 4),
        "why": None
        if reason is None
        else {
            "volume_usd": _usd(reason.volume_usd),
            "mix_usd": _usd(reason.mix_usd),
            "rate_usd": _usd(reason.rate_usd),
            "sentence": triage.why_sentence(reason, report.is_incident),
        },
        "badges": [name for name, is_so in badges.items() if is_so],
    }


def _contain(report: Report, snapshot: Snapshot, look: Look) -> list[dict[str, object]]:
    likely = report.likely
    if likely is None or report.spike_state is not State.FOUND:
        return []
    ways: list[dict[str, object]] = [
        {
            "key_id": likely.key_id,
            "action": "disable",
            "limits": {},
            "sentence": triage.disable_sentence(likely, snapshot),
        }
    ]
    cost = (snapshot.data(AskKeyCosts()) or {}).get(likely.key_id)
    if cost is not None and cost.usual_day_usd:
        twice = (2 * cost.usual_day_usd).quantize(Decimal("0.01"))
        sentence = triage.limit_sentence(float(twice))
        limits = {"1d": figures.number(twice)}
        ways.append({"key_id": likely.key_id, "action": "limit", "limits": limits, "sentence": sentence})
    return ways


def _usd(amount: float) -> Decimal | None:
    return figures.number(Decimal(str(round(amount, 6))))
