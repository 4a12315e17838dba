"""One call, or one error request, with all that the gateway tells of it."""

from typing import Self

from textual.app import ComposeResult
from textual.reactive import var

from tui.account.context import AccountContext
from tui.domain.usage import Call, FailedCall
from tui.monitor.questions import AskError
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors_pane, record
from tui.present.display_context import DisplayContext
from tui.screens.account_dialog import AccountDialog
from tui.screens.messages import Copy, Open
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
        with Pane(title_line=self._title, hint=record.hint()):
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
        return record.plain_text(self.lines)

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
        super().__init__(account, record.call_title())
        self._call = call

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """The dialog for the call of a wish."""
        assert isinstance(wish.record, Call)
        return cls(account, wish.record)

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.lines = calls.detail(self._call, snapshot, look)


class ErrorDialog(RecordDialog):
    """One error request; its body is asked for when it is opened."""

    def __init__(self, account: AccountContext, call: FailedCall) -> None:
        super().__init__(account, record.error_title())
        self._error = call

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """The dialog for the error of a wish."""
        assert isinstance(wish.record, FailedCall)
        return cls(account, wish.record)

    def on_mount(self) -> None:
        if self.account.monitor.snapshot.data(AskError(self._error.id)) is None:
            self.run_worker(self.account.monitor.ask(AskError(self._error.id)), exit_on_error=True)

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.lines = errors_pane.inspector_pane(self._error, snapshot, look).lines

    def text_to_copy(self) -> str:
        detail = self.snapshot.data(AskError(self._error.id)) if self.snapshot is not None else None
        return detail.body if detail is not None and detail.body else super().text_to_copy()
