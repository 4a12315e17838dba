"""Which room imports which: the walls of ARCHITECTURE.md."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WITHOUT_TEXTUAL = ("domain", "gateway", "monitor", "incident", "store", "present", "headless", "demo", "locale")


def imports_of(path: Path) -> Iterator[str]:
    """The modules that a file imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def files_of(*folders: str) -> list[Path]:
    """All modules below some folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def crossings(files: list[Path], forbidden: tuple[str, ...]) -> list[str]:
    """Imports that stand where they must not."""
    return [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files
        for module in imports_of(path)
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]


def test_the_core_does_not_import_the_framework() -> None:
    assert not crossings(files_of(*(f"tui/{room}" for room in WITHOUT_TEXTUAL)), ("textual", "textual_plotext"))


def test_widgets_know_nothing_of_the_program() -> None:
    assert not crossings(files_of("widgets"), ("tui", "httpx", "tinydb"))


def test_the_domain_imports_the_standard_library_and_its_values_only() -> None:
    modules = {module.partition(".")[0] for path in files_of("tui/domain") for module in imports_of(path)}
    assert modules - {"tui", "msgspec"} <= sys.stdlib_module_names
    inner = crossings(
        files_of("tui/domain"), tuple(f"tui.{p.name}" for p in (ROOT / "tui").iterdir() if p.name != "domain")
    )
    assert not inner


def test_the_embedded_gateway_shares_nothing_with_the_client() -> None:
    rooms = tuple(f"tui.{path.name}" for path in (ROOT / "tui").iterdir() if path.is_dir() and path.name != "demo")
    assert not crossings(files_of("tui/demo"), rooms)


def test_presenters_and_screens_leave_the_wire_alone() -> None:
    rooms = files_of("tui/present", "tui/screens", "widgets")
    assert not crossings(rooms, ("httpx", "tinydb"))
    assert not [path for path in rooms if "import msgspec" in path.read_text(encoding="utf-8")], "values only: Struct"


def test_only_presenters_and_the_app_layer_see_presenters() -> None:
    assert not crossings(
        files_of("tui/domain", "tui/gateway", "tui/monitor", "tui/triage", "tui/store"),
        ("tui.present", "tui.screens"),
    )


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
        "sys.exit(bool({'textual', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_colours_stand_in_themes_only() -> None:
    import re

    literal = re.compile(r"#[0-9a-fA-F]{6}\b|rgb\(")
    styled = [*files_of("tui/screens", "widgets"), *(ROOT / "tui/screens").glob("*.tcss")]
    assert not [str(path) for path in styled if literal.search(path.read_text(encoding="utf-8"))]


def test_nothing_catches_everything_but_the_door() -> None:
    """The command line is the last one who can say a sentence instead of a traceback, and it does."""
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files_of("tui", "widgets")
        if path != ROOT / "tui/cli/main.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]
    assert not bare
