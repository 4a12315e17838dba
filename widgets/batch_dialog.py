"""A dialog that does several things in turn: lists each, sends one by one, and shows each outcome."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum

from msgspec import Struct
from textual import events

from widgets.act_dialog import ActDialog
from widgets.dialog import MAX_WIDTH
from widgets.dialog_values import ActOutcome, BatchWords, DialogWords
from widgets.layout import cell_width, columns_of, line_width, plain_line, truncate
from widgets.values import Cell, Emphasis, Line

LEAST_NAME = 8
LEAST_LINES = 3
"""With fewer visible lines of the list nobody could read what it is about."""
OUTCOME_INDENT = "  "


class Step(Struct, frozen=True, eq=False):
    """One of several acts: its row before and after, and what does it; None if there is nothing to do.

    The first cell names the subject, the second identifies it if the name is cut.
    """

    rows: tuple[tuple[Cell, ...], ...]
    act: Callable[[], Awaitable[ActOutcome]] | None = None


class _State(Enum):
    WAITING = Cell(" ")
    SENDING = Cell("…", Emphasis.MUTED)
    DONE = Cell("✓", Emphasis.GOOD)
    FAILED = Cell("■", Emphasis.CRITICAL)
    NOTHING = Cell("–", Emphasis.MUTED)


class BatchDialog(ActDialog):
    """Asks before several things are changed. A list longer than the window must be scrolled to its end first.

    Escape while sending stops after the current one; the outcome of each stays readable.
    """

    def __init__(
        self,
        title: str,
        lines: tuple[Line, ...],
        steps: Sequence[Step],
        after: tuple[Line, ...],
        verb: str,
        *,
        letter: str | None = None,
        words: DialogWords | None = None,
        batch_words: BatchWords | None = None,
    ) -> None:
        super().__init__(title, lines, verb, letter=letter, words=words)
        self._steps = tuple(steps)
        self._after = after
        self._batch_words = batch_words or BatchWords()
        self._states = [_State.WAITING if step.act is not None else _State.NOTHING for step in steps]
        self._outcomes: list[Line] = [()] * len(self._steps)
        self._is_stopping = False
        self._was_seen_whole = False

    def on_mount(self) -> None:
        """Follow how far the list was scrolled."""
        self.watch(self.text, "scroll_y", self._scrolled, init=False)

    def _listed(self) -> tuple[Line, ...]:
        """Return a line for each row. Where room is short names are cut: what follows them identifies them."""
        rows = [
            (state.value if number == 0 else Cell(" "), *row)
            for step, state in zip(self._steps, self._states, strict=True)
            for number, row in enumerate(step.rows)
        ]
        lines = columns_of(rows, gap=1)
        excess = max(map(line_width, lines), default=0) - (min(MAX_WIDTH, self.size.width) - self._sides)
        if excess <= 0:
            return lines
        width = max(LEAST_NAME, max(cell_width(row[1].text) for row in rows) - excess)
        cut = [(row[0], Cell(truncate(row[1].text, width), row[1].emphasis), *row[2:]) for row in rows]
        return columns_of(cut, gap=1)

    def shown_lines(self) -> tuple[Line, ...]:
        """Return who is meant, with what became of each, and what it means."""
        listed = self._listed()
        lines: list[Line] = [*self._lines, *(((),) if self._lines else ())]
        at = 0
        for step, told in zip(self._steps, self._outcomes, strict=True):
            lines += listed[at : at + len(step.rows)]
            at += len(step.rows)
            if told:
                lines.append((Cell(OUTCOME_INDENT), *told))
        if self.outcome is not None:
            return (*lines, (), self.outcome.line)
        if self.is_busy:
            word = self._batch_words.stopping if self._is_stopping else self.words.sending
            return (*lines, (), plain_line(word, Emphasis.MUTED))
        return (*lines, *(((), *self._after) if self._after else ()))

    def fitted(self, width: int, *, is_whole: bool) -> None:
        """Ask only if enough of the list is visible; the rest can be scrolled to."""
        room = self.frame.styles.height.value if self.frame.styles.height is not None else 0
        has_room = room - self.below_height(width) - 2 >= LEAST_LINES
        super().fitted(width, is_whole=is_whole or has_room)
        if is_whole:
            self._was_seen_whole = True
        self._tell_rest()

    def _scrolled(self) -> None:
        if self.text.scroll_offset.y >= self.text.max_scroll_y:
            self._was_seen_whole = True
        self._tell_rest()

    def _tell_rest(self) -> None:
        if self.outcome is None and not self.is_busy:
            self.verb_button.disabled = not self.is_ready()
            self.frame.note = () if self._was_seen_whole else plain_line(self._batch_words.scroll, Emphasis.WARNING)

    def hears(self, event: events.InputEvent | events.Paste) -> bool:
        """Return the same as other dialogs that act; repeat the hint about the list."""
        is_heard = super().hears(event)
        if is_heard:
            self._tell_rest()
        return is_heard

    def is_ready(self) -> bool:
        """Return whether the whole list was seen, and there is something to do."""
        return self._was_seen_whole and any(step.act is not None for step in self._steps)

    async def act(self) -> ActOutcome:
        """Do them one by one; a failure does not stop the others."""
        done = wanted = 0
        for number, step in enumerate(self._steps):
            if step.act is None:
                continue
            wanted += 1
            if self._is_stopping:
                continue
            self._states[number] = _State.SENDING
            self.show_text()
            outcome = await step.act()
            self._states[number] = _State.DONE if outcome.ok else _State.FAILED
            self._outcomes[number] = () if outcome.ok else outcome.line
            done += outcome.ok
            self.show_text()
        text = self._batch_words.ended.format(done=done, all=wanted)
        is_ok = done == wanted
        sign, emphasis = ("✓", Emphasis.GOOD) if is_ok else ("▲", Emphasis.WARNING)
        return ActOutcome(is_ok, plain_line(f"{sign} {text}", emphasis))

    def action_cancel(self) -> None:
        """Close; while sending, stop after the current one."""
        if self.is_busy:
            self._is_stopping = True
            self.show_text()
        else:
            super().action_cancel()
