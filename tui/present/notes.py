"""The note on the lower edge of a pane: the age of its content, and the last failure."""

from datetime import datetime, timedelta

from tui.domain.failure import Failure, FailureKind
from tui.locale import _
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from widgets.values import Cell, Emphasis, Line

WORTH_SAYING = timedelta(seconds=60)


def note_of(as_of: datetime | None, failure: Failure | None, retry_at: datetime | None, look: DisplayContext) -> Line:
    """The age if it matters, and the failure with its next retry; nothing while all is fresh."""
    if failure is not None and failure.kind is FailureKind.ENDPOINT_MISSING and as_of is None:
        return ()  # nothing failed: the pane itself says what this gateway lacks
    if failure is not None:
        words = failures.with_retry(failure, retry_at, look.now)
        kept = _("as of {time} · ").format(time=fmt.clock_time(as_of, look.zone)) if as_of else ""
        return (Cell(f"▲ {kept}{words}", Emphasis.WARNING),)
    if as_of is None or look.now - as_of < WORTH_SAYING:
        return ()
    return (Cell(_("as of {time}").format(time=fmt.clock_time(as_of, look.zone, seconds=False)), Emphasis.MUTED),)


def waiting_or(text: str, *, is_known: bool, failure: Failure | None = None, awaited: str = "") -> Line:
    """Why a pane is empty: no data, still reading, or the failure and what to do."""
    if is_known:
        return (Cell(text, Emphasis.MUTED),)
    if failure is None:
        return (Cell(awaited or _("waiting for the gateway …"), Emphasis.MUTED),)
    return (Cell(failures.sentence(failure), Emphasis.WARNING),)
