"""`aktop status` in words: the overview's figures, from the overview's presenters."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from tui.cli.output import plain_text
from tui.cli.text_table import table_lines
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.domain.usage import Slice
from tui.locale import _, plural
from tui.monitor.questions import AskKeys, AskSite
from tui.monitor.scoped import errors_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import api_key_mode, api_key_mode_details, errors, failures, header, keys, overview, scope_line, trend
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_lines import key_lines
from tui.present.plans import plan_words
from tui.present.profiles import newer_note, site_text
from tui.present.usage_panes import bucket_zone
from tui.records.freshness import Feeds
from tui.triage.report import Report
from widgets.layout import cell_width, spark
from widgets.values import Align, Cell, Column, Row

T = TypeVar("T")
LATEST_ERRORS = 8
MAX_MODELS = 12
_GAP = "   "


def status_lines(
    snapshot: Snapshot, scope: Scope, feeds: Feeds, look: DisplayContext, report: Report | None, width: int
) -> list[str]:
    """All lines."""
    usage = usage_of(scope, snapshot, look.now)
    chips = scope_line.chips(scope, snapshot, look)
    money = (plain_text(line) for _rank, line in header.right(snapshot, look, report))
    lines = [
        *flowing((*_who(snapshot, look), *money), width),
        *flowing(map(plain_text, (chips, *overview.totals(scope, usage, snapshot, look))), width),
        *flowing(map(plain_text, plan_words(snapshot, look)), width),
        *trend_lines(usage, look.in_zone(bucket_zone(snapshot, look)), width, api_key_mode.why_no_days(snapshot)),
        "",
        *_keys(snapshot, look, width),
        "",
        *model_lines(usage, look, width),
        "",
        *_last(snapshot, scope, look, width),
    ]
    return [*lines, *_failures(named_feeds(feeds, snapshot, look))]


def _who(snapshot: Snapshot, look: DisplayContext) -> tuple[str, ...]:
    parts = header.left(snapshot, header.HeaderState(), look)
    site = snapshot.data(AskSite())
    version = "".join(f" · {text}" for text in (site_text(site), newer_note(site)) if text)
    at = _("as of {time} ({zone})").format(time=fmt.clock_time(look.now, look.zone), zone=look.zone.key)
    who = plain_text(parts[0][1])
    if snapshot.capabilities.can(Capability.ACCOUNT):
        return (f"{who}{version} · {at}",)
    return f"{who} {plain_text(parts[1][1])}{version}", at, _("API keys only · read-only")


def flowing(parts: Iterable[str], width: int) -> list[str]:
    """Parts side by side, on as many lines as needed; none is broken."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_width(lines[-1]) + len(_GAP) + cell_width(part) <= width:
            lines[-1] += _GAP + part
        elif part:
            lines.append(part)
    return lines


def trend_lines(usage: ScopedUsage, look: DisplayContext, width: int, why: str = "") -> list[str]:
    """The trend on one line: sparkline and peak; `why` it is not known, if that is."""
    if not usage.trend:
        return [why] if why else [_("trend: not known")] if usage.trend is None else []
    peak = max(usage.trend, key=lambda bucket: bucket.sums.billed_usd)
    picture = spark(
        [float(bucket.sums.billed_usd) for bucket in usage.trend],
        min(len(usage.trend), width // 2),
        is_open=trend.running_from(usage.trend, look.now) is not None,
    )
    title = f"{trend.metric_word(trend.Metric.BILLED)} {trend.steps_word(usage)}"
    words = _("peak {amount} at {time}").format(
        amount=fmt.usd(peak.sums.billed_usd), time=fmt.moment(peak.start, look.now, look.zone)
    )
    return [f"{title}  {picture}  {words}"]


def _keys(snapshot: Snapshot, look: DisplayContext, width: int) -> list[str]:
    found = key_lines(snapshot, look.now, has_models=width >= keys.WIDE)
    if not found:
        return [_("no keys")]
    offset = fmt.foreign_offset(snapshot.server_zone, look.zone, look.now)
    shown = keys.columns(width, offset, capabilities=snapshot.capabilities)
    return table_lines(shown, keys.rows(found, look, shown, ("today", True)), width)


def model_lines(usage: ScopedUsage, look: DisplayContext, width: int) -> list[str]:
    """The costliest models."""
    if usage.models is None:
        return [_("models: not known")]
    ordered = sorted(usage.models, key=lambda model: (model.billed_usd, model.requests), reverse=True)
    columns = (
        Column("name", _("MODEL"), 18, flex=1),
        Column("requests", _("CALLS"), 9, Align.RIGHT),
        Column("tokens", _("TOKENS"), 9, Align.RIGHT),
        Column("billed", _("BILLED"), 12, Align.RIGHT),
    )
    rows = [_model(model) for model in ordered[:MAX_MODELS]]
    if not rows:
        return [_("no calls")]
    lines = table_lines(columns, rows, width)
    rest = len(ordered) - MAX_MODELS
    return [*lines, _("… and {n} more").format(n=rest)] if rest > 0 else lines


def _model(model: Slice) -> Row:
    figures = (fmt.count(model.requests), fmt.tokens(model.tokens), fmt.usd(model.billed_usd))
    return Row(model.id, (Cell(model.name or fmt.UNKNOWN), *map(Cell, figures)))


def _last(snapshot: Snapshot, scope: Scope, look: DisplayContext, width: int) -> list[str]:
    """The errors; with API keys alone, what is not visible."""
    if not snapshot.capabilities.can(Capability.CALLS):
        return [plain_text(line) for line in api_key_mode_details.blind_spots(snapshot)]
    return _errors(snapshot, scope, look, width)


def _errors(snapshot: Snapshot, scope: Scope, look: DisplayContext, width: int) -> list[str]:
    found = errors_of(scope, snapshot, look.now)
    if not found:
        return [errors.why_empty(scope, snapshot, look).text]
    number = errors.number_word(found, scope, snapshot, look)
    rows = errors.pane_rows(found, look)
    title = plural("{n} error", "{n} errors", 1 if number == "1" else 2).format(n=number)
    return [title, *table_lines(errors.pane_columns(), rows[:LATEST_ERRORS], width)]


def named_feeds(by_feed: Mapping[str, T], snapshot: Snapshot, look: DisplayContext) -> dict[str, T]:
    """By feed, those of single keys under their names."""
    names = {f"key_{key.id}": f"#{key.id} {look.key_name(key)}" for key in snapshot.data(AskKeys()) or ()}
    return {names.get(name, name): value for name, value in by_feed.items()}


def _failures(feeds: Feeds) -> list[str]:
    """What could not be read, one line each: a table without it would look complete."""
    failed = [(name, feed.failure) for name, feed in feeds.items() if feed.failure and name != "errors"]
    return ["", *(f"▲ {name}: {failures.short(failure)}" for name, failure in failed)] if failed else []
