"""Whole panes as values: their frames and contents. Screens only bind them to widgets."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from tui.domain.failure import Failure
from tui.domain.usage import Bucket
from tui.monitor.feed import Feed
from tui.present.display_context import DisplayContext
from tui.present.notes import note_of
from widgets.facts import Part
from widgets.values import Align, Column, Line, Row


class PaneFrame(Struct, frozen=True):
    """The texts on the frame of a pane."""

    title: str = ""
    hint: str = ""
    note: Line = ()
    is_stale: bool = False


class Recipe(Struct, frozen=True):
    """A pure function and its arguments. It is called again only when an argument has changed."""

    make: Callable[..., Any]
    args: tuple[object, ...] = ()


class TablePane(Struct, frozen=True):
    """A table in its frame; `empty_text` says why there are no rows."""

    frame: PaneFrame
    columns: tuple[Column, ...]
    rows: Recipe | tuple[Row, ...]
    empty_text: Line = ()


class ChartPane(Struct, frozen=True):
    """A chart in its frame, and the buckets that it draws."""

    frame: PaneFrame
    chart: Recipe
    buckets: Sequence[Bucket] = ()
    empty_text: Line = ()


class FieldsPane(Struct, frozen=True):
    """Lines of text in their frame."""

    frame: PaneFrame
    lines: tuple[Line, ...]


class Dated(Struct, frozen=True):
    """When something was last read, and any failure since."""

    as_of: datetime | None
    failure: Failure | None = None
    retry_at: datetime | None = None


def dated(feed: Feed[Any]) -> Dated:
    """When the response to a question was read."""
    return Dated(feed.fetched_at, feed.failure, feed.retry_at)


def framed(
    title: str, hint: str, dated: Dated, look: DisplayContext, *, is_known: bool = True, note: Line = ()
) -> PaneFrame:
    """A frame that shows the age of its content, unless there is another `note`; only what `is_known` can be stale."""
    told = note or note_of(dated.as_of, dated.failure, dated.retry_at, look)
    return PaneFrame(title, hint, told, dated.failure is not None and is_known)


def parts(left: Iterable[Line], right: Iterable[Line] = ()) -> tuple[Part, ...]:
    """Lines as parts of an info line; on either side the first is dropped last."""
    return (
        *(Part(line, priority) for priority, line in enumerate(left)),
        *(Part(line, priority, Align.RIGHT) for priority, line in enumerate(right)),
    )
