"""The panes and title lines of API key mode."""

from msgspec.structs import replace

from tui.domain.api_key_mode import ApiKeyTag
from tui.domain.scope import Scope
from tui.locale import _, plural
from tui.monitor.api_key_mode import is_failing, report_feeds, telling
from tui.monitor.scoped import usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode, api_key_mode_details, api_key_mode_header, usage_panes
from tui.present import format as fmt
from tui.present.breakdown import By
from tui.present.display_context import DisplayContext
from tui.present.notes import note_of
from tui.present.pane import ChartPane, Dated, FieldsPane, TablePane, dated, framed, parts
from tui.present.shown_keys import with_keys
from tui.present.trend import Metric
from tui.present.trend_bars import fitted
from widgets.facts import Part


def title_parts(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """Which keys over which days, and their cost."""
    return parts(
        (api_key_mode_header.chips(scope, snapshot, look),), api_key_mode_header.totals(scope, snapshot, look.now)
    )


def server_look(snapshot: Snapshot, look: DisplayContext) -> DisplayContext:
    """The context for the server's days and their labels."""
    return look.in_zone(snapshot.server_zone)


def use_panes(
    scope: Scope, metric: Metric, snapshot: Snapshot, look: DisplayContext, room: int = 0
) -> tuple[ChartPane, TablePane]:
    """The trend by the server's days, and the models; the title says how many of the keys report them."""
    usage, why = usage_of(scope, snapshot, look.now), api_key_mode.why_no_days(snapshot, scope)
    trend = usage_panes.trend_pane(
        fitted(usage, room),
        metric,
        server_look(snapshot, look),
        number="1 ",
        hint=with_keys(_("m metric"), "metric"),
        empty=why,
    )
    split = usage_panes.split_pane(usage, By.MODEL, metric, look, number="2 ", empty=why)
    part = part_word(scope, snapshot)
    title = f"{trend.frame.title} · {part}" if part else trend.frame.title
    # # The age is by the user's clock.
    note = note_of(usage.as_of, usage.failure, usage.retry_at, look)
    return replace(trend, frame=replace(trend.frame, title=title, note=note)), split


def part_word(scope: Scope, snapshot: Snapshot) -> str:
    """How many of the keys report their days; blank if all do."""
    told, wanted = len(telling(snapshot, scope)), len(report_feeds(snapshot, scope))
    text = plural("{n} of {all} key", "{n} of {all} keys", wanted)
    return text.format(n=told, all=wanted) if told < wanted else ""


def keys_pane(snapshot: Snapshot, sort: tuple[str, bool], width: int, look: DisplayContext) -> TablePane:
    """All keys with their figures."""
    found = api_key_mode.lines(snapshot)
    columns = api_key_mode.columns(width, fmt.foreign_offset(snapshot.server_zone, look.zone, look.now))
    failed = next((line.feed for line in found if is_failing(line.feed)), None)
    oldest = min((line.feed.fetched_at for line in found if line.feed.fetched_at is not None), default=None)
    read = Dated(oldest, failed.failure if failed else None, failed.retry_at if failed else None)
    title = f"3 {_('API keys')} · {len(found)}"
    return TablePane(
        framed(
            title, with_keys(_("s sort  f only this key"), "sort", "narrow"), read, look, is_known=failed is not None
        ),
        columns,
        api_key_mode.rows(found, look, columns, sort),
    )


def about_pane(key_id: int, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """All about one key, and what is not visible with it."""
    line = api_key_mode.lines(snapshot)[key_id - 1]
    frame = framed(f"4 {api_key_mode.title(line.tag, look)}", "", dated(line.feed), look)
    return FieldsPane(frame, (*api_key_mode_details.details(line, look), *api_key_mode_details.blind_spots(snapshot)))


def copied_text(tag: ApiKeyTag) -> str:
    """The clipboard text of a key: never its secret."""
    return f"{tag.masked} {tag.label}".strip()
