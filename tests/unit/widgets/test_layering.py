"""Widgets stand alone: they know no gateway, and a first frame does not wait for the plotting library."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import widgets

FOLDER = Path(widgets.__file__).parent
ALLOWED = {"widgets", "textual", "rich", "textual_plotext", "msgspec"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_widgets_import_only_each_other_and_the_framework(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    packages = {name.split(".")[0] for name in names}
    assert packages - ALLOWED <= set(sys.stdlib_module_names)


def test_the_plotting_library_is_imported_late() -> None:
    code = "import sys, widgets.trend_chart; sys.exit('plotext' in sys.modules or 'textual_plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=FOLDER.parent).returncode == 0
