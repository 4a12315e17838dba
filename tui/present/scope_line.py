"""The second line: the scope and its totals."""

from tui.domain.capabilities import Capability
from tui.domain.scope import DayRange, HourRange, RangeName, Scope, TimeRange
from tui.domain.usage import Sums
from tui.locale import _
from tui.monitor.questions import AskGroups
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from widgets.values import Cell, Emphasis, Line


def range_word(time_range: TimeRange, look: DisplayContext) -> str:
    """A range in words."""
    if isinstance(time_range, DayRange):
        return (
            str(time_range.first) if time_range.first == time_range.last else f"{time_range.first} … {time_range.last}"
        )
    if isinstance(time_range, HourRange):
        start, end = time_range.start.astimezone(look.zone), time_range.end.astimezone(look.zone)
        return f"{start.strftime('%m-%d %H:%M')} – {end.strftime('%H:%M')}"
    return {
        RangeName.M15: _("last 15 min"),
        RangeName.H1: _("last hour"),
        RangeName.H6: _("last 6 h"),
        RangeName.H24: _("last 24 h"),
        RangeName.TODAY: _("today"),
        RangeName.YESTERDAY: _("yesterday"),
        RangeName.D7: _("7 days"),
        RangeName.D14: _("14 days"),
        RangeName.D30: _("30 days"),
        RangeName.MONTH: _("this month"),
        RangeName.LAST_MONTH: _("last month"),
    }[time_range]


def chips(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The scope, one chip per filter."""
    filters = scope.filters
    range_words, has_calls = range_word(scope.range, look), snapshot.capabilities.can(Capability.CALLS)
    if not has_calls:
        range_words = _("{range} of the server ({zone})").format(
            range=range_words, zone=fmt.zone_name(snapshot.server_zone)
        )
    words = [Cell(range_words, Emphasis.STRONG)]
    if filters.key_id is None:
        words.append(Cell(_("all keys"), Emphasis.MUTED))
    else:
        words.append(Cell(f"[{key_name(filters.key_id, snapshot, look)}]", Emphasis.ACCENT))
    if filters.model is None and has_calls:
        words.append(Cell(_("all models"), Emphasis.MUTED))
    elif filters.model is not None:
        words.append(Cell(f"[{filters.model}]", Emphasis.ACCENT))
    further = [
        _group_name(snapshot, filters.group_id) if filters.group_id is not None else None,
        filters.request_type,
        {None: None, 0: _("wallet"), 1: _("plan")}.get(filters.billing_type),
        filters.billing_mode,
        scope.error_category and _("errors {category}").format(category=scope.error_category),
        scope.error_status and _("errors {status}").format(status=scope.error_status),
    ]
    words += [Cell(f"[{word}]", Emphasis.ACCENT) for word in further if word]
    return tuple(cell for word in words for cell in (word, Cell(" · ", Emphasis.MUTED)))[:-1]


def totals(usage: ScopedUsage, look: DisplayContext) -> tuple[Line, ...]:
    """The totals of the scope, most important first."""
    sums = usage.sums
    if sums is None:
        return ()
    billed = (Cell(fmt.usd(sums.billed_usd), Emphasis.STRONG), Cell(_(" billed"), Emphasis.MUTED))
    by_plan = None if usage.wallet_usd is None else sums.billed_usd - usage.wallet_usd
    plan: Line = (Cell(_(", {amount} by plan").format(amount=fmt.usd(by_plan)), Emphasis.MUTED),) if by_plan else ()
    parts: list[Line] = [
        (*billed, *plan),
        (Cell(fmt.count(sums.requests)), Cell(_(" calls"), Emphasis.MUTED)),
        tokens_line(sums),
        (Cell(_("mean {time}").format(time=fmt.duration_ms(usage.average_duration_ms)), Emphasis.MUTED),),
        (Cell(_("{amount} standard").format(amount=fmt.usd(sums.standard_usd)), Emphasis.MUTED),),
        kinds_line(sums),
    ]
    if usage.known_from is not None:
        since = _("only since {time}").format(time=fmt.moment(usage.known_from, look.now, look.zone))
        parts.insert(0, (Cell(f"▲ {since}", Emphasis.WARNING),))
    return tuple(parts)


def tokens_line(sums: Sums) -> Line:
    """All tokens, and the part read from a cache."""
    cached = _(" tokens, {share} cached").format(share=fmt.percent(sums.cache_hit_rate))
    return Cell(fmt.tokens(sums.tokens)), Cell(cached, Emphasis.MUTED)


def kinds_line(sums: Sums) -> Line:
    """The tokens of each kind."""
    text = _("in {i} out {o} cache +{c} ={r}").format(
        i=fmt.tokens(sums.input_tokens),
        o=fmt.tokens(sums.output_tokens),
        c=fmt.tokens(sums.cache_creation_tokens),
        r=fmt.tokens(sums.cache_read_tokens),
    )
    return (Cell(text, Emphasis.MUTED),)


def _group_name(snapshot: Snapshot, group_id: int) -> str:
    groups = snapshot.data(AskGroups()) or ()
    return next((group.name for group in groups if group.id == group_id), f"#{group_id}")
