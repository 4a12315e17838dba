"""Texts name the keys that there are now, in any language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui import locale
from tui.domain.key_map import DEFAULTS, KeyMap
from tui.present import shown_keys
from tui.present.shown_keys import with_keys

PRESENT = Path(shown_keys.__file__).parent


@pytest.fixture(autouse=True)
def usual_keys_afterwards() -> Iterator[None]:
    yield
    shown_keys.use(KeyMap())


def told() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text that names keys, with the commands of these."""
    for path in sorted(PRESENT.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "with_keys"):
                continue
            first, *others = node.args
            if isinstance(first, ast.Call) and isinstance(first.args[0], ast.Constant):
                ids = tuple(str(one.value) for one in others if isinstance(one, ast.Constant))
                yield str(first.args[0].value), ids


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("text", "ids"), sorted(set(told())))
def test_every_key_of_a_text_becomes_the_one_there_is_now(text: str, ids: tuple[str, ...], language: str) -> None:
    locale.use(language)
    written = locale._(text)
    shown_keys.use(KeyMap({name: (f"f{number}",) for number, name in enumerate(DEFAULTS, 100)}))
    changed = with_keys(written, *ids)
    assert all(shown_keys.shown(name) in changed for name in ids if name != "older" or "B" in written)


def test_texts_are_found() -> None:
    assert len(set(told())) > 20


def test_what_is_part_of_a_word_is_no_key() -> None:
    shown_keys.use(KeyMap({"sort": ("ctrl+s",), "by": ("Q",)}))
    assert with_keys("s sort  b by", "sort", "by") == "ctrl+s sort  Q by"
    assert with_keys("no such", "sort") == "no such"
