"""The panes of a scope's usage: its trend, and its split."""

from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from tui.domain.capabilities import Capability
from tui.domain.keys import ApiKey
from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.scoped import calls_question
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import api_key_mode, breakdown, scope_line, trend, trend_bars
from tui.present import format as fmt
from tui.present.dialogs import ChoiceModel
from tui.present.display_context import DisplayContext
from tui.present.notes import waiting_or
from tui.present.pane import ChartPane, Dated, Recipe, TablePane, framed
from tui.present.shown_keys import with_keys
from tui.present.trend_bars import Stack
from tui.present.trend_marks import usual_usd
from tui.triage.report import Report
from widgets.dialog_values import Choice
from widgets.values import Emphasis

MEASURES: dict[trend.Metric, breakdown.Measure] = {
    trend.Metric.BILLED: breakdown.Measure.BILLED,
    trend.Metric.REQUESTS: breakdown.Measure.REQUESTS,
    trend.Metric.TOKENS: breakdown.Measure.TOKENS,
    trend.Metric.CACHE: breakdown.Measure.TOKENS,
}


def trend_pane(
    usage: ScopedUsage,
    metric: trend.Metric,
    look: DisplayContext,
    *,
    number: str = "",
    stack: Stack | None = None,
    by: breakdown.By | None = None,
    usual: tuple[float | None, ...] = (),
    hint: str | None = None,
    empty: str = "",
    awaited: str = "",
    zone: ZoneInfo | None = None,
) -> ChartPane:
    """The trend of a scope in the zone of its buckets, stacked `by` a split; `empty` says why it is empty, if known."""
    buckets, step, zone = usage.trend or (), usage.window.step, zone or look.zone
    running = trend.running_from(buckets, look.now)
    what = f"{trend.metric_word(metric)} {trend.steps_word(usage)}"
    if by is not None and trend.is_stacked(metric):
        what = f"{what} {breakdown.by_phrase(by)}"
    recipe = Recipe(trend.chart, (buckets, metric, step, zone, usage.trend_from, running))
    if trend.is_stacked(metric):
        stack = stack or trend_bars.plain(usage, MEASURES[metric])
        recipe = Recipe(trend.bars, (buckets, metric, step, zone, stack, usual, running))
    return ChartPane(
        framed(
            f"{number}{_('Trend')} · {what} · {zone.key}",
            with_keys(_("m metric  t range"), "metric", "range") if hint is None else hint,
            dated_usage(usage),
            look,
        ),
        recipe,
        buckets,
        waiting_or(
            empty or _("no calls"),
            is_known=bool(empty) or usage.trend is not None,
            failure=usage.failure,
            awaited=awaited,
        ),
    )


def marked_trend_pane(
    scope: Scope,
    usage: ScopedUsage,
    metric: trend.Metric,
    report: Report | None,
    snapshot: Snapshot,
    look: DisplayContext,
    number: str = "",
    by: breakdown.By | None = None,
    room: int = 0,
    empty: str = "",
) -> ChartPane:
    """The trend of a scope with abnormal hours marked, for a chart of this many cells."""
    usage, zone = trend_bars.fitted(usage, room), bucket_zone(snapshot, look)
    awaited = calls_awaited(scope, snapshot, look)
    hint = None if snapshot.capabilities.can(Capability.CALLS) else with_keys(_("m metric"), "metric")
    pane = partial(
        trend_pane,
        usage,
        metric,
        look,
        number=number,
        hint=hint,
        empty=empty or api_key_mode.why_no_days(snapshot),
        awaited=awaited,
        zone=zone,
    )
    if not trend.is_stacked(metric):
        return pane()
    stack = trend_bars.stack(scope, usage, by or breakdown.By.KEY, MEASURES[metric], report, snapshot, look)
    usual: tuple[float | None, ...] = ()
    if metric is trend.Metric.BILLED:
        usual = usual_usd(scope, usage.trend or (), usage.window.step, report, snapshot)
    return pane(stack=stack, by=by if snapshot.capabilities.can(Capability.CALLS) else None, usual=usual)


def split_pane(
    usage: ScopedUsage,
    by: breakdown.By,
    metric: trend.Metric,
    look: DisplayContext,
    *,
    number: str = "",
    hint: str = "",
    keys: Sequence[ApiKey] | None = None,
    tones: Mapping[str, Emphasis] | None = None,
    when: str = "",
    empty: str = "",
    awaited: str = "",
) -> TablePane:
    """The split of a scope; `keys` are the existing keys, if known, and `when` is the part of the trend."""
    measure, slices = MEASURES[metric], breakdown.slices_of(usage, by)
    title = f"{number}{breakdown.by_word(by)} · {breakdown.measure_word(measure)}{f' · {when}' if when else ''}"
    return TablePane(
        framed(title, hint, dated_usage(usage), look),
        breakdown.columns(measure),
        Recipe(breakdown.rows, (slices or (), by, measure, look.by_the_minute, keys, tones)),
        waiting_or(
            empty or _("no calls"),
            is_known=bool(empty) or slices is not None,
            failure=usage.failure,
            awaited=awaited,
        ),
    )


def bucket_zone(snapshot: Snapshot, look: DisplayContext) -> ZoneInfo:
    """The zone of the days of a trend: the server's where there are no calls to sum by the user's."""
    return look.zone if snapshot.capabilities.can(Capability.CALLS) else snapshot.server_zone


def calls_awaited(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> str:
    """Which calls are being read, and the progress."""
    if not snapshot.capabilities.can(Capability.CALLS):
        return ""
    what = scope_line.range_word(scope.range, look)
    view = snapshot.calls.get(calls_question(scope, snapshot, look.now))
    if view is None or not view.total or view.count >= view.total:
        return _("calls of {range} are being read …").format(range=what)
    text = _("calls of {range} are being read: {n} of {total}")
    return text.format(range=what, n=fmt.count(view.count), total=fmt.count(view.total))


def dated_usage(usage: ScopedUsage) -> Dated:
    """When the usage of a scope was read."""
    return Dated(usage.as_of, usage.failure, usage.retry_at)


def usual_word() -> str:
    """The name of the usual level."""
    return _("usual")


def metric_choices(metric: trend.Metric) -> ChoiceModel:
    """The metrics of the trend."""
    choices = tuple(Choice(one.value, trend.metric_word(one)) for one in trend.Metric)
    return ChoiceModel(_("Metric"), choices, metric.value)
