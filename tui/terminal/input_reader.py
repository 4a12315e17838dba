"""What comes from the terminal, waited for without waking in between: Textual's own thread looks ten times a second."""

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
"""How often the parser is told of the time while it may be in the middle of a sequence."""
MID_SEQUENCE_S = constants.ESCAPE_DELAY + 2 * TICK_S
"""For so long after input more of the same sequence may come: an escape alone is a key of its own then."""


class InputReader:
    """Reads a descriptor, in a thread, until it is told to stop."""

    def __init__(self, fileno: int, handle: Callable[[Message], None], *, debug: bool = False) -> None:
        self._fileno = fileno
        self._handle = handle
        self._parser = XTermParser(debug)
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._told_to_stop, self._stop = os.pipe()

    def run(self) -> None:
        """Read until `stop`, or until there is nothing left to be read."""
        # As Textual does: what is faster elsewhere does not take terminals on macOS.
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
        """Hand on what can be read; False at the end, after which whoever watches the terminal decides."""
        try:
            read = os.read(self._fileno, MAX_BYTES)
        except OSError:
            return False
        # The beginning of a letter is no text yet, and for the parser no text is the end.
        if text := self._decode(read):
            for message in self._parser.feed(text):
                self._handle(message)
        return bool(read)

    def stop(self) -> None:
        """End `run`, from any thread."""
        os.write(self._stop, b"!")

    def close(self) -> None:
        """Let go of what `stop` needs, once `run` has ended."""
        os.close(self._told_to_stop)
        os.close(self._stop)
