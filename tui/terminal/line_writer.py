"""Writes to the terminal in its own thread, so that a stalled line blocks nobody else.

The descriptor stays in blocking mode: it is shared with the shell and other programs on the terminal, and making it
non-blocking would break them.
"""

import os
import select
import threading
from collections.abc import Callable, Mapping

_MAX_WAITING = 1 << 20
_PIECE = 1 << 12


class LineWriter:
    """Sends bytes in order. Check first whether the line is free before sending a picture.

    `signs` says what is written in place of a character, as `str.translate` takes it.
    """

    def __init__(self, fd: int, on_free: Callable[[], None], signs: Mapping[int, str] | None = None) -> None:
        self._signs = signs
        self._fd = fd
        self._on_free = on_free
        self._waiting: list[bytes] = []
        self._size = 0
        self._is_writing = False
        self._is_asked = False
        self._is_stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="aktop-line", daemon=True)
        self._thread.start()

    def send(self, text: str) -> None:
        """Write a text after everything sent before; dropped on a line that has been stalled for very long."""
        if self._signs is not None:
            text = text.translate(self._signs)
        data = text.encode("utf-8", "replace")
        with self._changed:
            if self._is_stopping or self._size + len(data) > _MAX_WAITING:
                return
            self._waiting.append(data)
            self._size += len(data)
            self._changed.notify()

    def is_free(self) -> bool:
        """Whether everything has been written. If not, `on_free` is called, in the thread, once it has been."""
        with self._changed:
            self._is_asked = self._is_writing or bool(self._waiting)
            return not self._is_asked

    def stop(self, patience_s: float) -> None:
        """Write what waits, and end; after `patience_s` a stalled line is given up."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self._thread.join(patience_s)

    def _run(self) -> None:
        while (data := self._next()) is not None:
            if not self._write(data):
                # Nobody is there any more; the terminal's watch ends the program.
                self._discard()

    def _next(self) -> bytes | None:
        """Wait for something to write; None if there is nothing left to do."""
        while True:
            with self._changed:
                self._is_writing = False
                if self._waiting:
                    data = b"".join(self._waiting)
                    self._waiting.clear()
                    self._size = 0
                    self._is_writing = True
                    return data
                if self._is_stopping:
                    return None
                is_asked, self._is_asked = self._is_asked, False
                if not is_asked:
                    self._changed.wait()
            if is_asked:
                self._on_free()

    def _write(self, data: bytes) -> bool:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._fd, rest[:_PIECE]) :]
            except BlockingIOError:
                # Another program made the shared descriptor non-blocking.
                select.select([], [self._fd], [])
            except OSError:
                return False
        return True

    def _discard(self) -> None:
        with self._changed:
            self._waiting.clear()
            self._size = 0
