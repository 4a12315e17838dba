"""The picture of the last run: shown for exactly what it was made for, and only when it is harmless."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.terminal.emulator import Emulator
from tests.unit.terminal.pty_program import ROOT, PtyProgram
from tui.config import paths
from tui.store.last_screen import MAX_KEPT, forget, keep
from tui.terminal import last_screen
from tui.terminal.glyphs import with_columns

SIZE = (60, 3)
LINES = (f"{' aktop  OLD':60}", f"{' 客服 $3.20':58}", " " * 60)
ARGUMENTS = ["--url", "https://gateway.example"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}


def kept_file(environ: dict[str, str]) -> Path:
    (path,) = Path(last_screen.folder(environ)).iterdir()
    return path


def test_what_was_kept_is_read_again(environ: dict[str, str]) -> None:
    keep(LINES, SIZE, ARGUMENTS, environ)
    assert last_screen.read(ARGUMENTS, environ, *SIZE) == list(LINES)
    assert kept_file(environ).stat().st_mode & 0o777 == 0o600
    assert kept_file(environ).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (ARGUMENTS, {"AKTOP_PASSWORD": "hunter2"}),
        (ARGUMENTS, {"AKTOP_PROXY": "http://me:hunter2@proxy.example"}),
        ([*ARGUMENTS, "--proxy", "http://me:hunter2@proxy.example"], {}),
        (["--proxy=http://me:hunter2@proxy.example"], {}),
        ([], {"AKTOP_URL": "https://me:hunter2@gateway.example"}),
    ],
)
def test_no_password_is_written_down(environ: dict[str, str], arguments: list[str], more: dict[str, str]) -> None:
    keep(LINES, SIZE, arguments, environ | more)
    folder = Path(last_screen.folder(environ))
    assert not any("hunter2" in path.read_text() for path in (folder.iterdir() if folder.exists() else ()))


@pytest.mark.parametrize(
    ("arguments", "more", "size"),
    [
        (["--url", "https://other.example"], {}, SIZE),
        ([*ARGUMENTS, "--profile", "work"], {}, SIZE),
        ([*ARGUMENTS, "--lang", "zh"], {}, SIZE),
        (ARGUMENTS, {"LANG": "zh_CN.UTF-8"}, SIZE),
        (ARGUMENTS, {"AKTOP_EMAIL": "somebody@example.com"}, SIZE),
        (ARGUMENTS, {"AKTOP_TOKEN": "anybody's"}, SIZE),
        (ARGUMENTS, {}, (61, 3)),
        (ARGUMENTS, {}, (60, 4)),
    ],
)
def test_any_other_start_shows_nothing_of_it(
    environ: dict[str, str], arguments: list[str], more: dict[str, str], size: tuple[int, int]
) -> None:
    keep(LINES, SIZE, ARGUMENTS, environ)
    assert last_screen.read(arguments, environ | more, *size) is None


def test_other_settings_show_nothing_of_it(environ: dict[str, str], tmp_path: Path) -> None:
    keep(LINES, SIZE, ARGUMENTS, environ)
    (tmp_path / "aktop").mkdir()
    (tmp_path / "aktop" / "config.toml").write_text('lang = "zh"\n')
    assert last_screen.read(ARGUMENTS, environ, *SIZE) is None


@pytest.mark.parametrize("arguments", [["--demo"], ["--token-file", "f"], ["--api-key-file=f"]])
def test_nothing_is_kept_of_accounts_that_may_be_anybodys(environ: dict[str, str], arguments: list[str]) -> None:
    keep(LINES, SIZE, arguments, environ)
    assert not Path(last_screen.folder(environ)).exists()


@pytest.mark.parametrize("odd", ["\x1b[31m", "\x07", "\u202e", "\x9b2J", "\n"])
def test_what_is_not_plain_text_is_neither_kept_nor_shown(environ: dict[str, str], odd: str) -> None:
    keep((LINES[0], odd, LINES[2]), SIZE, ARGUMENTS, environ)
    assert not Path(last_screen.folder(environ)).exists()
    keep(LINES, SIZE, ARGUMENTS, environ)
    path = kept_file(environ)
    path.write_text(path.read_text().replace("$3.20", odd), newline="")
    assert last_screen.read(ARGUMENTS, environ, *SIZE) is None


def test_a_file_that_others_can_touch_is_not_trusted(environ: dict[str, str]) -> None:
    keep(LINES, SIZE, ARGUMENTS, environ)
    kept_file(environ).chmod(0o644)
    assert last_screen.read(ARGUMENTS, environ, *SIZE) is None


def test_few_are_kept_and_all_can_be_forgotten(environ: dict[str, str]) -> None:
    for number in range(MAX_KEPT + 3):
        keep(LINES, SIZE, [*ARGUMENTS, "--profile", str(number)], environ)
    folder = Path(last_screen.folder(environ))
    assert len(list(folder.iterdir())) == MAX_KEPT
    forget(environ)
    assert not list(folder.iterdir())


def test_it_is_drawn_dim_with_the_note_in_reverse() -> None:
    screen = Emulator(*SIZE)
    screen.feed(last_screen.drawn(LINES).replace("\x1b[2J", ""))
    assert screen.text()[1].startswith(" 客服 $3.20")
    note, figures = screen.picture()[0][1][1], screen.picture()[1][6][1]
    assert "7" in note.attributes
    assert "2" in figures.attributes
    assert not figures.foreground


def test_the_folder_is_that_of_the_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for home in ("", str(tmp_path)):
        monkeypatch.setenv("XDG_STATE_HOME", home)
        assert Path(last_screen.folder(os.environ)) == paths.state_dir() / "screens"


def test_the_early_picture_is_the_kept_one(environ: dict[str, str]) -> None:
    keep(LINES, SIZE, ARGUMENTS, environ | {"LANG": "C.UTF-8"})
    code = f"from tui.terminal import first_frame; first_frame.paint({ARGUMENTS!r}); input()"
    drop = {name: "" for name in os.environ if name.startswith(("AKTOP_", "LC_", "LANG", "TZ"))}
    names = "; ".join(f"os.environ.pop({name!r}, None)" for name in drop)
    command = (sys.executable, "-c", f"import os; {names or 'pass'}; os.environ['LANG'] = 'C.UTF-8'; {code}")
    with PtyProgram(command, size=SIZE, environ=environ) as program:
        program.see("$3.20")
        assert program.screen.text()[0].startswith(" aktop  OLD")
        program.press("\r")
        program.end()


def test_only_sys_and_os_are_needed() -> None:
    code = "import sys; before = set(sys.modules); import tui.terminal.last_screen; print(set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.strip("'") for name in done.stdout.strip().strip("{}").split(", ")}
    assert not {name for name in loaded if not name.startswith("tui")}


def test_behind_a_glyph_of_disputed_width_stands_an_address() -> None:
    line = with_columns("│ हिन्दी ␟7␟ │$3.20", last_screen.COLUMN)
    assert last_screen.text_of("key", (line,)) is not None
    drawn = last_screen.drawn(["note", line], is_colourless=True)
    assert drawn.count("G") == 3
    assert drawn.endswith("\x1b[6G 7 │$3.20")


@pytest.mark.parametrize("hidden", ["␟2J␟", "␟1;1H␟", "␟99999␟", "␟x", "␟-1␟", "␟٣␟"])
def test_nothing_else_becomes_an_address(hidden: str) -> None:
    drawn = last_screen.drawn(["note", f"a{hidden}b"], is_colourless=True)
    assert drawn.partition("\x1b[2;1H")[2].count("\x1b") == 0
