"""The evidence beside a step of triage: hours, keys by the hour, models, errors and repeats."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost
from tui.locale import _, plural
from tui.monitor.burn import BASE_CALLS
from tui.monitor.histories import current_account, current_histories
from tui.monitor.questions import AskKeyHistory
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of
from tui.present import abnormal, refusal_words
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.triage.baselines import usual_at
from tui.triage.causes import together
from tui.triage.report import Report
from widgets.layout import OPEN, SPARKS, bar
from widgets.values import Align, Cell, Column, Emphasis, Row

HOURS = 8
"""The key heatmap shows this many hours even where names are cut for them."""
HEAT_SIDES = 40
"""The cells beside the hours for whole names and sums."""
LEAST_SIDES = 22
"""The same for cut names; a sum is never left out for an hour."""
HOUR_WIDTH = 4
DAY_HOURS = 24
BAR_WIDTH = 8
HOUR = timedelta(hours=1)
MAX_KEYS = 12
Table = tuple[str, tuple[Column, ...], tuple[Row, ...]]
"""Title, columns and rows of the evidence."""


def evidence(step: str, report: Report, snapshot: Snapshot, look: DisplayContext, room: int = 0) -> Table:
    """The evidence of a step; keys by as many hours as fit into this many cells."""
    if step == "spike":
        return _hours(report, snapshot, look)
    if step == "model":
        return _models(report, snapshot, look)
    if step == "retries":
        return _retries(report, snapshot, look)
    return _heat(report, snapshot, look, _heat_hours(room) if room else HOURS)


def _heat_hours(room: int) -> int:
    few = min(HOURS, (room - LEAST_SIDES) // HOUR_WIDTH)
    return max(1, few, min(DAY_HOURS, (room - HEAT_SIDES) // HOUR_WIDTH))


def _hours(report: Report, snapshot: Snapshot, look: DisplayContext) -> Table:
    """The last day by the hour against what is usual: the account's, or that of the key that spikes by itself."""
    columns = (
        Column("hour", _("HOUR"), 12, sortable=False),
        Column("actual", _("BILLED"), 9, Align.RIGHT, sortable=False),
        Column("bar", "", BAR_WIDTH + 1, priority=1, sortable=False),
        Column("usual", _("USUAL ≤"), 9, Align.RIGHT, sortable=False),
        Column("above", _("ABOVE"), 9, Align.RIGHT, sortable=False),
    )
    key_id = next(iter(report.key_spikes), None) if report.spike is None else None
    spike = report.spike if key_id is None else report.key_spikes[key_id]
    flagged = {hour.start: hour for hour in (spike.hours if spike else ())}
    red = abnormal.of_account(report) if key_id is None else abnormal.of_key(key_id, report)
    known = _by_hour(key_id, report, snapshot, look)
    hours = {**known, **{start: (hour.actual_usd, hour.usual.level_usd) for start, hour in flagged.items()}}
    highest = max((actual for actual, _usual in hours.values()), default=0.0)
    rows = []
    for start in sorted(hours, reverse=True):
        actual, level = hours[start]
        is_running = start + HOUR > look.now
        above = fmt.usd_float(actual - level) if actual > level else fmt.UNKNOWN
        when = start.astimezone(look.zone).strftime("%m-%d %H:%M") + ("…" if is_running else "")
        if start in flagged and flagged[start].is_rolling:
            when = _("last 60 min")
        severity = red.emphasis if start in flagged else Emphasis.NORMAL
        cells = (
            Cell(when),
            Cell(fmt.usd_float(actual)),
            Cell(
                bar(actual / highest if highest > 0 else 0.0, BAR_WIDTH),
                red.emphasis if start in flagged else Emphasis.DATA,
            ),
            Cell(fmt.usd_float(level), Emphasis.MUTED),
            Cell(above, severity),
        )
        rows.append(Row(start, cells))
    if key_id is None:
        return _("Wallet cost by the hour"), columns, tuple(rows)
    return _("{key} by the hour").format(key=key_name(key_id, snapshot, look)), columns, tuple(rows)


def _by_hour(
    key_id: int | None, report: Report, snapshot: Snapshot, look: DisplayContext
) -> dict[datetime, tuple[float, float]]:
    """The cost of each full hour of the last day, and the usual cost; nothing while the history is not read."""
    if key_id is None:
        series = current_account(snapshot, look.now)
    else:
        history = current_histories(snapshot, look.now).get(key_id)
        series = history.cost if history is not None else None
    if series is None:
        return {}
    this_hour = floor_hour(look.now)
    first = this_hour - HOUR * DAY_HOURS
    return {
        start: (usd, usual_at(series, start, report.since).level_usd)
        for back, usd in enumerate(series.hours(first, DAY_HOURS))
        for start in (first + HOUR * back,)
    }


