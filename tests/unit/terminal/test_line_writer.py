"""The line: in order, never blocking the sender, bounded, and telling when it is free."""

import os
import threading

from tui.terminal.line_writer import LineWriter


def test_everything_arrives_in_order() -> None:
    reader, writer = os.pipe()
    line = LineWriter(writer, lambda: None)
    for number in range(100):
        line.send(f"{number} ")
    line.stop(5)
    assert os.read(reader, 65536).decode().split() == [str(number) for number in range(100)]


def test_a_full_line_is_asked_and_answers_once_when_free() -> None:
    reader, writer = os.pipe()
    free = threading.Event()
    line = LineWriter(writer, free.set)
    line.send("x" * 200_000)
    assert not line.is_free()
    left = 200_000
    while left:
        left -= len(os.read(reader, 65536))
    assert free.wait(5)
    assert line.is_free()
    line.stop(5)


def test_what_waits_is_bounded_and_stopping_does_not_wait_for_ever() -> None:
    reader, writer = os.pipe()
    line = LineWriter(writer, lambda: None)
    for _ in range(100):
        line.send("x" * 100_000)
    assert line._size <= 1 << 20
    line.stop(0.05)
    os.close(reader)
    line._thread.join(5)
    assert not line._thread.is_alive()


def test_a_vanished_line_swallows_everything() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    line = LineWriter(writer, lambda: None)
    line.send("x")
    line.send("y")
    line.stop(5)
    assert not line._thread.is_alive()
