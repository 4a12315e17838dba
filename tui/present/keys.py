"""The key table: every key with its real state, its cost, its limits."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.api_key_mode import OwnApiKey
from tui.domain.capabilities import Capabilities, Capability
from tui.domain.clock import floor_hour, floor_minute
from tui.domain.keys import ApiKey, KeyCost, KeyStatus, SpendWindow
from tui.domain.memo import Memo, memoize_last
from tui.domain.scope import NO_FILTERS, RangeName, window_of
from tui.domain.usage import HourlyCost
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.rollups import fold_of
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import abnormal, api_key_mode
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.word_search import is_found
from tui.triage.report import Report
from tui.triage.suspects import Suspect
from tui.triage.thresholds import DEFAULTS
from widgets.layout import cell_width, spark, spark_cell
from widgets.values import Align, Cell, Column, Draw, Emphasis, Row

GLYPHS = {
    KeyStatus.ACTIVE: "●",
    KeyStatus.INACTIVE: "○",
    KeyStatus.EXHAUSTED: "◌",
    KeyStatus.LIMITED: "◌",
    KeyStatus.EXPIRED: "✕",
    KeyStatus.ANSWERS: "●",
    KeyStatus.REFUSED: "✕",
    KeyStatus.UNKNOWN: "○",
}
SPARK_HOURS, DAY_HOURS = 12, 24
USUAL_DAYS = 14
SORT_MARK_WIDTH = 2
NARROW, WIDE = 110, 150
"""Below the first width a table shows only the tightest limit; above the second, also less important columns."""
LONGEST_NAME = 34
EVERYTHING = Capabilities()
NEARLY_FULL = 0.8
HIGH = 2.0
VERY_HIGH = 5.0


class KeyLine(Struct, frozen=True):
    """A key with everything that its row shows and sorts by. `times_usual` is None if it has no usual cost.

    `hours_calls` is set if calls cost nothing: free calls are still use.
    """

    key: ApiKey
    status: KeyStatus
    cost: KeyCost | None
    times_usual: float | None
    hours_usd: tuple[float, ...] | None
    hours_calls: tuple[float, ...] | None = None
    is_used_today: bool = False
    hours_emphases: tuple[Emphasis, ...] = ()
    """How the hours stand out; empty if none does."""
    last_model: str = ""
    excess_share: float | None = None
    """Its share of the excess of an incident."""
    above_usd: float | None = None
    """Cost above usual: since an incident began, else today; None if nothing is usual."""
    times_above: float | None = None
    """The same as a multiple of the usual."""


def status_word(status: KeyStatus) -> str:
    """The state of a key in a word."""
    return {
        KeyStatus.ACTIVE: _("active"),
        KeyStatus.INACTIVE: _("inactive"),
        KeyStatus.EXHAUSTED: _("exhausted"),
        KeyStatus.EXPIRED: _("expired"),
        KeyStatus.LIMITED: _("limited"),
        KeyStatus.ANSWERS: _("answers"),
        KeyStatus.REFUSED: _("refused"),
        KeyStatus.UNKNOWN: _("not known"),
    }[status]


def status_severity(status: KeyStatus) -> Emphasis:
    """How the state of a key stands out."""
    return {
        KeyStatus.ACTIVE: Emphasis.NORMAL,
        KeyStatus.INACTIVE: Emphasis.MUTED,
        KeyStatus.EXHAUSTED: Emphasis.WARNING,
        KeyStatus.LIMITED: Emphasis.WARNING,
        KeyStatus.EXPIRED: Emphasis.MUTED,
        KeyStatus.ANSWERS: Emphasis.GOOD,
        KeyStatus.REFUSED: Emphasis.WARNING,
        KeyStatus.UNKNOWN: Emphasis.MUTED,
    }[status]


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


def lines(snapshot: Snapshot, now: datetime, report: Report | None = None, width: int = WIDE) -> tuple[KeyLine, ...]:
    """All keys with the figures for a table of that width; abnormal ones as found by a report."""
    keys = snapshot.data(AskKeys()) or ()
    costs: Mapping[int, KeyCost] = snapshot.data(AskKeyCosts()) or {}
    recent = _recent_hours(snapshot, now)
    known = {key.id: known for key in keys if (known := snapshot.data(AskKeyHistory(key.id))) is not None}
    histories = tuple((key_id, one.cost) for key_id, one in known.items())
    suspects = {one.key_id: one for one in report.suspects} if report is not None and report.is_incident else {}
    models = _last_models(keys, snapshot) if width >= WIDE else {}
    usual = usual_usd(snapshot.memo, histories, floor_minute(now), snapshot.server_zone)
    midnight = now.astimezone(snapshot.server_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for key in keys:
        history, cost = known.get(key.id), costs.get(key.id)
        hours, calls = (
            recent.get(key.id, (_NO_HOURS, None))
            if recent is not None
            else (_hours_of(history.cost if history else None, now), None)
        )
        is_used_today = key.last_used_at is not None and key.last_used_at >= midnight
        usual_usd_now = usual.get(key.id)
        times = float(cost.today_usd) / usual_usd_now if cost and usual_usd_now else None
        emphases = _emphases(abnormal.of_key(key.id, report), now)
        suspect = suspects.get(key.id)
        above_usd, times_above = _above_of(suspect, cost, usual_usd_now)
        line = KeyLine(key, key.status(now), cost, times, hours, calls, is_used_today, emphases)
        share, model = suspect.share if suspect is not None else None, models.get(key.id, "")
        found.append(replace(line, last_model=model, excess_share=share, above_usd=above_usd, times_above=times_above))
    return tuple(found)


def _above_of(
    suspect: Suspect | None, cost: KeyCost | None, usual_usd_now: float | None
) -> tuple[float | None, float | None]:
    """A key's cost above usual, and as a multiple: over the incident that it is suspected of, or today."""
    actual_usd, expected_usd = float(cost.today_usd) if cost else None, usual_usd_now
    if suspect is not None:
        actual_usd, expected_usd = suspect.actual_usd, suspect.expected_usd
    if actual_usd is None or expected_usd is None:
        return None, None
    return actual_usd - expected_usd, actual_usd / expected_usd if expected_usd > 0 else None


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


