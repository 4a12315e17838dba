"""Rules of the house that no wall can hold; the walls are in `test_walls.py`."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def files_of(*folders: str) -> list[Path]:
    """All modules below some folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_presenters_and_screens_use_no_codec() -> None:
    rooms = files_of("tui/present", "tui/screens", "widgets")
    assert not [path for path in rooms if "import msgspec" in path.read_text(encoding="utf-8")], "values only: Struct"


@pytest.mark.parametrize(
    "module",
    ["tui.monitor.loop", "tui.present.keys", "tui.account.actions", "tui.account.services", "tui.cli.run"],
)
def test_the_core_loads_without_the_framework(module: str) -> None:
    code = f"import sys, {module}; sys.exit('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_waits_for_neither_screen_nor_network(option: str) -> None:
    code = (
        "import sys\nfrom tui.__main__ import main\n"
        f"try:\n    main(['{option}'])\nexcept SystemExit:\n    pass\n"
        "sys.exit(bool({'textual', 'httpcore2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_colours_stand_in_themes_only() -> None:
    import re

    literal = re.compile(r"#[0-9a-fA-F]{6}\b|rgb\(")
    styled = [*files_of("tui/screens", "widgets"), *(ROOT / "tui/screens").rglob("*.tcss")]
    assert not [str(path) for path in styled if literal.search(path.read_text(encoding="utf-8"))]


def test_nothing_catches_everything_but_the_door() -> None:
    """The command line is the last one who can say a sentence instead of a traceback, and it does.

    Who brings notices to their channels does, too: what fails in one must not keep the others from telling.
    """
    doors = (ROOT / "tui/cli/main.py", ROOT / "tui/outbound/delivery.py")
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files_of("tui", "widgets")
        if path not in doors
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]
    assert not bare


@pytest.mark.parametrize("room", ["screens", "app"])
def test_screens_leave_words_and_figures_to_presenters(room: str) -> None:
    """The entrance chooses the language; all that is said in it comes from `present`."""
    files = files_of(f"tui/{room}")
    assert files
    assert not words_in(files)


def words_in(files: list[Path]) -> list[str]:
    """Where texts are translated and figures formatted."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and _brings_words(node))
        or (isinstance(node, ast.Import) and "gettext" in {alias.name for alias in node.names})
        or (isinstance(node, ast.FormattedValue) and node.format_spec is not None)
    ]


def _brings_words(node: ast.ImportFrom) -> bool:
    names = {alias.name for alias in node.names}
    is_module = node.module == "tui.present" and "format" in names
    return is_module or node.module in ("tui.locale", "tui.present.format", "gettext")


def test_a_word_in_a_screen_is_found() -> None:
    assert all(words_in([ROOT / f"tui/present/{name}.py"]) for name in ("toasts", "breakdown"))
