"""The panes and title lines of the overview."""

from collections.abc import Hashable, Sequence
from decimal import Decimal

from msgspec import Struct

from tui.domain.capabilities import Capability
from tui.domain.scope import Scope, is_of_days
from tui.domain.usage import Bucket
from tui.locale import _, plural
from tui.monitor.questions import AskKeyCosts, AskKeys
from tui.monitor.scoped import errors_of, errors_question, has_plans, hour_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import api_key_mode, errors, keys, scope_line, trend, trend_bars, usage_panes, word_search
from tui.present import format as fmt
from tui.present.breakdown import By, slices_of
from tui.present.dialogs import PromptModel
from tui.present.display_context import DisplayContext
from tui.present.key_lines import key_lines
from tui.present.notes import waiting_or
from tui.present.pane import Dated, Recipe, TablePane, dated, framed, parts
from tui.present.plans import plan_words
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from tui.triage.report import Report
from widgets.facts import Part
from widgets.values import Cell, Column, Emphasis, Line, Row


class KeyTableState(Struct, frozen=True):
    """The settings of the key table: sort column and direction, filter, and width."""

    sort: tuple[str, bool]
    needle: str
    width: int
    marked: frozenset[Hashable] = frozenset()


def title_parts(scope: Scope, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """The scope, its totals, and the plans."""
    plans = plan_words(snapshot, look) if has_plans(snapshot) else ()
    return parts((scope_line.chips(scope, snapshot, look),), (*totals(scope, usage, snapshot, look), *plans))


def totals(scope: Scope, usage: ScopedUsage, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """The totals of the scope; with API keys alone also today's."""
    told = scope_line.totals(usage, look)
    if snapshot.capabilities.can(Capability.CALLS):
        return told
    return *told[:1], *_of_keys(scope, snapshot, look), *told[1:]


def _of_keys(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """How many keys report their days, if not all do, and what they cost since the server's midnight."""
    found = [line.cost for line in key_lines(snapshot, look.now) if scope.filters.key_id in (None, line.key.id)]
    today_usd = sum((cost.today_usd for cost in found if cost is not None), Decimal(0)) if any(found) else None
    part = api_key_mode.part_word(scope, snapshot, look)
    told = ((Cell(part, Emphasis.WARNING),),) if part else ()
    return *told, (Cell(_("today "), Emphasis.MUTED), Cell(fmt.usd(today_usd)))


def split_by(scope: Scope) -> By:
    """The most telling split without another request: models over whole days or for one key, else keys."""
    return By.MODEL if is_of_days(scope.range) or scope.filters.key_id is not None else By.KEY


def split_pane(
    scope: Scope,
    pointed_at: Bucket | None,
    usage: ScopedUsage,
    by: By,
    metric: trend.Metric,
    report: Report | None,
    snapshot: Snapshot,
    look: DisplayContext,
) -> TablePane:
    """The split of the bars, or of the selected bar if its calls are read."""
    when, tones = "", None
    if trend.is_stacked(metric):
        measure = usage_panes.MEASURES[metric]
        tones = trend_bars.stack(scope, usage, by, measure, report, snapshot, look).tones
    if pointed_at is not None:
        there = usage_of(scope.over(hour_of(pointed_at)), snapshot, look.now)
        if slices_of(there, by) is not None:
            usage, when = there, trend.bucket_label(pointed_at, pointed_at.end - pointed_at.start, look.zone)
    keys = snapshot.data(AskKeys())
    return usage_panes.split_pane(
        usage,
        by,
        metric,
        look,
        number="2 ",
        hint=with_keys(_("b by"), "by") if snapshot.capabilities.can(Capability.CALLS) else "",
        keys=keys,
        tones=tones,
        when=when,
        empty=api_key_mode.why_no_days(snapshot),
        awaited=usage_panes.calls_awaited(scope, snapshot, look),
    )


def keys_pane(state: KeyTableState, report: Report | None, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """All keys that match the filter; those at fault in an incident have a star."""
    found = key_lines(snapshot, look.now, report, has_models=state.width >= keys.WIDE)
    offset = fmt.foreign_offset(snapshot.server_zone, look.zone, look.now)
    has_excess = any(one.excess_share is not None for one in found)
    columns = keys.columns(state.width, offset, has_excess=has_excess, capabilities=snapshot.capabilities)
    at_fault = frozenset(report.at_fault if report is not None else ())
    rows = keys.rows(found, look, columns, state.sort, state.needle, at_fault, snapshot.memo)
    feed, costs = snapshot.feed(AskKeys()), snapshot.feed(AskKeyCosts())
    number = str(len(found)) if len(rows) == len(found) else f"{len(rows)}/{len(found)}"
    number = number if feed.data is not None else fmt.UNKNOWN
    number += _marked_word(state.marked, rows)
    title = f"3 {_('Keys')} · {number} · {_('by')} {_sort_word(state.sort, columns)}{needle_word(state.needle)}"
    read = Dated(feed.fetched_at, feed.failure or costs.failure, feed.retry_at or costs.retry_at)
    why = _("no key matches") if found else _("This account has no keys.")
    return TablePane(
        framed(title, with_keys(_("s sort  / filter"), "sort", "find"), read, look),
        columns,
        rows,
        waiting_or(why, is_known=feed.data is not None, failure=feed.failure, awaited=_("the keys are being read …")),
    )


def _marked_word(marked: frozenset[Hashable], rows: Sequence[Row]) -> str:
    """How many keys are marked, and how many of these the filter hides."""
    if not marked:
        return ""
    hidden = len(marked - {row.id for row in rows})
    told = plural("{n} marked", "{n} marked", len(marked)).format(n=fmt.count(len(marked)))
    if hidden:
        told += " " + _("({n} not shown)").format(n=fmt.count(hidden))
    return f" · {told}"


def other_panes(shown: int, count: int) -> str:
    """The digits of the panes that a small terminal hides."""
    return " ".join(str(number) for number in range(1, count + 1) if number != shown)


def needle_word(needle: str) -> str:
    """The filter in a title; blank without one."""
    return f" · /{needle}" if needle else ""


def _sort_word(sort: tuple[str, bool], columns: Sequence[Column]) -> str:
    everywhere = (*columns, *keys.columns(keys.WIDE))
    title = next((column.title for column in everywhere if column.id == sort[0]), sort[0])
    return f"{title} {'▼' if sort[1] else '▲'}"


def errors_pane(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """The errors of the scope, one line per burst."""
    feed, found = snapshot.feed(errors_question(scope, snapshot, look.now)), errors_of(scope, snapshot, look.now)
    total = errors.number_word(found, scope, snapshot, look)
    title = f"4 {_('Errors')} · {total} · {scope_line.range_word(scope.range, look)}"
    return TablePane(
        framed(
            title, with_keys(_("enter inspect  e all"), "open", "errors"), dated(feed), look, is_known=found is not None
        ),
        errors.pane_columns(),
        Recipe(errors.pane_rows, (found or (), look.by_the_minute)),
        (errors.why_empty(scope, snapshot, look),),
    )


def find_prompt(needle: str, snapshot: Snapshot, look: DisplayContext) -> PromptModel:
    """Ask for a key filter."""
    return word_search.prompt(_("Filter keys"), needle, key_lines(snapshot, look.now), keys.matches)


def no_filter() -> Toast:
    """The gateway cannot narrow to this row."""
    return Toast(_("The gateway has no filter for this."))
