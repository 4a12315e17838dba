"""The panes that the pages about one key and one model share: latest calls and errors."""

from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.scoped import calls_of, calls_question, errors_of, errors_question
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors, scope_line
from tui.present.display_context import DisplayContext
from tui.present.notes import waiting_or
from tui.present.pane import Recipe, TablePane, dated, framed
from tui.present.shown_keys import with_keys
from widgets.values import Column

LATEST = 50


def calls_pane(scope: Scope, columns: tuple[Column, ...], snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """The latest calls."""
    question = calls_question(scope, snapshot, look.now, rows=LATEST)
    found, feed = calls_of(scope, snapshot, look.now, question)[:LATEST], snapshot.feed(question)
    return TablePane(
        framed(_("Latest calls"), with_keys(_("c all"), "calls"), dated(feed), look),
        columns,
        tuple(calls.row(call, columns, snapshot, look) for call in found),
        waiting_or(_("no calls"), is_known=feed.data is not None, failure=feed.failure),
    )


def errors_pane(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """The errors, one line a burst."""
    feed, found = snapshot.feed(errors_question(scope, snapshot, look.now)), errors_of(scope, snapshot, look.now)
    number = errors.number_word(found, scope, snapshot, look)
    title = f"{_('Errors')} · {number} · {scope_line.range_word(scope.range, look)}"
    return TablePane(
        framed(title, "", dated(feed), look, is_known=found is not None),
        errors.key_pane_columns(),
        Recipe(errors.key_pane_rows, (found or (), look.by_the_minute)),
        (errors.why_empty(scope, snapshot, look),),
    )
