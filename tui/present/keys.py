"""The key table: every key with its real state, its cost, its limits."""

from collections.abc import Callable, Container, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from tui.domain.api_key_mode import OwnApiKey
from tui.domain.capabilities import Capabilities, Capability
from tui.domain.keys import KeyStatus
from tui.domain.memo import Memo, memoize_last
from tui.locale import _
from tui.present import api_key_mode
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_lines import DAY_HOURS, KeyLine
from tui.present.key_state import GLYPHS, share_severity, status_severity, status_word, tightest
from tui.present.word_search import is_found
from tui.triage.thresholds import DEFAULTS
from widgets.layout import cell_width, spark, spark_cell
from widgets.values import Align, Cell, Column, Draw, Emphasis, Row

SPARK_HOURS = 12
SORT_MARK_WIDTH = 2
NARROW, WIDE = 110, 150
"""Below the first width a table shows only the tightest limit; above the second, also less important columns."""
LONGEST_NAME = 34
EVERYTHING = Capabilities()
HIGH = 2.0
VERY_HIGH = 5.0


def today_column(offset: str) -> Column:
    """The column of cost since the server's midnight, with the server's UTC offset if that is not the user's."""
    title = f"{_('TODAY')} {offset}".strip()
    return Column("today", title, max(9, cell_width(title) + SORT_MARK_WIDTH if offset else 0), Align.RIGHT)


def columns(
    width: int, offset: str = "", *, has_excess: bool = True, capabilities: Capabilities = EVERYTHING
) -> tuple[Column, ...]:
    """The columns for a table of that width: a narrow one shows only multiples of the usual, no amounts.

    `offset` is the server's UTC offset if its day is not the user's. Without an incident there is no excess to share.
    """
    used = Column("used", _("USED"), 6, Align.RIGHT, priority=2)
    head = (
        Column("name", _("KEY"), 16, flex=1),
        Column("status", _("STATUS"), 10),
        today_column(offset),
    )
    above = Column("above", _("ABOVE USUAL"), 16, Align.RIGHT, priority=3)
    day_hours = Column("day_hours", _("{n} H").format(n=DAY_HOURS), DAY_HOURS, priority=4, sortable=False)
    now, limit = Column("now", _("NOW"), 4, Align.RIGHT, priority=1), Column("limit", _("LIMIT"), 11, priority=2)
    month = Column("month", f"{_('30 D')} {offset}".strip(), 9, Align.RIGHT, priority=5)
    if not capabilities.can(Capability.KEYS):
        return api_key_mode.columns({column.id: column for column in (*head, month, limit)})
    if width < NARROW:
        return (
            *head,
            Column("usual", _("×USUAL"), 7, Align.RIGHT, priority=3),
            Column("hours", _("{n} H").format(n=SPARK_HOURS), SPARK_HOURS, priority=4, sortable=False),
            *(now, limit, used),
        )
    if width < WIDE:
        return (*head, above, day_hours, now, limit, used)
    return (
        Column("name", _("KEY"), LONGEST_NAME),
        *head[1:],
        above,
        *([Column("share", _("OF EXCESS"), 9, Align.RIGHT, priority=9, sortable=False)] if has_excess else []),
        *(day_hours, now),
        month,
        replace(limit, width=20, draw=Draw.GAUGE),
        Column("model", _("LAST MODEL"), 16, flex=1, priority=8, sortable=False),
        used,
    )


def rows(
    found: Sequence[KeyLine],
    look: DisplayContext,
    shown: Sequence[Column],
    sort: tuple[str, bool],
    needle: str = "",
    at_fault: Container[int] = (),
    memo: Memo | None = None,
) -> tuple[Row, ...]:
    """The rows that match the filter, sorted; those at fault in an incident have a star.

    The account's memo caches the texts that have not changed since the last frame.
    """
    matching = [line for line in found if matches(line, needle)]
    measure = _MEASURES[sort[0]]
    matching.sort(key=lambda line: (line.key.name.casefold(), line.key.id))
    matching.sort(key=measure, reverse=sort[1])
    still = look.by_the_minute
    memo = memo or Memo()
    cells = (_still_cells(memo, line.key.id, line, still, shown, line.key.id in at_fault) for line in matching)
    return tuple(
        Row(line.key.id, tuple(_used(line, look) if cell is None else cell for cell in told))
        for line, told in zip(matching, cells, strict=True)
    )


