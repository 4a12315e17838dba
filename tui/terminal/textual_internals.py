"""All undocumented parts of Textual that aktop uses, under its own names.

`tests/unit/terminal/test_textual_internals.py` lists them: with a new Textual it reports what is gone.
"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from typing import Any

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, Compositor
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.notifications import Notification, Notify
from textual.strip import Strip
from textual.style import Style

__all__ = [
    "SYNC_END",
    "SYNC_START",
    "ChopsUpdate",
    "HookedApp",
    "HookedCompositor",
    "HookedDriver",
    "Render",
    "XTermParser",
]

Render = tuple[Region, Region, list[Strip]]


# Message pumps


def as_handler_of(pump: MessagePump) -> AbstractContextManager[None]:
    """The context of a pump's handlers: messages posted in it have the pump as their sender."""
    return pump._context()


def parent_of(pump: MessagePump) -> MessagePump | None:
    """The pump that its messages bubble up to."""
    return pump._parent


def is_busy(pump: MessagePump) -> bool:
    """Whether a pump has messages to handle, or callbacks after them."""
    return pump.message_queue_size > 0 or bool(pump._next_callbacks)


# The app


def fail(app: App[Any], error: Exception) -> None:
    """End the app like an exception in one of its handlers."""
    app._handle_exception(error)


def failure_of(app: App[Any]) -> Exception | None:
    """The exception that ended the app."""
    return app._exception


def driver_of(app: App[Any]) -> Driver | None:
    """The driver that writes to the terminal."""
    return app._driver


class HookedApp(App[None]):
    """An app that prints nothing when it fails: Textual's traceback shows local variables, which can hold secrets."""

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def show_notices(self, notices: Iterable[Notification] = ()) -> None:
        """Show these and the pending ones; Textual calls it for each screen that comes to the front."""
        for notice in notices:
            notice.raised_at = time.time()
            self._notifications.add(notice)
        super()._refresh_notifications()

    def take_notice(self, notice: Notification) -> None:
        """Show a notification."""
        super()._on_notify(Notify(notice))

    def _on_notify(self, event: Notify) -> None:
        event.prevent_default()  # Textual's own method of that name would be called too
        self.take_notice(event.notification)

    def _refresh_notifications(self) -> None:
        self.show_notices()


# The compositor


# Textual's cache key includes the widget, which keeps the lines of a thousand removed widgets.
_inner_and_outer = lru_cache(1024)(partial(StylesCache.get_inner_outer.__wrapped__, StylesCache))


def _get_inner_outer(_self: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    return _inner_and_outer(base_background, background)


StylesCache.get_inner_outer = _get_inner_outer  # type: ignore[method-assign, assignment]


class HookedCompositor(Compositor):
    """Textual's compositor with its changes and rendering exposed."""

    @property
    def changed(self) -> tuple[Region, ...]:
        """The regions to be painted."""
        return tuple(self._dirty_regions)

    def renders(self, crop: Region | None) -> Iterable[Render]:
        """What to paint: regions, their visible parts, and their lines."""
        return super()._get_renders(crop)

    def _get_renders(self, crop: Region | None = None) -> Iterable[Render]:
        return self.renders(crop)


# The driver


class HookedDriver(LinuxDriver):
    """Textual's driver for Linux and macOS with its parts and signals exposed."""

    @property
    def shown_app(self) -> App[Any]:
        """The app whose picture it writes."""
        return self._app

    @property
    def event_loop(self) -> asyncio.AbstractEventLoop:
        """The app's event loop, which signals and the input thread reach from outside."""
        return self._loop

    @property
    def output_fileno(self) -> int:
        """The descriptor of the picture."""
        assert self._file is not None, "there is a standard error"
        return self._file.fileno()

    @property
    def is_debugging(self) -> bool:
        """Whether the app logs input."""
        return self._debug

    @property
    def restarts_itself(self) -> bool:
        """Whether it leaves and retakes the terminal when the process is stopped and continued."""
        return self._auto_restart

    def terminal_size(self) -> tuple[int, int]:
        """Current width and height of the terminal."""
        return self._get_terminal_size()

    def end_own_writing(self) -> bool:
        """Stop Textual's writer thread; False if it has not taken the terminal, being in the background."""
        if self._writer_thread is None:
            return False
        self._writer_thread.stop()
        self._writer_thread = None
        return True

    def must_tell_of_resuming(self) -> None:
        """Have the driver tell the app on its next start that it was suspended."""
        self._must_signal_resume = True

    def put_modes_right(self) -> None:
        """Enable mouse and bracketed paste again."""
        self._enable_mouse_support()
        self._enable_bracketed_paste()

    def stop_asked(self) -> None:
        """SIGTSTP arrived; called in the event loop's thread."""

    def continued(self) -> None:
        """SIGCONT arrived; called in the event loop's thread."""

    def _sigtstp_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self.stop_asked)

    def _sigcont_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self.continued)
