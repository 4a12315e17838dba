"""Signals that end a program, turned into leaving: the framework dies of them with the terminal in disorder."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@contextmanager
def leaving_on_signals(leave: Callable[[int], None]) -> Iterator[None]:
    """Call `leave` in the running event loop with the exit code that stands for the signal, 128 and its number.

    A signal that was ignored when the program was started, as SIGHUP is by nohup, stays ignored.
    """
    loop = asyncio.get_running_loop()
    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heard:
        loop.add_signal_handler(number, leave, 128 + number)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
