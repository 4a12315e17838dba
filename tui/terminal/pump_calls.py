"""Callbacks of the event loop that count as handlers of a Textual message pump."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.message_pump import MessagePump

from tui.terminal.textual_internals import as_handler_of, fail


def call_soon(pump: MessagePump, callback: Callable[[], None]) -> None:
    """Call it after the current handler. Textual's `call_later` needs a message and signature inspection for that."""
    asyncio.get_running_loop().call_soon(_call, pump, callback)


def call_in(pump: MessagePump, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
    """Call it after a delay; a timer of Textual's would be a task of its own."""
    return asyncio.get_running_loop().call_later(seconds, _call, pump, callback)


def end_on_failures(app: App[Any]) -> None:
    """Let a failure in such a callback end the app, as in any other handler, so that it is reported.

    The loop itself would only print a traceback, whose last line can quote anything.
    """

    def failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and "handle" in context:
            fail(app, error)
        else:
            loop.default_exception_handler(context)

    asyncio.get_running_loop().set_exception_handler(failed)


def _call(pump: MessagePump, callback: Callable[[], None]) -> None:
    with as_handler_of(pump):
        callback()
