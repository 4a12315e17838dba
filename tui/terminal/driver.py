"""Textual's driver for Linux and macOS, writing only differences from what the terminal shows.

Everything that Textual paints goes through `write`. Frames are parsed into a model of the screen; whenever the line is
free, the difference between the wanted and the sent screen is sent in one piece. While the line is stalled, frames
change only the wanted screen, so that neither the event loop nor memory is affected.
"""

import asyncio
import os
import signal
import termios
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, ClassVar

from textual.message import Message
from textual.messages import InBandWindowResize
from textual.widgets import Input

from tui.terminal import clipboard
from tui.terminal.cell_style import CellStyles, NotUnderstood
from tui.terminal.frame_parser import FrameParser, harmless, is_frame
from tui.terminal.frame_writer import FrameWriter
from tui.terminal.input_reader import InputReader
from tui.terminal.line_writer import LineWriter
from tui.terminal.screen_model import ScreenModel
from tui.terminal.signals import stop
from tui.terminal.textual_internals import SYNC_END, SYNC_START, HookedDriver

ENTER_SCREEN = "\x1b[?1049h"
SMALL_FRAME = 1024
"""A frame up to this many characters reaches the terminal in one piece without sync marks."""
SETTLED_S = 0.05
"""Textual gathers sizes for 8 ms."""
PATIENCE_S = 1.0
"""How long leaving waits for a stalled line."""


