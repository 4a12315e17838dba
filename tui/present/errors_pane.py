"""The panes and title lines of the error list."""

from collections.abc import Sequence

from tui.domain.scope import Scope
from tui.domain.usage import FailedCall, FailedCallDetail
from tui.locale import _, plural
from tui.monitor.questions import AskError
from tui.monitor.scoped import errors_of, errors_question
from tui.monitor.snapshot import Snapshot
from tui.present import errors, scope_line, word_search
from tui.present.dialogs import PromptModel
from tui.present.display_context import DisplayContext
from tui.present.overview import needle_word
from tui.present.pane import FieldsPane, PaneFrame, TablePane, dated, framed, parts
from tui.present.shown_keys import with_keys
from widgets.facts import Part
from widgets.values import Cell, Emphasis, Line


def title_parts(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """The scope."""
    chips: Line = (Cell(f"{_('Errors')} · ", Emphasis.STRONG), *scope_line.chips(scope, snapshot, look))
    return parts((chips,))


def matching(scope: Scope, needle: str, snapshot: Snapshot, look: DisplayContext) -> tuple[FailedCall, ...]:
    """The errors of the scope that pass the filter."""
    return tuple(call for call in errors_of(scope, snapshot, look.now) or () if errors.matches(call, needle))


def list_pane(
    scope: Scope,
    found: Sequence[FailedCall],
    needle: str,
    snapshot: Snapshot,
    look: DisplayContext,
    *,
    is_grouped: bool,
) -> TablePane:
    """The errors `found`: grouped into storms, or one by one."""
    feed, known = snapshot.feed(errors_question(scope, snapshot, look.now)), errors_of(scope, snapshot, look.now)
    columns = errors.screen_columns() if is_grouped else errors.single_columns()
    rows = errors.screen_rows(found, snapshot, look) if is_grouped else errors.single_rows(found, look)
    number = errors.number_word(found if known is not None else None, scope, snapshot, look)
    count = plural("{n} group", "{n} groups", len(rows)).format(n=len(rows))
    groups = f" · {count}" if is_grouped and known is not None else ""
    title = f"{_('Errors')} · {number}{groups}{needle_word(needle)}"
    hint = with_keys(_("o one by one"), "group") if is_grouped else with_keys(_("o storms"), "group")
    return TablePane(
        framed(title, hint, dated(feed), look, is_known=known is not None),
        columns,
        rows,
        (errors.why_empty(scope, snapshot, look),),
    )


def inspector_pane(call: FailedCall | None, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """The error under the cursor with its body."""
    frame = PaneFrame(_("Inspector"))
    if call is None:
        return FieldsPane(frame, ())
    feed = snapshot.feed(AskError(call.id))
    return FieldsPane(frame, errors.inspector(call, feed.data, look, feed.failure))


def find_prompt(scope: Scope, needle: str, snapshot: Snapshot, look: DisplayContext) -> PromptModel:
    """Ask for an error filter."""
    known = errors_of(scope, snapshot, look.now) or ()
    return word_search.prompt(_("Filter errors"), needle, known, errors.matches)


def copied_text(call: FailedCall, detail: FailedCallDetail | None) -> str:
    """The clipboard text of an error: its body, if known."""
    return detail.body if detail is not None and detail.body else call.message