@memoize_last(each=1)
def _still_cells(
    _memo: Memo, _key_id: int, line: KeyLine, look: DisplayContext, shown: Sequence[Column], is_at_fault: bool
) -> tuple[Cell | None, ...]:
    """The cells without seconds; None in the place of the one with them."""
    cells = [None if column.id == "used" else _CELLS[column.id](line, look) for column in shown]
    if is_at_fault:
        cells[1] = Cell(f"*{status_word(line.status)}", Emphasis.CRITICAL)
    return tuple(cells)


def matches(line: KeyLine, needle: str) -> bool:
    """Whether a key matches the typed filter: part of its name, id, group or secret, or its status."""
    key = line.key
    group = key.group.name if key.group else ""
    return is_found(needle, (key.name, f"#{key.id}", group, key.masked_secret), whole=(status_word(line.status),))


def _name(line: KeyLine, look: DisplayContext) -> Cell:
    severity = Emphasis.NORMAL if line.status in (KeyStatus.ACTIVE, KeyStatus.ANSWERS) else Emphasis.MUTED
    key = line.key
    # Names cut in the table may look alike only there.
    name = look.key_name(replace(key, is_alike=key.is_alike or key.is_alike_cut))
    return Cell(f"{GLYPHS[line.status]} {name}", severity)


def _status(line: KeyLine, _look: DisplayContext) -> Cell:
    word = api_key_mode.state_word(line.key) or status_word(line.status)
    return Cell(word, status_severity(line.status))


def _own(column: str) -> Callable[[KeyLine, DisplayContext], Cell]:
    return lambda line, _look: api_key_mode.cell(column, line.key)


def _today(line: KeyLine, _look: DisplayContext) -> Cell:
    if line.cost is None:
        return Cell(fmt.UNKNOWN, Emphasis.MUTED)
    if isinstance(line.key, OwnApiKey):
        return Cell(fmt.usd(line.cost.today_usd))
    if not line.key.bills_wallet and (line.cost.today_usd or line.is_used_today):
        return Cell(fmt.usd(line.cost.today_usd), Emphasis.MUTED)
    if line.cost.today_usd or line.is_used_today:
        return Cell(fmt.usd(line.cost.today_usd))
    return Cell(fmt.UNKNOWN, Emphasis.MUTED)


def _usual(line: KeyLine, _look: DisplayContext) -> Cell:
    if not line.times_usual or not line.cost or not line.cost.today_usd:
        return Cell()
    times, today_usd = line.times_usual, float(line.cost.today_usd)
    if today_usd - today_usd / times < DEFAULTS.floor_usd:
        # Many times a cent is no reason to look.
        return Cell(f"×{fmt.times(times)}")
    glyph, severity = _how_high(times)
    return Cell(f"{glyph}×{fmt.times(times)}", severity)


def _how_high(times: float | None) -> tuple[str, Emphasis]:
    """How a multiple of the usual stands out; without a usual cost the key is new, and stands out most."""
    if times is None or times >= VERY_HIGH:
        return "■ ", Emphasis.CRITICAL
    return ("▲ ", Emphasis.WARNING) if times >= HIGH else ("", Emphasis.NORMAL)


def _above(line: KeyLine, look: DisplayContext) -> Cell:
    """The amount above usual with its multiple; no amount if it is hardly above."""
    above_usd, times = line.above_usd, line.times_above
    if above_usd is None or above_usd < DEFAULTS.floor_usd:
        return _usual(line, look)
    glyph, severity = _how_high(times)
    told = f" ×{fmt.times(times)}" if times is not None else ""
    return Cell(f"{glyph}+{fmt.usd_float(above_usd)}{told}", severity)


