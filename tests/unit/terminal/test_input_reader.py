"""Keys are heard at once, an escape alone after its delay, and nothing wakes while nothing is typed."""

import os
import select
import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from textual import events
from textual.message import Message

from tui.terminal import input_reader
from tui.terminal.input_reader import InputReader

PATIENCE_S = 5.0


class Typed:
    """A reader in its thread, what it heard, and the other end of what it reads."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._read, self._write = os.pipe()
        self.reader = InputReader(self._read, self._hear)
        self.thread = Thread(target=self.reader.run, daemon=True)
        self.thread.start()

    def _hear(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.heard.append(message.key)

    def type(self, data: bytes) -> None:
        """Type what is read before anything else is typed."""
        os.write(self._write, data)
        until(lambda: not select.select([self._read], [], [], 0)[0])

    def hang_up(self) -> None:
        os.close(self._write)

    def end(self) -> None:
        self.reader.stop()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()
        self.reader.close()
        os.close(self._read)


@pytest.fixture
def typed() -> Iterator[Typed]:
    one = Typed()
    yield one
    one.end()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.005)


def test_keys_are_heard_in_their_order(typed: Typed) -> None:
    typed.type(b"jk\x1b[A")
    until(lambda: typed.heard == ["j", "k", "up"])


def test_a_sequence_and_a_letter_may_come_in_pieces(typed: Typed) -> None:
    typed.type(b"\x1b[")
    typed.type(b"B")
    until(lambda: typed.heard == ["down"])
    typed.type("键".encode()[:1])
    typed.type("键".encode()[1:])
    until(lambda: len(typed.heard) == 2)
    typed.type(b"j")
    until(lambda: typed.heard[-1] == "j")


def test_an_escape_alone_is_heard_after_its_delay(typed: Typed) -> None:
    typed.type(b"\x1b")
    until(lambda: typed.heard == ["escape"])


def test_what_is_no_text_is_no_end(typed: Typed) -> None:
    typed.type(b"\xff\xfe")
    typed.type(b"q")
    until(lambda: typed.heard[-1:] == ["q"])


def test_it_ends_with_its_terminal(typed: Typed) -> None:
    typed.hang_up()
    typed.thread.join(PATIENCE_S)
    assert not typed.thread.is_alive()


def test_nothing_wakes_while_nothing_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float | None] = []

    class Selector(input_reader.selectors.SelectSelector):  # type: ignore[name-defined, misc]
        def select(self, timeout: float | None = None) -> object:
            waits.append(timeout)
            return super().select(timeout)

    monkeypatch.setattr(input_reader.selectors, "SelectSelector", Selector)  # type: ignore[attr-defined]
    typed = Typed()
    until(lambda: waits == [None])
    typed.type(b"j")
    until(lambda: waits[1:] and waits[-1] is None)
    typed.end()
    assert len(waits) <= 2 + (input_reader.MID_SEQUENCE_S / input_reader.TICK_S) + 1
