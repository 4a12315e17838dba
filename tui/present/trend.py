"""The trend: a scope's buckets as lines of a chart."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tui.domain.usage import Bucket, Sums
from tui.locale import _, plural
from tui.monitor.usage import ScopedUsage
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.trend_bars import Stack
from widgets.values import Cell, Chart, Emphasis, Line, Series, TrendBars

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


HARDLY_MORE = 1.1
"""A forecast barely above all bars goes to the top of the axis, or each new one would redraw all bars."""


class Metric(StrEnum):
    """What the trend shows."""

    BILLED = "billed"
    REQUESTS = "requests"
    TOKENS = "tokens"
    CACHE = "cache"


def metric_word(metric: Metric) -> str:
    """A metric in words, with its unit."""
    return {
        Metric.BILLED: _("$ billed"),
        Metric.REQUESTS: _("requests"),
        Metric.TOKENS: _("tokens by kind"),
        Metric.CACHE: _("cache hit rate"),
    }[metric]


def step_word(step: timedelta) -> str:
    """The width of a bucket, as in "per hour"."""
    if step >= 2 * DAY:
        return _("per {n} d").format(n=step // DAY)
    if step >= DAY:
        return _("per day")
    if step >= 2 * HOUR:
        return _("per {n} h").format(n=step // HOUR)
    if step >= HOUR:
        return _("per hour")
    return _("per {n} min").format(n=int(step.total_seconds()) // 60)


def steps_word(usage: ScopedUsage) -> str:
    """The same for a scope, with a mark if minutes around midnight may be counted to the other day."""
    return f"{step_word(usage.window.step)}{' ≈' if usage.approximate_days else ''}"


def chart(
    trend: Sequence[Bucket],
    metric: Metric,
    step: timedelta,
    zone: ZoneInfo,
    known_from: datetime | None = None,
    running_from: datetime | None = None,
) -> Chart:
    """The lines of a metric; an hour without calls is 0, a rate without tokens is unknown.

    Buckets that ended before `known_from` are gaps, not zeros; those from `running_from` on are not over.
    """
    unknown = sum(known_from is not None and bucket.end <= known_from for bucket in trend)
    series = tuple(
        Series(name, (*(None,) * unknown, *(value(bucket.sums) for bucket in trend[unknown:])), severity)
        for name, value, severity in _series(metric)
    )
    highest = max((value for one in series for value in one.values if value is not None), default=0.0)
    return Chart(
        labels=tuple(bucket_label(bucket, step, zone) for bucket in trend),
        series=series,
        ticks=_ticks(highest, metric),
        open_from=next((at for at, bucket in enumerate(trend) if bucket.start == running_from), None),
        open_word=_("so far"),
    )


def bars(
    trend: Sequence[Bucket],
    metric: Metric,
    step: timedelta,
    zone: ZoneInfo,
    stack: Stack,
    usual: tuple[float | None, ...] = (),
    running_from: datetime | None = None,
) -> TrendBars:
    """The stacked bars of a metric; the axis ends at the highest of them."""
    word, heading = _word_of(metric), _about(stack.heading)
    totals = [sum(layer.values[at] or 0.0 for layer in stack.layers) for at in range(len(trend))]
    highest = max(totals, default=0.0)
    if heading is not None and heading > HARDLY_MORE * highest:
        highest = heading
    return TrendBars(
        labels=tuple(bucket_label(bucket, step, zone) for bucket in trend),
        layers=stack.layers if trend else (),
        ticks=_ticks(highest, metric),
        usual=usual,
        marked=stack.marked,
        open_from=next((at for at, bucket in enumerate(trend) if bucket.start == running_from), None),
        heading=min(heading, highest) if heading is not None else None,
        usual_word=_("usual"),
        open_word=_("so far"),
        heading_word=f"→ {word(heading)}" if heading else "",
    )


def _about(value: float | None) -> float | None:
    """A forecast in two digits: more would be false precision, and change each time."""
    return None if value is None else float(f"{value:.2g}")


def is_stacked(metric: Metric) -> bool:
    """Whether a metric adds up and is drawn as bars, not as lines."""
    return metric in (Metric.BILLED, Metric.REQUESTS)


def running_from(trend: Sequence[Bucket], now: datetime) -> datetime | None:
    """When the running bucket began; None if all are over."""
    return next((bucket.start for bucket in trend[-2:] if bucket.end > now), None)


def bucket_label(bucket: Bucket, step: timedelta, zone: ZoneInfo) -> str:
    """A bucket on the x axis."""
    local = bucket.start.astimezone(zone)
    return local.strftime("%m-%d") if step >= timedelta(days=1) else local.strftime("%H:%M")


def caption(bucket: Bucket, step: timedelta, look: DisplayContext) -> Line:
    """All figures of a bucket, for the line under the chart."""
    local, sums = bucket.start.astimezone(look.zone), bucket.sums
    when = local.strftime("%m-%d") if step >= timedelta(days=1) else local.strftime("%m-%d %H:%M")
    if bucket.end > look.now:
        when = f"{when} {_('so far')}"
    hit = fmt.percent(sums.cache_hit_rate)
    return (
        Cell(f"{when} ", Emphasis.STRONG),
        Cell(f"{fmt.usd(sums.billed_usd)} "),
        Cell(
            plural(
                "{calls} call  {tokens} tok  cache {hit}", "{calls} calls  {tokens} tok  cache {hit}", sums.requests
            ).format(calls=fmt.count(sums.requests), tokens=fmt.tokens(sums.tokens), hit=hit),
            Emphasis.MUTED,
        ),
    )


def _series(metric: Metric) -> tuple[tuple[str, Callable[[Sums], float | None], Emphasis], ...]:
    match metric:
        case Metric.BILLED:
            return ((_("$ billed"), lambda sums: float(sums.billed_usd), Emphasis.DATA),)
        case Metric.REQUESTS:
            return ((_("requests"), lambda sums: float(sums.requests), Emphasis.DATA),)
        case Metric.CACHE:
            return ((_("hit rate"), lambda sums: sums.cache_hit_rate, Emphasis.DATA),)
        case Metric.TOKENS:
            return (
                (_("input"), lambda sums: float(sums.input_tokens), Emphasis.DATA),
                (_("output"), lambda sums: float(sums.output_tokens), Emphasis.STRONG),
                (_("cache creation"), lambda sums: float(sums.cache_creation_tokens), Emphasis.ACCENT),
                (_("cache read"), lambda sums: float(sums.cache_read_tokens), Emphasis.MUTED),
            )


def _word_of(metric: Metric) -> Callable[[float], str]:
    return {
        Metric.BILLED: fmt.usd_short,
        Metric.REQUESTS: fmt.tokens,
        Metric.TOKENS: fmt.tokens,
        Metric.CACHE: fmt.percent,
    }[metric]


def _ticks(highest: float, metric: Metric) -> tuple[tuple[float, str], ...]:
    word = _word_of(metric)
    if metric is Metric.CACHE:
        return tuple((share, word(share)) for share in (0.0, 0.5, 1.0))
    if highest <= 0:
        return ((0.0, word(0)),)
    return tuple((highest * part, word(highest * part)) for part in (0.0, 1 / 3, 2 / 3, 1.0))
