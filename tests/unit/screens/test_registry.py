"""The registry of screens: each that is asked for is there."""

import ast
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tui.app.screens import SCREENS, open_already, screen_for
from tui.domain.capabilities import Capabilities
from tui.domain.scope import Scope
from tui.screens.messages import Open

SOURCES = Path(__file__).parents[3] / "tui"


def wished() -> set[str]:
    """The names that screens ask for, as they are written in an `Open(...)`."""
    return {
        node.args[0].value
        for path in (SOURCES / "screens").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Open"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_what_screens_ask_for_is_registered() -> None:
    assert wished() == set(SCREENS) - {"overview"}


@pytest.mark.parametrize("name", SCREENS)
def test_what_is_registered_can_be_opened(name: str) -> None:
    module, _colon, found = SCREENS[name].partition(":")
    assert callable(getattr(import_module(module), found).opened)


def test_what_is_open_already_is_gone_back_to_but_for_another_scope_is_another_screen() -> None:
    whole, narrow = Scope(), Scope().narrowed(key_id=7)
    account: Any = SimpleNamespace(capabilities=Capabilities())
    shown, triage = (screen_for(Open(target, whole), account) for target in ("errors", "triage"))
    assert open_already(Open("errors", whole), [shown, triage]) is shown
    assert open_already(Open("errors", narrow), [shown, triage]) is None
    assert open_already(Open("calls", whole), [shown, triage]) is None
