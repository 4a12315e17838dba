"""An incident as Markdown, for a ticket or a mail: what was seen, its cost, the actions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tui.domain.clock import floor_hour
from tui.domain.intents import KeyState
from tui.domain.usage import HourlyCost
from tui.locale import _
from tui.monitor.questions import AskAccountHistory, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import gaps, triage
from tui.present.display_context import DisplayContext
from tui.present.header import current_empty_at, when_empty
from tui.present.incident_history import Known, again_lines
from tui.present.key_actions import FIELDS, field_word, limit_text, stored_word
from tui.present.key_names import key_name
from tui.store.journal import GUARD, Entry
from tui.triage.baselines import usual_at
from tui.triage.gaps import that_matter
from tui.triage.report import Report
from widgets.values import Line

HOUR = timedelta(hours=1)
HOURS_BEFORE = 6
MAX_HOURS = 48
BAR_WIDTH = 30
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~"})


def incident_text(
    report: Report, known: Known, entries: Iterable[Entry], snapshot: Snapshot, look: DisplayContext
) -> str:
    """The whole document. Text from outside is escaped: it remains text."""
    lines = [
        f"# {_('Incident report')} · {_safe(snapshot.gateway_url)}",
        "",
        _("As of {time}, all times {zone}.").format(time=fmt.stamp(look.now, look.zone), zone=look.zone.key),
        "",
        _text(triage.title(report, snapshot, look)),
        "",
        *_so_far(report, look),
        f"## {_('What was seen')}",
        "",
        *(
            f"- **{line.title}** ({line.state.value}): {_safe(line.sentence)}"
            for line in _steps(report, snapshot, look)
        ),
        "",
        *_section(_("Likely cause"), (_text(line) for line in triage.suspect_lines(report, snapshot, look)[1:])),
        *_again(known, snapshot, look),
        *_section(_("Why"), (_text(line) for line in triage.why_lines(report, snapshot, look)[1:])),
        *_hours(report, snapshot, look),
        *_section(_("What was done"), (_done(entry, snapshot, look) for entry in entries)),
        *_section(_("Balance"), _balance(report, snapshot, look)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _so_far(report: Report, look: DisplayContext) -> list[str]:
    """The verdict is preliminary, if not all was read."""
    if report.is_whole:
        return []
    told = _("Not a final verdict, not all was read: {what}.")
    return [f"**{_safe(told.format(what=gaps.lacks(that_matter(report.gaps), look)))}**", ""]


def _steps(report: Report, snapshot: Snapshot, look: DisplayContext) -> Iterable[triage.StepLine]:
    return triage.steps(report, snapshot, look)[:4]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    told = [f"- {line}" for line in lines if line]
    return [f"## {title}", "", *(told or [f"- {_('nothing')}"]), ""]


def _again(known: Known, snapshot: Snapshot, look: DisplayContext) -> list[str]:
    """It is not the first time; nothing if it is."""
    lines = [_text(line) for line in again_lines(known, snapshot, look)]
    return _section(_("Before"), lines) if lines else []


def _hours(report: Report, snapshot: Snapshot, look: DisplayContext) -> list[str]:
    """The hours from just before the incident on, as a text chart."""
    history = snapshot.data(AskAccountHistory())
    if history is None:
        return []
    this_hour = floor_hour(look.now)
    first = max((report.since or this_hour) - HOURS_BEFORE * HOUR, this_hour - MAX_HOURS * HOUR)
    count = round((this_hour - first) / HOUR)
    usd = history.hours(first, count)
    highest = max(usd, default=0.0)
    rows = [_hour(history, first + HOUR * index, amount, highest, report, look) for index, amount in enumerate(usd)]
    return [f"## {_('Wallet cost by the hour')}", "", "```", *rows, "```", ""]


def _hour(
    history: HourlyCost, start: datetime, usd: float, highest: float, report: Report, look: DisplayContext
) -> str:
    usual = usual_at(history, start, report.since).level_usd
    bar = "█" * round(BAR_WIDTH * usd / highest) if highest > 0 else ""
    flagged = report.spike is not None and any(hour.start == start for hour in report.spike.hours)
    local = start.astimezone(look.zone).strftime("%m-%d %H:%M")
    told = _("usual ≤ {amount}").format(amount=fmt.usd_float(usual))
    return f"{local}  {fmt.usd_float(usd):>10}  {bar:<{BAR_WIDTH}} {'▲' if flagged else ' '} {told}".rstrip()


def _done(entry: Entry, snapshot: Snapshot, look: DisplayContext) -> str:
    at = fmt.stamp(datetime.fromisoformat(entry.at), look.zone)
    whose = _safe(key_name(entry.key_id, snapshot, look)) if entry.key_id else _("reminder")
    undone = _(" (taken back)") if entry.undone else ""
    by = f" · {_('by the guard')}" if entry.by == GUARD else ""
    return f"{at} · {whose} · {_change(entry)} · {entry.stage.value}{by}{undone}"


def _change(entry: Entry) -> str:
    before, after = entry.before, entry.wanted
    if not isinstance(before, KeyState) or not isinstance(after, KeyState):
        return entry.action
    parts = [f"{stored_word(before.status)} → {stored_word(after.status)}"] if before.status != after.status else []
    for name in FIELDS:
        old, new = getattr(before.limits, name), getattr(after.limits, name)
        if old != new:
            parts.append(f"{field_word(name)} {limit_text(old)} → {limit_text(new)}")
    return ", ".join(parts) or entry.action


def _balance(report: Report, snapshot: Snapshot, look: DisplayContext) -> Iterable[str]:
    profile = snapshot.data(AskProfile())
    if profile is not None:
        yield fmt.usd(profile.balance_usd)
    if report.knows_pace:
        yield _("empty at the usual pace") + f" {when_empty(report.usual_empty_at, look)}"
    at = current_empty_at(snapshot, look, report)
    if at is not None:
        yield _("empty at this rate") + f" {when_empty(at, look)}"


def _text(line: Line) -> str:
    return _safe(" ".join("".join(cell.text for cell in line).split()))


def _safe(text: str) -> str:
    return text.translate(_SPECIAL)
