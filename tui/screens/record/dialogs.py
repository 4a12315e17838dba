"""One call, or one error request, with all that the gateway tells of it."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.reactive import var

from tui.account.context import AccountContext
from tui.domain.usage import Call, FailedCall
from tui.locale import _
from tui.monitor.questions import AskError
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors
from tui.present.display_context import DisplayContext
from tui.screens.account_dialog import AccountDialog
from tui.screens.messages import Copy
from widgets.field_view import FieldView
from widgets.pane import Pane
from widgets.values import Line


class RecordDialog(AccountDialog):
    """A record in a frame over the screen that it came from."""

    DEFAULT_CSS = """
    RecordDialog { align: center middle; }
    RecordDialog Pane { width: 100%; max-width: 110; height: auto; max-height: 100%; background: $surface; }
    RecordDialog FieldView { height: auto; max-height: 100h; }
    """
    BINDINGS = [("escape,q,enter", "close", ""), ("y", "copy", ""), ("w", "wrap", "")]

    lines: var[tuple[Line, ...]] = var((), init=False)

    def __init__(self, account: AccountContext, title: str) -> None:
        super().__init__(account)
        self._title = title

    def compose(self) -> ComposeResult:
        with Pane(title_line=self._title, hint=_("y copy  w wrap  esc back")):
            yield FieldView(id="record")

    def on_mount(self) -> None:
        view = self.query_one(FieldView)
        view.wrap = True
        view.lines = self.lines
        view.focus()

    def watch_lines(self, lines: tuple[Line, ...]) -> None:
        if self.is_mounted:
            self.query_one(FieldView).lines = lines

    def text_to_copy(self) -> str:
        """What `y` copies."""
        return plain_text(self.lines)

    def action_copy(self) -> None:
        self.post_message(Copy(self.text_to_copy()))

    def action_wrap(self) -> None:
        view = self.query_one(FieldView)
        view.wrap = not view.wrap

    def action_close(self) -> None:
        self.dismiss()


class CallDialog(RecordDialog):
    """One call with its arithmetic."""

    def __init__(self, account: AccountContext, call: Call) -> None:
        super().__init__(account, _("Call"))
        self._call = call

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.lines = calls.detail(self._call, snapshot, look)


class ErrorDialog(RecordDialog):
    """One error request; its body is asked for when it is opened."""

    def __init__(self, account: AccountContext, call: FailedCall) -> None:
        super().__init__(account, _("Error request"))
        self._error = call

    def on_mount(self) -> None:
        if self.account.monitor.snapshot.data(AskError(self._error.id)) is None:
            self.run_worker(self.account.monitor.ask(AskError(self._error.id)), exit_on_error=True)

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        feed = snapshot.feed(AskError(self._error.id))
        self.lines = errors.inspector(self._error, feed.data, look, feed.failure)

    def text_to_copy(self) -> str:
        detail = self.snapshot.data(AskError(self._error.id)) if self.snapshot is not None else None
        return detail.body if detail is not None and detail.body else super().text_to_copy()


def plain_text(lines: Iterable[Line]) -> str:
    """Lines without their looks."""
    return "\n".join("".join(cell.text for cell in line) for line in lines)
