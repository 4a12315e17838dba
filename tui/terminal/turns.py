"""Callbacks of the event loop that count as handlers of a Textual message pump."""

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump


def call_soon(pump: MessagePump, callback: Callable[[], None]) -> None:
    """Call it after what is going on. Textual's `call_later` does so too, by a message and an inspected signature."""
    asyncio.get_running_loop().call_soon(_call, pump, callback)


def call_in(pump: MessagePump, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
    """Call it then; a timer of Textual's would be a task of its own."""
    return asyncio.get_running_loop().call_later(seconds, _call, pump, callback)


def _call(pump: MessagePump, callback: Callable[[], None]) -> None:
    with pump._context():
        try:
            callback()
        except Exception as error:
            # It ends the app, as in any other handler; the loop has nobody else to tell.
            pump.app._handle_exception(error)
            raise
