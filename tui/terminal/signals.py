"""Turns termination signals into a clean exit: Textual would die of them and leave the terminal in disorder."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@contextmanager
def leaving_on_signals(leave: Callable[[int], None]) -> Iterator[None]:
    """Call `leave` in the running event loop with the exit code of the signal, 128 plus its number.

    A signal that was ignored at the start, as SIGHUP is by nohup, stays ignored.
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


def is_job() -> bool:
    """Whether a shell runs this as a job, which it can stop and continue."""
    return os.getpgrp() != os.getsid(0)


def stop() -> None:
    """Stop until continued; with the whole job, since a shell waits for what it started itself."""
    if is_job():
        os.killpg(os.getpgrp(), signal.SIGSTOP)
    else:
        os.kill(os.getpid(), signal.SIGSTOP)
