"""Asking a terminal, with this test in the place of the terminal."""

import os
import pty
import re
import select
import time
import tty
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.terminal.probe import BRACKETED_PASTE, DRAWN, SGR_MOUSE, WIDE, Answers, ask, misdrawn, understood

Reply = Callable[[bytes], bytes]
_QUESTIONS = re.compile(rb"\r([^\x1b\r]+)\x1b\[6n|\x1b\[\?(\d+)\$p|\x1b\[(>0q|\?u|c)")


def of_width(count: Callable[[str], int]) -> Reply:
    """A terminal that answers everything, and draws signs as wide as it counts them."""

    def reply(asked: bytes) -> bytes:
        said = b""
        for sign, mode, other in _QUESTIONS.findall(asked):
            if sign:
                said += b"\x1b[1;%dR" % (1 + count(sign.decode()))
            elif mode:
                said += b"\x1b[?%s;2$y" % mode
            else:
                said += {b">0q": b"\x1bP>|Made(1)\x1b\\", b"?u": b"\x1b[?0u", b"c": b"\x1b[?62;52c"}[other]
        return said

    return reply


def narrow(sign: str) -> int:
    return 2 if sign in WIDE else 1


def asked_of(reply: Reply, environ: dict[str, str] | None = None, patience_s: float = 5.0) -> Answers | None:
    """What is understood in a session of its own, whose terminal is this test."""
    receive, send = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        os.close(receive)
        try:
            found = ask(environ or {}, patience_s)
            import msgspec

            os.write(send, msgspec.msgpack.encode(found))
        finally:
            os._exit(0)
    os.close(send)
    tty.setraw(terminal)
    asked = b""
    is_answered = False
    while not select.select([receive], [], [], 0.01)[0]:
        if not select.select([terminal], [], [], 0.01)[0]:
            continue
        try:
            asked += os.read(terminal, 65536)
        except OSError:
            break
        if asked.endswith(b"\x1b[c") and not is_answered:
            is_answered = True
            os.write(terminal, reply(asked))
    with os.fdopen(receive, "rb") as pipe:
        raw = pipe.read()
    os.waitpid(child, 0)
    os.close(terminal)
    import msgspec

    return msgspec.msgpack.decode(raw, type=Answers | None) if raw else None


def test_a_terminal_that_answers_everything() -> None:
    answers = asked_of(of_width(narrow))
    assert answers is not None
    assert answers.has_answered
    assert answers.name == "Made(1)"
    assert set(answers.widths) == set(DRAWN + WIDE)
    assert misdrawn(answers) == ""
    assert answers.modes[SGR_MOUSE]
    assert answers.modes[BRACKETED_PASTE]
    assert answers.has_kitty_keys
    assert answers.takes_clipboard


def test_signs_that_are_drawn_wide_are_found() -> None:
    answers = asked_of(of_width(lambda sign: 2 if sign in WIDE + "─…■" else 1))
    assert answers is not None
    assert misdrawn(answers) == "─■…"


def test_a_terminal_that_answers_nothing_is_not_waited_for_for_ever() -> None:
    began = time.monotonic()
    answers = asked_of(lambda _asked: b"", patience_s=0.2)
    assert answers == Answers(has_answered=False)
    assert time.monotonic() - began < 5


def test_one_that_writes_what_it_does_not_know_is_not_asked_that() -> None:
    heard: list[bytes] = []

    def reply(asked: bytes) -> bytes:
        heard.append(asked)
        return of_width(narrow)(asked)

    answers = asked_of(reply, {"TERM_PROGRAM": "Apple_Terminal"})
    assert answers is not None
    assert b"$p" not in heard[0]
    assert answers.modes == {}


def test_without_a_terminal_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tui.terminal.probe._TTY", str(tmp_path / "none"))
    assert ask({}) is None


@pytest.mark.parametrize(
    "heard", [b"", b"\x1b[1;2R", b"\x1b[1;2R\x1b[1;2R\x1b[1;2R\x1b[?6c", b"\x1b[?2004;0$y\x1b[?6c", b"\xff\x1b[?c"]
)
def test_answers_that_are_not_whole_are_no_measure(heard: bytes) -> None:
    assert understood(heard, "ab").widths == {}


def test_a_mode_that_is_not_known_is_told_from_one_that_is_not_said() -> None:
    assert understood(b"\x1b[?2004;0$y\x1b[?1006;1$y\x1b[?6c", "").modes == {2004: False, 1006: True}
