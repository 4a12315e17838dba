"""The call list as a pane, and its title lines."""

from msgspec import Struct

from tui.domain.scope import Scope
from tui.domain.usage import Call
from tui.locale import _
from tui.monitor import reconcile
from tui.monitor.questions import AskCalls
from tui.monitor.snapshot import Snapshot
from tui.present import calls, calls_lines, scope_line
from tui.present.calls_lines import ListState
from tui.present.display_context import DisplayContext
from tui.present.notes import waiting_or
from tui.present.pane import PaneFrame, dated, framed, parts
from widgets.facts import Part
from widgets.values import Cell, Emphasis, Line


class CallsState(Struct, frozen=True):
    """The state of the list on screen: its order, calls waiting above the view, and a running export."""

    sort: tuple[str, bool]
    pending_new: int
    is_following: bool
    export: Line = ()


def title_parts(scope: Scope, state: ListState, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """The scope, and how much of it is read."""
    chips: Line = (Cell(f"{_('Calls')} · ", Emphasis.STRONG), *scope_line.chips(scope, snapshot, look))
    return parts((chips,), calls_lines.totals(state, look))


def filter_parts(state: ListState) -> tuple[Part, ...]:
    """The filter and how many calls match it; nothing without one."""
    return parts((calls_lines.filter_line(state),), calls_lines.matches(state)) if state.filter_text else ()


def frame(
    shown: CallsState, state: ListState, question: AskCalls, snapshot: Snapshot, look: DisplayContext
) -> PaneFrame:
    """The order in the title, whether new calls scroll in, and notes on the data."""
    column = next(column.title for column in calls.columns() if column.id == shown.sort[0])
    title = f"{_('Calls')} · {column} {'▼' if shown.sort[1] else '▲'}"
    hint = calls_lines.follow_word(shown.pending_new, is_following=shown.is_following)
    feed = snapshot.feed(question)
    note = shown.export
    if not note and state.is_reading and feed.failure is None:
        note = calls_lines.reading(state.plan, snapshot.budget)
    if not note and feed.failure is None:
        told = framed(title, hint, dated(feed), look)
        differs = reconcile.difference(question, snapshot, look.now)
        return told if told.note else PaneFrame(title, hint, calls_lines.difference(differs))
    return framed(title, hint, dated(feed), look, note=note)


def empty_text(question: AskCalls, snapshot: Snapshot) -> Line:
    """Why no call is shown."""
    is_known = snapshot.calls.get(question) is not None
    return waiting_or(_("no calls"), is_known=is_known, failure=snapshot.feed(question).failure)


def copied_text(call: Call) -> str:
    """The clipboard text of a call."""
    return call.request_id or str(call.id)


def filter_title() -> str:
    """The title of the filter prompt."""
    return _("Filter calls")
