"""Reads terminal input without waking up in between; Textual's own thread wakes ten times a second."""

import os
import selectors
import time
from codecs import getincrementaldecoder
from collections.abc import Callable

from textual import constants
from textual.message import Message

from tui.terminal.textual_internals import XTermParser

MAX_BYTES = 4096
TICK_S = 0.1
"""How often the parser is told the time while it may be inside a sequence."""
MID_SEQUENCE_S = constants.ESCAPE_DELAY + 2 * TICK_S
"""How long after input the rest of a sequence may come; then a lone escape is a key of its own."""


class InputReader:
    """Reads a descriptor, in a thread, until stopped."""

    def __init__(self, fileno: int, handle: Callable[[Message], None], *, debug: bool = False) -> None:
        self._fileno = fileno
        self._handle = handle
        self._parser = XTermParser(debug)
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._told_to_stop, self._stop = os.pipe()

    def run(self) -> None:
        """Read until `stop`, or until the end of input."""
        # Like Textual: faster selectors do not support terminals on macOS.
        with selectors.SelectSelector() as selector:
            selector.register(self._fileno, selectors.EVENT_READ)
            selector.register(self._told_to_stop, selectors.EVENT_READ)
            listens_until = 0.0
            while True:
                ready = selector.select(TICK_S if time.monotonic() < listens_until else None)
                if any(key.fd == self._told_to_stop for key, _mask in ready):
                    return
                if ready:
                    if not self._take():
                        return
                    listens_until = time.monotonic() + MID_SEQUENCE_S
                for message in self._parser.tick():
                    self._handle(message)

    def _take(self) -> bool:
        """Process available input; False at the end, where the terminal's watch decides."""
        try:
            read = os.read(self._fileno, MAX_BYTES)
        except OSError:
            return False
        # A partial character yields no text yet, and the parser takes empty text for the end.
        if text := self._decode(read):
            for message in self._parser.feed(text):
                self._handle(message)
        return bool(read)

    def stop(self) -> None:
        """End `run`, from any thread."""
        os.write(self._stop, b"!")

    def close(self) -> None:
        """Close the pipe of `stop`, once `run` has ended."""
        os.close(self._told_to_stop)
        os.close(self._stop)