@memoize_last()
def usual_usd(
    _memo: Memo, histories: tuple[tuple[int, HourlyCost], ...], moment: datetime, server_zone: ZoneInfo
) -> dict[int, float]:
    """The usual cost of each key since the server's midnight at this time of day: the median of the days before."""
    hour = floor_hour(moment.astimezone(server_zone))
    part_of_hour = (moment - hour) / timedelta(hours=1)
    return {
        key_id: median(before + running * part_of_hour for before, running in _days_before(history, hour, server_zone))
        for key_id, history in histories
    }


@lru_cache(maxsize=256)
def _days_before(history: HourlyCost, hour: datetime, _zone: ZoneInfo) -> tuple[tuple[float, float], ...]:
    """The cost of each earlier day up to this hour, and in this hour.

    The zone is part of the cache key: for a cache the same moment is the same hour in any zone.
    """
    midnight = hour.replace(hour=0)
    days = []
    for back in range(1, USUAL_DAYS + 1):
        *before, running = history.hours((midnight - timedelta(days=back)).astimezone(UTC), hour.hour + 1)
        days.append((sum(before), running))
    return tuple(days)


_NO_HOURS = (0.0,) * DAY_HOURS


Hours = tuple[tuple[float, ...], tuple[float, ...] | None]
"""Cost by hour, and calls by hour if all cost is zero."""


def _recent_hours(snapshot: Snapshot, now: datetime) -> dict[int, Hours] | None:
    """The cost of every key in the last hours, from call records if they reach back far enough."""
    view = snapshot.calls.get(BASE_CALLS)
    start = floor_hour(now) - timedelta(hours=DAY_HOURS - 1)
    if view is None or not view.covers(max(start, window_of(RangeName.H24, now, snapshot.zone).start)):
        return None
    return _hours_by_key(view.log, start)


@memoize_last()
def _hours_by_key(log: CallLog, start: datetime) -> dict[int, Hours]:
    """Cost by key and hour; calls after the last hour, by a fast clock, count to it."""
    hours: dict[int, list[float]] = {}
    calls: dict[int, list[float]] = {}
    for index in range(DAY_HOURS):
        first = start + timedelta(hours=index)
        end = first + timedelta(hours=2 if index == DAY_HOURS - 1 else 1)
        for key_id, tally in fold_of(log, first, end, NO_FILTERS).keys.items():
            hours.setdefault(key_id, [0.0] * DAY_HOURS)[index] = float(tally.billed_usd)
            calls.setdefault(key_id, [0.0] * DAY_HOURS)[index] = float(tally.requests)
    return {key_id: (tuple(usd), None if any(usd) else tuple(calls[key_id])) for key_id, usd in hours.items()}


def _hours_of(history: HourlyCost | None, now: datetime) -> tuple[float, ...] | None:
    if history is None:
        return None
    start = floor_hour(now) - timedelta(hours=DAY_HOURS - 1)
    return history.hours(start, DAY_HOURS)


def _last_models(keys: Sequence[ApiKey], snapshot: Snapshot) -> dict[int, str]:
    """The last model of each key, as far back as the call records go."""
    view = snapshot.calls.get(BASE_CALLS)
    if view is None:
        return {}
    used = frozenset(key.id for key in keys if key.last_used_at is not None and view.covers(key.last_used_at))
    return _newest_models(view.log, len(view.log), used)


@memoize_last()
def _newest_models(log: CallLog, _count: int, used: frozenset[int]) -> dict[int, str]:
    """The newest call of each key; stops once all keys known to have calls are found."""
    found: dict[int, str] = {}
    for call in log.newest_first():
        found.setdefault(call.key_id, call.model)
        if len(found) >= len(used) and used <= found.keys():
            break
    return found


def _emphases(found: abnormal.Abnormal, now: datetime) -> tuple[Emphasis, ...]:
    if not found.hours:
        return ()
    this_hour = floor_hour(now)
    return tuple(found.emphasis_at(this_hour - timedelta(hours=back)) for back in range(DAY_HOURS - 1, -1, -1))


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


def share_severity(share: float | None) -> Emphasis:
    """How a limit stands out by its use; a key that reached it is held back, so it is not critical."""
    return Emphasis.NORMAL if share is None or share < NEARLY_FULL else Emphasis.WARNING


def quota_share(key: ApiKey) -> float | None:
    """The used share of the quota; None without one."""
    return float(key.quota_used_usd / key.quota_usd) if key.quota_usd > 0 else None


def tightest(key: ApiKey, now: datetime) -> tuple[str, float] | None:
    """The limit closest to its maximum, by name, with its share."""
    limits = [(window.name.value, window.share(now)) for window in key.windows] + [(_("quota"), quota_share(key))]
    known = [(name, share) for name, share in limits if share is not None]
    return max(known, key=lambda limit: limit[1], default=None)


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


def window_text(window: SpendWindow) -> str:
    """A spend limit as the key page names it."""
    return {"5h": _("5 h limit"), "1d": _("1 d limit"), "7d": _("7 d limit")}[window.name.value]
