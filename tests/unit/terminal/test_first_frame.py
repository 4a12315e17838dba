"""The first picture: where the overview has its panes, only for the screen, gone at the first word."""

import subprocess
import sys

import pytest

from tests.unit.terminal.emulator import Emulator
from tests.unit.terminal.pty_program import ROOT, PtyProgram
from tui import locale
from tui.locale import _
from tui.terminal import first_frame


@pytest.mark.parametrize("size", [(60, 19), (80, 24), (120, 36), (200, 60)])
def test_panes_fill_the_screen_between_the_lines(size: tuple[int, int]) -> None:
    trend, split, keys, errors = first_frame.panes(*size)
    assert trend[1] == split[1] == 2
    # Each shares a line with the next.
    assert trend[2] - 1 == split[0]
    assert split[0] + split[2] == size[0]
    assert trend[1] + trend[3] - 1 == keys[1]
    assert keys[1] + keys[3] - 1 == errors[1]
    assert errors[1] + errors[3] == size[1] - 1


@pytest.mark.parametrize("size", [(10, 3), (40, 10), (120, 36)])
def test_nothing_is_drawn_outside(size: tuple[int, int]) -> None:
    screen = Emulator(*size)
    screen.feed(first_frame.frame(*size).replace("\x1b[2J", ""))
    assert screen.text()[0].startswith("?aktop")


def test_only_sys_and_os_are_needed() -> None:
    code = "import sys; before = set(sys.modules); import tui.terminal.first_frame; print(set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.strip("'") for name in done.stdout.strip().strip("{}").split(", ")}
    assert not {name for name in loaded if not name.startswith("tui")}


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["--demo", "calls"]])
def test_no_frame_where_no_screen_follows(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(sys, "__stderr__", None)
    first_frame.paint(arguments)
    assert not written
    assert not isinstance(sys.stderr, first_frame.EarlyScreen)


def test_what_fails_is_said_on_the_screen_that_stays() -> None:
    code = "from tui.terminal import first_frame; import sys; first_frame.paint([]); sys.exit('no gateway')"
    with PtyProgram((sys.executable, "-c", code), size=(80, 24)) as program:
        assert program.end() == 1
        before, _, after = program.output.partition(b"\x1b[?1049l")
        assert b"aktop" in before
        assert b"no gateway" in after
        assert program.output.count(b"\x1b[?1049l") == 1


def test_the_frame_is_taken_down_when_nobody_takes_over() -> None:
    code = "from tui.terminal import first_frame; first_frame.paint([])"
    with PtyProgram((sys.executable, "-c", code), size=(80, 24)) as program:
        assert program.end() == 0
        assert program.output.endswith(first_frame.LEAVE.encode())


def test_what_is_typed_early_waits_unseen_for_the_app() -> None:
    code = (
        "import sys, termios, tty; from tui.terminal import first_frame; before = termios.tcgetattr(0);"
        "first_frame.paint([]); first_frame.early_screen().put_header('ready'); sys.stdin.buffer.raw.read(1);"
        "first_frame.hand_over(); print('same', termios.tcgetattr(0) == before)"
    )
    with PtyProgram((sys.executable, "-c", code), size=(80, 24)) as program:
        program.see("ready")
        program.press("\x1a")
        assert program.end() == 0
        assert b"same True" in program.output
        assert b"^Z" not in program.output


@pytest.mark.parametrize("language", list(first_frame.WORDS))
def test_the_first_words_are_those_of_the_overview(language: str) -> None:
    locale.use(language)
    words = (_("Trend"), _("Keys"), _("Keys"), _("Errors"))
    waiting = _("waiting for the gateway …")
    locale.use("en")
    assert first_frame.WORDS[language] == (*(f"{number} {word}" for number, word in enumerate(words, 1)), waiting)


@pytest.mark.parametrize(
    ("arguments", "environ", "first"),
    [
        ([], {"LANG": "de_DE.UTF-8"}, "1 Trend"),
        ([], {"LANG": "zh_CN.UTF-8"}, "1 趋势"),
        (["--lang", "zh"], {"LANG": "de_DE.UTF-8"}, "1 趋势"),
        (["--lang=en"], {"LANG": "zh_CN.UTF-8"}, "1 Trend"),
        ([], {"AKTOP_LANG": "en", "LANG": "zh_CN.UTF-8"}, "1 Trend"),
        (["--lang"], {}, "1 Trend"),
    ],
)
def test_the_first_words_are_in_the_language_that_is_asked_for(
    arguments: list[str], environ: dict[str, str], first: str
) -> None:
    words = first_frame.words_for(arguments, environ)
    assert words[0] == first
    screen = Emulator(80, 24)
    screen.feed(first_frame.frame(80, 24, words))
    assert screen.text()[2].startswith(f"╭─{first} ─")


@pytest.mark.parametrize(("arguments", "environ"), [(["--api-key-file", "x"], {}), ([], {"AKTOP_API_KEYS": "sk-x"})])
def test_with_api_keys_alone_the_first_frame_names_no_panes(arguments: list[str], environ: dict[str, str]) -> None:
    assert first_frame.words_for(arguments, environ) == ()