class DiffDriver(HookedDriver):
    """Keeps the screen that was sent last, and writes the cells that differ."""

    signs: ClassVar[Mapping[int, str] | None] = None
    """What stands for signs that a font may not have."""

    def __init__(
        self, app: Any, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._looks = CellStyles()
        self._parser = FrameParser(self._looks)
        self._frames = FrameWriter(self._looks)
        self._screen = ScreenModel(0, 0, self._looks.plain.cells[" "])
        self._cursor: tuple[int, int] | None = None
        self._line: LineWriter | None = None
        self._reader: InputReader | None = None
        self._raw_attributes: list[Any] | None = None
        self._has_marks = False
        self._is_suspended = False
        self._needs_frame = False
        self._settling: asyncio.TimerHandle | None = None
        self._when_sent: list[Callable[[], None]] = []

    # Written by Textual

    def write(self, data: str) -> None:
        """Take a frame into the model, and pass everything else on."""
        if self._line is None:
            return
        if data in (SYNC_START, SYNC_END):
            # Textual sends sync marks only to terminals that know them; the difference gets its own.
            self._has_marks = True
        elif is_frame(data):
            self._take(data, self._line)
            self._send(self._line)
        else:
            self._line.send(clipboard.wrapped(data, os.environ))

    def _take(self, frame: str, line: LineWriter) -> None:
        size = self.shown_app.size
        if size != (self._screen.width, self._screen.height):
            self._screen = ScreenModel(size.width, size.height, self._looks.plain.cells[" "])
        try:
            self._cursor = self._parser.read(frame, self._screen)
        except NotUnderstood:
            self._screen.forget()
            if line.is_free():
                line.send(self._frames.put_down() + harmless(frame))
            else:
                self._needs_frame = True

    def _send(self, line: LineWriter) -> None:
        """Send the difference if the line is free; otherwise as soon as it becomes free."""
        if not self._may_paint() or not line.is_free():
            return
        text = self._frames.difference(self._screen, self._text_cursor())
        if len(text) > SMALL_FRAME and self._has_marks:
            text = f"{SYNC_START}{text}{SYNC_END}"
        if text:
            line.send(text)

    def _may_paint(self) -> bool:
        """Whether a picture may be sent now."""
        return True

    def _text_cursor(self) -> tuple[int, int] | None:
        """Where the terminal's cursor must be, since input methods draw there; None if hidden, where its place does not
        matter.
        """
        has_text_cursor = self.shown_app.screen_stack and isinstance(self.shown_app.focused, Input)
        return self._cursor if has_text_cursor else None

    def when_sent(self, then: Callable[[], None]) -> None:
        """Call it once the terminal has taken everything painted so far."""
        self._when_sent.append(then)
        self._tell_sent()

    def _tell_sent(self) -> None:
        if self._when_sent and self._may_paint() and (self._line is None or self._line.is_free()):
            told, self._when_sent = self._when_sent, []
            for then in told:
                then()

    def _ask_loop(self) -> None:
        self.event_loop.call_soon_threadsafe(self._line_is_free)

    def _line_is_free(self) -> None:
        if self._line is None:
            return
        if self._needs_frame:
            self._needs_frame = False
            self.shown_app.refresh(layout=True)
        self._send(self._line)
        self._tell_sent()

    def repaint(self) -> None:
        """Send the whole screen again: another program may have written on it."""
        self._screen.forget_sent()
        self._frames.forget_pen()
        if self._line is not None:
            self._send(self._line)

    # Start and end

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and after a suspension."""
        self._line = LineWriter(self.output_fileno, self._ask_loop, self.signs)
        self._reader = InputReader(self.fileno, self.process_message, debug=self.is_debugging)
        self._screen.forget_sent()
        self._frames.forget_pen()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Our line is written by its own thread.
        if not self.end_own_writing():
            # In the background: Textual has put the process to sleep again.
            self._close_line()
            self._reader.close()
            self._reader = None
            return
        self._is_suspended = False
        self._raw_attributes = self._attributes()
        self._follow_size()
        self._send(self._line)

    def stop_application_mode(self) -> None:
        """Restore the terminal to its earlier state."""
        if self._line is not None:
            self._line.send(self._frames.put_down())
        super().stop_application_mode()

    def close(self) -> None:
        """Stop writing, without waiting for a stalled line."""
        self._close_line()
        super().close()

    def _close_line(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
        line, self._line = self._line, None
        if line is not None:
            line.stop(PATIENCE_S)

    def run_input_thread(self) -> None:
        """Read input. Runs in the input thread."""
        if self._reader is not None:
            self._reader.run()

    def disable_input(self) -> None:
        """Stop reading."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.stop()
        super().disable_input()
        if reader is not None:
            reader.close()

    def _attributes(self) -> list[Any] | None:
        try:
            return termios.tcgetattr(self.fileno)
        except termios.error:
            return None

    # Sizes

    def _follow_size(self) -> None:
        """Repaint at every SIGWINCH: after a resize and back, Textual sees an equal size and writes nothing."""
        report_size = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self.event_loop.call_soon_threadsafe(self._look_at_size)
            if callable(report_size):
                report_size(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _look_at_size(self) -> None:
        if self.terminal_size() == (self._screen.width, self._screen.height):
            self.repaint()
        else:
            # Textual repaints everything in the new size; nothing of the old one is worth sending until then.
            self._screen.forget()
            self._frames.forget_pen()
        if self._settling is not None:
            self._settling.cancel()
        self._settling = self.event_loop.call_later(SETTLED_S, self._settle)

    def _settle(self) -> None:
        """Repaint once the size is stable: Textual paints nothing for a size that came and went."""
        self._settling = None
        self.shown_app.refresh(layout=True)

    def process_message(self, message: Message) -> None:
        """Follow sizes that the terminal reports itself. Runs in the input thread."""
        if isinstance(message, InBandWindowResize):
            self.event_loop.call_soon_threadsafe(self._look_at_size)
        super().process_message(message)

    # Stop and continue

    def stop_asked(self) -> None:
        """Leave the terminal, and stop like any job."""
        if self.restarts_itself and not self._is_suspended:
            self.suspend_application_mode()
            self._is_suspended = True
            self.must_tell_of_resuming()
        stop()

    def continued(self) -> None:
        """Continue: after our own suspension start again, after a bare SIGCONT only restore the terminal's modes."""
        if not self.restarts_itself:
            return
        if self._is_suspended:
            self.resume_application_mode()
        elif self._line is not None:
            self._reclaim(self._line)

    def _reclaim(self, line: LineWriter) -> None:
        if not self._is_foreground():
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        if self._raw_attributes is not None:
            try:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw_attributes)
            except termios.error:
                return  # the end of the terminal continued us, and its watch ends us
        line.send(f"{ENTER_SCREEN}\x1b[?25l\x1b[?1004h\x1b[?7l")
        self.put_modes_right()
        self.repaint()

    def _is_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return True


class TakeOverDriver(DiffDriver):
    """Takes over a screen that already shows an early frame, without flicker.

    The alternate screen is not entered again, since some terminals clear it then, and nothing is sent before the
    program's first screen is painted: Textual's own first frames are empty.
    """

    LONGEST_WAIT_S = 1.0
    waits_for_figures = False
    """Whether the early picture has figures, which an app without any must not replace."""

    def __init__(
        self, app: Any, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._is_waiting = True
        self.event_loop.call_later(self.LONGEST_WAIT_S, self._wait_no_longer)

    def write(self, data: str) -> None:
        """Pass on everything except entering the alternate screen."""
        if not (self._is_waiting and data == ENTER_SCREEN):
            super().write(data)

    def _may_paint(self) -> bool:
        if self._is_waiting and len(self.shown_app.screen_stack) > 1:
            self._is_waiting = self.waits_for_figures and not getattr(self.shown_app, "has_figures", True)
        return not self._is_waiting

    def _wait_no_longer(self) -> None:
        self._is_waiting = False
        self._line_is_free()


class LastScreenDriver(TakeOverDriver):
    """Leaves the last known picture until there is a newer one, or until a person would wonder."""

    LONGEST_WAIT_S = 3.0
    waits_for_figures = True
