"""Dialogs that act: they ask, send once, show the outcome, and only then close."""

from collections.abc import Awaitable, Callable
from time import monotonic

from textual import events, on
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from widgets.dialog import BUTTON_SIDES, ButtonRow, Dialog
from widgets.dialog_button import DialogButton
from widgets.dialog_values import ActOutcome, DialogWords
from widgets.layout import cell_width, plain_line
from widgets.values import Emphasis, Line

BURST_S = 0.25
"""Input this soon after a key typed too early was typed just as blindly."""
MIN_VERB_WIDTH = 8
"""A verb with fewer letters would be ambiguous."""
Act = Callable[[], Awaitable[ActOutcome]]


class ActDialog(Dialog[bool]):
    """A dialog with Cancel and a verb.

    The verb sends once; meanwhile both buttons are inactive. The outcome stays below the text with Close as the only
    button, so that a person reads what happened. The result is True if it was done.
    """

    def __init__(
        self,
        title: str,
        lines: tuple[Line, ...],
        verb: str,
        *,
        letter: str | None = None,
        words: DialogWords | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(title, lines, words or DialogWords(), id)
        self.cancel_button = DialogButton(self.words.cancel, id="cancel")
        self.verb_button = DialogButton(verb, letter=_letter_of(verb) if letter is None else letter, id="verb")
        self.close_button = DialogButton(self.words.close, id="close")
        self.close_button.display = False
        self.button_row = ButtonRow(self.cancel_button, self.verb_button, self.close_button)
        self.is_busy = False
        self.outcome: ActOutcome | None = None
        self.further_keys: frozenset[str] = frozenset()
        """Keys that close the dialog once it is done, to go on with something else."""
        self.goes_further = False
        """Whether one of them closed it."""
        self.is_whole = True
        """Whether the whole question is visible; otherwise there is nothing to agree to."""
        self._seen_at: float | None = None
        self._dropped_at = -BURST_S

    def on_mount(self) -> None:
        """Ignore input until the question is visible."""
        self._begin_to_be_seen()

    @property
    def is_seen(self) -> bool:
        """Whether the question, or its outcome, is visible."""
        return self._seen_at is not None

    def _begin_to_be_seen(self) -> None:
        self._seen_at = None
        self.when_seen(self._be_seen)

    def _be_seen(self) -> None:
        self._seen_at = monotonic()

    def hears(self, event: events.InputEvent | events.Paste) -> bool:
        """Return whether the person saw what the input is about; cancelling needs no seeing."""
        if isinstance(event, events.Key) and event.key == "escape" and self.outcome is None:
            return super().hears(event)
        is_blind = self._seen_at is None or event.time < max(self._seen_at, self._dropped_at + BURST_S)
        if is_blind:
            self._dropped_at = event.time
        self.frame.note = plain_line(self.words.dropped, Emphasis.WARNING) if is_blind else ()
        return super().hears(event) and not is_blind

    async def act(self) -> ActOutcome:
        """Carry out the verb; defined by each kind of dialog."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Return whether the verb may act now."""
        return True

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the buttons below the text."""
        return (self.button_row,)

    def below_width(self) -> int:
        """Return the width of the buttons."""
        return self.button_row.wanted_width

    def below_height(self, width: int) -> int:
        """Return the height of the buttons, with a blank line on each side."""
        return 1 if self.is_tight else 3

    def fitted(self, width: int, *, is_whole: bool) -> None:
        """Allow no action while part of the question is out of sight; an outcome may be scrolled."""
        is_verb_told = width >= cell_width(self.cancel_button.label) + MIN_VERB_WIDTH + 2 * BUTTON_SIDES
        is_whole = (is_whole and is_verb_told) or self.outcome is not None or self.is_busy
        if is_whole != self.is_whole:
            self.is_whole = is_whole
            self.show_whole(is_whole)
            self._begin_to_be_seen()
        if not is_whole:
            self.text.lines = (plain_line(self.words.too_small, Emphasis.WARNING),)

    def show_whole(self, is_whole: bool) -> None:
        """Show the question's widgets, or only that there is no room for them."""
        self.button_row.display = is_whole
        self.button_row.disabled = not is_whole
        if is_whole and (first := self.first_focus()) is not None:
            self.call_after_refresh(first.focus)

    def shown_lines(self) -> tuple[Line, ...]:
        """Return the text with the outcome."""
        if self.outcome is not None:
            return (*self._lines, (), self.outcome.line)
        if self.is_busy:
            return (*self._lines, (), plain_line(self.words.sending, Emphasis.MUTED))
        return self._lines

    def first_focus(self) -> Widget:
        """Begin at Cancel, so that a hasty enter changes nothing."""
        return self.cancel_button

    def takes_letters(self) -> bool:
        """Return whether the underlined letter acts now."""
        return self.outcome is None

    def on_key(self, event: events.Key) -> None:
        """Act on the underlined letter; the capital that opened the dialog does not act while it is held."""
        is_verb = event.key == self.verb_button.letter and self.takes_letters()
        self.goes_further = event.key in self.further_keys and self.outcome is not None and self.outcome.ok
        if is_verb or self.goes_further:
            event.stop()
            event.prevent_default()
        if is_verb:
            self.begin()
        elif self.goes_further:
            self.action_cancel()

    @on(DialogButton.Pressed, "#verb")
    def _verb_pressed(self, message: DialogButton.Pressed) -> None:
        message.stop()
        self.begin()

    @on(DialogButton.Pressed, "#cancel")
    @on(DialogButton.Pressed, "#close")
    def _close_pressed(self, message: DialogButton.Pressed) -> None:
        message.stop()
        self.action_cancel()

    def action_cancel(self) -> None:
        """Close; an action in progress shows its outcome first."""
        if not self.is_busy:
            self.dismiss(self.outcome is not None and self.outcome.ok)

    def begin(self) -> None:
        """Start the action, once, if the whole question was readable."""
        if not self.is_busy and self.outcome is None and self.is_whole and self.is_ready():
            self.proceed()

    def proceed(self) -> None:
        """Send."""
        self.is_busy = True
        self.cancel_button.disabled = self.verb_button.disabled = True
        self.show_text()
        self.run_worker(self.act(), group="act", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the outcome; an unexpected error is shown with its type."""
        if event.worker.group != "act" or not self.is_busy:
            return
        if event.state is WorkerState.SUCCESS and isinstance(event.worker.result, ActOutcome):
            self.show_outcome(event.worker.result)
        elif event.state in (WorkerState.ERROR, WorkerState.CANCELLED, WorkerState.SUCCESS):
            error = event.worker.error
            self.show_outcome(ActOutcome(False, plain_line(f"✕ {type(error).__name__}: {error}", Emphasis.CRITICAL)))

    def show_outcome(self, outcome: ActOutcome) -> None:
        """Show the outcome; may be called again when more is known."""
        self.is_busy = False
        self.outcome = outcome
        self.cancel_button.display = self.verb_button.display = False
        self.close_button.display = True
        self.show_text()
        self.close_button.focus()
        self._begin_to_be_seen()


class ConfirmDialog(ActDialog):
    """Asks before something is changed: who, before and after, and a button that names the action."""

    def __init__(
        self,
        title: str,
        lines: tuple[Line, ...],
        verb: str,
        act: Act,
        *,
        letter: str | None = None,
        words: DialogWords | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(title, lines, verb, letter=letter, words=words, id=id)
        self._act = act

    async def act(self) -> ActOutcome:
        """Carry out the caller's action."""
        return await self._act()


def _letter_of(verb: str) -> str:
    """Return the letter that stands for a verb, none where it does not begin with a Latin one.

    >>> _letter_of("Disable laptop"), _letter_of("停用")
    ('d', '')
    """
    first = verb[:1].lower()
    return first if first.isascii() and first.isalpha() else ""