def _hours(line: KeyLine, _look: DisplayContext, count: int = SPARK_HOURS) -> Cell:
    hours_usd, hours_calls = (line.hours_usd or ())[-count:], (line.hours_calls or ())[-count:]
    if any(hours_calls):
        return Cell(_spark(hours_calls), Emphasis.MUTED)
    if not any(hours_usd):
        return Cell()
    if any(one is not Emphasis.DATA for one in line.hours_emphases[-count:]):
        return spark_cell(hours_usd, count, line.hours_emphases[-count:], is_open=True)
    return Cell(_spark(hours_usd), Emphasis.DATA)


def _day_hours(line: KeyLine, look: DisplayContext) -> Cell:
    return _hours(line, look, DAY_HOURS)


def _share(line: KeyLine, _look: DisplayContext) -> Cell:
    return Cell(fmt.percent(line.excess_share)) if line.excess_share is not None else Cell()


def _model(line: KeyLine, _look: DisplayContext) -> Cell:
    return Cell(line.last_model, Emphasis.MUTED)


@lru_cache(maxsize=512)
def _spark(hours_usd: tuple[float, ...]) -> str:
    return spark(hours_usd, len(hours_usd), is_open=True)


def _now(line: KeyLine, _look: DisplayContext) -> Cell:
    return Cell(str(line.key.in_flight), Emphasis.STRONG) if line.key.in_flight else Cell()


def _month(line: KeyLine, _look: DisplayContext) -> Cell:
    cost_usd = line.cost.last_30_days_usd if line.cost else None
    if not cost_usd and line.key.last_used_at is None and not isinstance(line.key, OwnApiKey):
        return Cell(fmt.UNKNOWN, Emphasis.MUTED)
    return Cell(fmt.usd(cost_usd), Emphasis.MUTED if cost_usd is None else Emphasis.NORMAL)


def _limit(line: KeyLine, look: DisplayContext) -> Cell:
    limit = tightest(line.key, look.now)
    if limit is None and isinstance(line.key, OwnApiKey):
        limit = api_key_mode.fullest_window(line.key, look)
    if limit is None:
        return Cell(fmt.UNKNOWN if line.key.bills_wallet else _("plan"), Emphasis.MUTED)
    return Cell(f"{limit[0]} {fmt.percent(limit[1])}", share_severity(limit[1]), share=min(limit[1], 1.0))


def _used(line: KeyLine, look: DisplayContext) -> Cell:
    return Cell(fmt.age(line.key.last_used_at, look.now))


_CELLS: dict[str, Callable[[KeyLine, DisplayContext], Cell]] = {
    "name": _name,
    "status": _status,
    "today": _today,
    "usual": _usual,
    "above": _above,
    "hours": _hours,
    "day_hours": _day_hours,
    "share": _share,
    "model": _model,
    "now": _now,
    "month": _month,
    "limit": _limit,
    "used": _used,
    **{column: _own(column) for column in ("kind", "total", "left", "price", "rpm")},
}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MEASURES: dict[str, Callable[[KeyLine], tuple[object, ...]]] = {
    "name": lambda line: (line.key.name.casefold(),),
    "status": lambda line: (line.status.value,),
    "today": lambda line: (line.cost.today_usd if line.cost else Decimal(-1),),
    "usual": lambda line: (line.times_usual or -1.0,),
    "above": lambda line: (max(0.0, line.above_usd or 0.0), line.times_usual or -1.0),
    "now": lambda line: (line.key.in_flight or 0,),
    "month": lambda line: ((line.cost.last_30_days_usd if line.cost else None) or Decimal(-1),),
    "limit": lambda line: (_fullest(line),),
    "used": lambda line: (line.key.last_used_at or _LONG_AGO,),
    "total": lambda line: api_key_mode.measure("total", line.key),
    "left": lambda line: api_key_mode.measure("left", line.key),
}
SORTS = ("today", "above", "now", "month", "limit", "used", "name", "status")
SORTS_OF_API_KEYS = ("today", "month", "total", "left", "limit", "name", "status")
SORTABLE = frozenset(_MEASURES)


def _fullest(line: KeyLine) -> float:
    limit = tightest(line.key, _LONG_AGO)
    return limit[1] if limit else -1.0