def _heat(report: Report, snapshot: Snapshot, look: DisplayContext, hours: int) -> Table:
    """Keys by the hour: each row a key, each column an hour, the height of a block its cost."""
    this_hour = floor_hour(look.now)
    starts = [this_hour - HOUR * back for back in range(hours - 1, -1, -1)]
    series = _series(report, snapshot, starts, look)
    highest = max((usd for values in series.values() for usd in values), default=0.0)
    columns = (
        Column("key", _("KEY"), 16, flex=1, sortable=False),
        *(Column(start.isoformat(), start.astimezone(look.zone).strftime("%H"), 3, sortable=False) for start in starts),
        Column("sum", "$", 9, Align.RIGHT, sortable=False),
    )
    ordered = sorted(series.items(), key=lambda item: sum(item[1]), reverse=True)[:MAX_KEYS]
    rows = tuple(
        Row(
            key_id,
            (
                Cell(key_name(key_id, snapshot, look)),
                *_blocks(values, highest, [red.emphasis_at(start) for start in starts]),
                Cell(fmt.usd_float(sum(values))),
            ),
        )
        for key_id, values in ordered
        for red in (abnormal.of_key(key_id, report),)
    )
    return _("Key × hour · $"), columns, rows


def _series(report: Report, snapshot: Snapshot, starts: list[datetime], look: DisplayContext) -> dict[int, list[float]]:
    """Cost by key and hour: from histories; for hours covered by call records, from those."""
    found: dict[int, list[float]] = {}
    for one in report.suspects:
        history = snapshot.data(AskKeyHistory(one.key_id))
        if history is not None:
            found[one.key_id] = list(_hours_of(history.cost, starts))
    view = snapshot.calls.get(BASE_CALLS)
    for index, start in enumerate(starts):
        if view is None or not view.covers(start):
            continue
        for values in found.values():
            values[index] = 0.0
        for _minute, facets in view.log.minutes(start, start + HOUR):
            for facet, tally in facets.items():
                values = found.setdefault(facet.key_id, [0.0] * len(starts))
                values[index] += float(tally.billed_usd) if facet.is_wallet else 0.0
    return {key_id: values for key_id, values in found.items() if sum(values) > 0}


def _hours_of(series: HourlyCost, starts: list[datetime]) -> tuple[float, ...]:
    return series.hours(starts[0], len(starts))


def _blocks(values: list[float], highest: float, emphases: list[Emphasis]) -> Iterator[Cell]:
    """A block per hour; the running hour is hatched until it exceeds the one before."""
    for usd, emphasis in zip(values[:-1], emphases, strict=False):
        yield _block(usd, highest, emphasis)
    block = _block(values[-1], highest, emphases[-1])
    has_fallen = len(values) > 1 and values[-1] < values[-2]
    yield Cell(OPEN * 2, block.emphasis) if has_fallen else block


def _block(usd: float, highest: float, emphasis: Emphasis) -> Cell:
    if highest <= 0 or usd <= 0:
        return Cell(" ·", Emphasis.MUTED)
    level = min(len(SPARKS) - 1, int(usd / highest * (len(SPARKS) - 1) + 0.5))
    return Cell(SPARKS[level] * 2, emphasis)


def _models(report: Report, snapshot: Snapshot, look: DisplayContext) -> Table:
    columns = (
        Column("model", _("MODEL"), 18, flex=1, sortable=False),
        Column("usual", _("USUAL"), 9, Align.RIGHT, sortable=False),
        Column("now", _("now").upper(), 9, Align.RIGHT, sortable=False),
    )
    keys, since = report.behind, report.since
    if not keys or since is None:
        return _("Models, usual and now"), columns, ()
    inputs = inputs_of(snapshot, look.now)
    now = inputs.uses_since(keys, since)
    usual = together(inputs.usual_uses[key_id] for key_id in keys if key_id in inputs.usual_uses)
    names = sorted({*(now[0] if now else {}), *usual[0]})
    rows = []
    for name in names:
        cells = [Cell(name)]
        for uses in (usual, now):
            calls = sum(sums.requests for sums in uses[0].values()) if uses else 0
            own = uses[0][name].requests if uses and name in uses[0] else 0
            cells.append(Cell(fmt.percent(own / calls) if calls else fmt.UNKNOWN))
        rows.append(Row(name, tuple(cells)))
    title = _("Models of {key}, part of its calls").format(key=key_name(keys[0], snapshot, look))
    if len(keys) > 1:
        title = plural("Models of {n} key, part of its calls", "Models of {n} keys, part of their calls", len(keys))
        title = title.format(n=fmt.count(len(keys)))
    return title, columns, tuple(rows)


def _retries(report: Report, snapshot: Snapshot, look: DisplayContext) -> Table:
    columns = (
        Column("what", _("WHAT"), 16, sortable=False),
        Column("key", _("KEY"), 14, flex=1, sortable=False),
        Column("count", _("N"), 5, Align.RIGHT, sortable=False),
        Column("usd", "$", 8, Align.RIGHT, sortable=False),
    )
    rows = [
        Row(
            f"storm {one.newest.id}",
            (
                Cell(f"{one.typical.status_code} {one.typical.category}", Emphasis.CRITICAL),
                Cell(refusal_words.keys_text(one, snapshot, look)),
                Cell(str(len(one.calls))),
                Cell(fmt.UNKNOWN, Emphasis.MUTED),
            ),
        )
        for one in report.storms
    ]
    rows += [
        Row(
            f"repeat {one.key_id} {one.model} {one.since.isoformat()}",
            (
                Cell(_("possible repeat"), Emphasis.WARNING),
                Cell(key_name(one.key_id, snapshot, look)),
                Cell(str(one.count)),
                Cell(fmt.usd(one.usd)),
            ),
        )
        for one in report.repeats
    ]
    return _("Storms and possible repeats"), columns, tuple(rows)
