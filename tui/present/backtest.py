"""The backtest in words: the cost of reading the past, each notice, and how often there would have been one."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from tui.locale import _, plural
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.finding_words import kind_word
from tui.present.incident_lines import finding_line, over_words, unseen_line
from tui.present.signs import SIGNS
from tui.triage.findings import FindingKind
from tui.triage.incidents import IncidentNotice, NoticeKind
from tui.triage.report import Report
from tui.triage.severity import Severity
from widgets.layout import cell_width, fit
from widgets.values import Align

WEEK = timedelta(weeks=1)
_KEY_WIDTH = 20
_WIDTHS = (16, 7, 11, _KEY_WIDTH, 6, 9)
"""In cells; the notice itself comes last, and is never cut."""
_RIGHT = frozenset({2, 4, 5})


class PastCost(Struct, frozen=True):
    """The cost of reading the past back: records and pages of them. `per_minute` is the request limit, 0 for none."""

    days: int
    before: int
    """How many of them are read only for the usual level."""
    calls: int
    errors: int | None
    requests: int
    per_minute: int

    @property
    def minutes(self) -> int:
        """The least whole minutes of waiting for the request limit."""
        return 0 if not self.per_minute else max(0, -(-self.requests // self.per_minute) - 1)


def cost_sentence(cost: PastCost) -> str:
    """The cost of reading the past back, before it starts."""
    told = _("{days} days, {before} of them to know what is usual: {what}")
    requests = plural("{n} request", "{n} requests", cost.requests).format(n=fmt.count(cost.requests))
    what = ", ".join((_calls(cost.calls), _errors(cost.errors), requests))
    told = told.format(days=cost.days, before=cost.before, what=what)
    if not cost.minutes:
        return told
    at = _("{told}; at {n} a minute, the part of the gateway's limit that aktop may use, about {time} min")
    return at.format(told=told, n=cost.per_minute, time=cost.minutes)


def state_word(state: NoticeKind) -> str:
    """The reason for a notice."""
    return {
        NoticeKind.BEGAN: _("began"),
        NoticeKind.WORSE: _("worse"),
        NoticeKind.CAUSE: _("cause"),
        NoticeKind.OVER: _("over"),
    }[state]


def notice_sentence(
    notice: IncidentNotice, excess_usd: float | None, report: Report, snapshot: Snapshot, look: DisplayContext
) -> str:
    """A notice as it would have read then; `excess_usd` is the cost of what is over."""
    if notice.told is NoticeKind.OVER:
        return over_words(notice.incident, snapshot, look, excess_usd)
    line = finding_line(notice.incident, report, snapshot, look) or unseen_line(notice.incident, snapshot, look)
    return "".join(cell.text for cell in line).strip()


def head_line() -> str:
    """The head of the notices."""
    return _line((_("WHEN"), _("STATE"), _("AFTER"), _("KEY"), _("SHARE"), _("EXCESS")), _("WHAT WAS TO BE READ"))


def notice_line(
    notice: IncidentNotice,
    key: str | None,
    share: float | None,
    excess_usd: float | None,
    sentence: str,
    look: DisplayContext,
) -> str:
    """A past notice in one line: its figures, and its text."""
    figures = (
        _moment(look.now, look),
        state_word(notice.told),
        fmt.span(look.now - notice.incident.since),
        key or fmt.UNKNOWN,
        fmt.percent(share),
        fmt.usd_float(excess_usd) if excess_usd is not None else fmt.UNKNOWN,
    )
    return _line(figures, sentence)


def _line(figures: Iterable[str], sentence: str) -> str:
    fitted = (
        fit(text, width, Align.RIGHT if place in _RIGHT else Align.LEFT)
        for place, (text, width) in enumerate(zip(figures, _WIDTHS, strict=True))
    )
    return f"{'  '.join(fitted)}  {sentence}"


class JudgedSpan(Struct, frozen=True):
    """The judged span: from when to when, and its data."""

    begin: datetime
    end: datetime
    step: timedelta
    calls: int
    errors: int | None
    """None if it is not known which calls failed."""
    keys: int


def summary_lines(
    judged: JudgedSpan, told: Iterable[tuple[NoticeKind, FindingKind, Severity]], look: DisplayContext
) -> tuple[str, ...]:
    """Notices per week, by kind and severity."""
    weeks = (judged.end - judged.begin) / WEEK
    every = tuple(told)
    counted = Counter((kind, severity) for state, kind, severity in every if state is not NoticeKind.OVER)
    over = sum(state is NoticeKind.OVER for state, _kind, _severity in every)
    about = _("{begin} to {end} ({zone}), every {step}: {what}").format(
        begin=_moment(judged.begin, look),
        end=_moment(judged.end, look),
        zone=fmt.zone_name(look.zone),
        step=fmt.span(judged.step),
        what=", ".join((_calls(judged.calls), _errors(judged.errors), _keys(judged.keys))),
    )
    total = counted.total()
    if not total:
        return (about, _("Nothing would have been told."))
    rate = plural(
        "{n} notice in {weeks} weeks: {rate} a week.", "{n} notices in {weeks} weeks: {rate} a week.", total
    ).format(n=fmt.count(total), weeks=f"{weeks:.1f}", rate=_rate(total, weeks))
    if over:
        rate += " " + _("Not counted: {n} times that something was over.").format(n=fmt.count(over))
    levels = [level for level in reversed(Severity) if any(one is level for _kind, one in counted)]
    rows = [["", *(f"{SIGNS[level]} {_severity_word(level)}" for level in levels), _("a week")]]
    for kind in FindingKind:
        counts = [counted[kind, level] for level in levels]
        if any(counts):
            rows.append([kind_word(kind), *(fmt.count(count) for count in counts), _rate(sum(counts), weeks)])
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    table = (
        "  ".join(_cell(text, width, place) for place, (text, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )
    return (about, rate, *table)


def _cell(text: str, width: int, place: int) -> str:
    return fit(text, width, Align.RIGHT if place else Align.LEFT)


def _rate(count: int, weeks: float) -> str:
    return f"{count / weeks:.1f}" if weeks > 0 else fmt.UNKNOWN


def _calls(count: int) -> str:
    return plural("{n} call", "{n} calls", count).format(n=fmt.count(count))


def _errors(count: int | None) -> str:
    if count is None:
        return _("errors not known")
    return plural("{n} error", "{n} errors", count).format(n=fmt.count(count))


def _keys(count: int) -> str:
    return plural("{n} key", "{n} keys", count).format(n=fmt.count(count))


def _severity_word(level: Severity) -> str:
    return {Severity.INFO: _("info"), Severity.WARNING: _("warning"), Severity.CRITICAL: _("critical")}[level]


def _moment(at: datetime, look: DisplayContext) -> str:
    return at.astimezone(look.zone).strftime("%Y-%m-%d %H:%M")


def progress_text(at: datetime, begin: datetime, end: datetime, count: int, look: DisplayContext) -> str:
    """The progress of judging."""
    part = (at - begin) / (end - begin) if end > begin else 1.0
    told = plural("judging {day}, {part}, {n} notice so far …", "judging {day}, {part}, {n} notices so far …", count)
    return told.format(day=fmt.day(at, look.zone), part=fmt.percent(part), n=fmt.count(count))
