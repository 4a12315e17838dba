"""The Chinese catalog: complete, true to the code, and no wider than the screen lets it be."""

import argparse
import ast
import importlib
import inspect
import io
import pkgutil
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import IO, Any
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.unit.samples import NOW
from tui import locale, present
from tui.domain.commands import COMMANDS
from tui.domain.keys import KeyStatus
from tui.monitor.snapshot import Snapshot
from tui.present import breakdown, calls, evidence, keys
from tui.present.command_words import COMMAND_WORDS
from tui.present.display_context import DisplayContext
from tui.present.key_state import status_word
from tui.triage.report import Report
from widgets.layout import cell_width
from widgets.values import Column

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "tui/locale/zh_CN/LC_MESSAGES/aktop.po"
KEYWORDS: dict[str, Any] = {"_": None, "_n": None, "plural": (1, 2)}
HAN = re.compile(r"[\u4e00-\u9fff]")
ALSO_CHINESE = frozenset({"token", "User-Agent", "{n} token/s", "$/1M", "tab: "})
"""Translations without Chinese: what Chinese operators write in Latin letters too."""


def python_strings(
    source: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """All marked strings of a module, also those inside f-strings, which Babel's own extractor skips before 3.12."""
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            texts = tuple(
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            )
            if texts:
                yield node.lineno, node.func.id, texts, []


def in_the_code() -> dict[tuple[str, ...], str]:
    """Every message of the code, with where it is."""
    method = [("tui/**.py", "tests.unit.test_locale.python_strings")]
    found = extract_from_dir(ROOT, method, keywords=KEYWORDS)
    return {_forms(message): f"{name}:{line}" for name, line, message, _comments, _context in found}


def read_catalog() -> Catalog:
    with CATALOG.open("rb") as file:
        return read_po(file, locale="zh_CN")


def pairs() -> list[tuple[str, str]]:
    """Message and translation; of a plural its form for several."""
    return [(_forms(message.id)[-1], _forms(message.string)[-1]) for message in _messages()]


def _messages() -> list[Message]:
    return [message for message in read_catalog() if message.id]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_the_catalog_has_the_strings_of_the_code_and_no_others() -> None:
    code = in_the_code()
    catalog = {_forms(message.id) for message in _messages()}
    missing = [f"{where}: {message}" for message, where in code.items() if message not in catalog]
    assert not missing, "not in the catalog (its head says how to update it):\n" + "\n".join(missing)
    assert not catalog - set(code), "no longer in the code"
    assert not read_catalog().obsolete


def test_everything_is_translated_and_nothing_is_a_guess() -> None:
    for message in _messages():
        assert not message.fuzzy, message.id
        assert all(_forms(message.string)), f"not translated: {message.id!r}"


def test_a_translation_is_chinese() -> None:
    told = {translation for text, translation in pairs() if re.search("[a-z]{3}", _without_placeholders(text))}
    assert {text for text in told if not HAN.search(text)} <= ALSO_CHINESE


def _without_placeholders(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def test_the_compiled_catalog_is_that_of_the_source() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog())
    assert CATALOG.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run pybabel compile (see the head)"


def test_placeholders_are_the_same() -> None:
    for text, translation in pairs():
        assert _placeholders(translation) == _placeholders(text), text


def _placeholders(text: str) -> list[str]:
    percents = re.findall(r"%(?:\(\w+\))?[srd]", text)
    if percents:
        return sorted(percents)
    return sorted(f"{{{name}}}" for _before, name, _spec, _conversion in Formatter().parse(text) if name)


def test_every_format_call_works() -> None:
    for text, translation in pairs():
        values = {name.strip("{}"): "x" for name in _placeholders(text) if name.startswith("{")}
        if values:
            assert translation.format(**values).count("x") >= len(values)


def test_blanks_at_the_ends_are_the_same() -> None:
    for text, translation in pairs():
        for length in (text, translation):
            assert length.strip()
        assert text[: len(text) - len(text.lstrip())] == translation[: len(translation) - len(translation.lstrip())]
        assert text[len(text.rstrip()) :] == translation[len(translation.rstrip()) :], text


SHOWN = ({command.shown for command in COMMANDS} | {"w", "y", "R", "esc", "enter"}) - {",", ";"}
"""Without those that stand in sentences too."""


def key_hints(text: str) -> list[str]:
    """The keys that a hint names: in "m metric  t range" m and t, in "B reads on" B."""
    parts = re.split(r"\s{2,}", text.strip())
    firsts = [part.split(" ")[0] for part in parts if " " in part]
    is_hint = len(parts) > 1 or (firsts and len(text.split()) <= 4 and firsts[0] != "a")
    named = [key for key in firsts if key in SHOWN] if is_hint else []
    is_title = not re.search("[a-z]", _without_placeholders(text))
    told = [] if is_title else re.findall(r"(?<![\w/-])[A-Z](?![\w/'-])", text)
    return sorted({*named, *told} - {"A", "M", ":"})  # an article, a million, and a colon


def test_hints_name_the_same_keys() -> None:
    assert key_hints("m metric  t range") == ["m", "t"]
    assert key_hints("+{n} new, F follows") == ["F"]
    for text, translation in pairs():
        for key in key_hints(text):
            assert re.search(rf"(?<![A-Za-z]){re.escape(key)}(?![A-Za-z])", translation), (text, translation)


def test_hints_keep_their_places() -> None:
    for text, translation in pairs():
        chunks = [len(re.split(r"\s{2,}", one.strip())) for one in (text, translation)]
        assert chunks[0] == chunks[1], text


def tables() -> Iterator[tuple[Column, ...]]:
    """The columns of every table that a presenter declares."""
    for found in pkgutil.iter_modules(present.__path__):
        module = importlib.import_module(f"{present.__name__}.{found.name}")
        for name, declare in inspect.getmembers(module, inspect.isfunction):
            if name.endswith("columns") and not inspect.signature(declare).parameters:
                yield declare()
    yield from (keys.columns(80), keys.columns(140), keys.columns(200), *map(breakdown.columns, breakdown.Measure))
    nothing, look = Snapshot("https://gateway.example", ZoneInfo("UTC")), DisplayContext(NOW, ZoneInfo("UTC"))
    yield from (
        evidence.evidence(step, Report(NOW), nothing, look)[1]
        for step in ("spike", "key", "model", "retries", "contain")
    )


def test_titles_fit_their_columns() -> None:
    locale.use("zh")
    columns = [column for table in tables() for column in table]
    assert len(columns) > 50
    assert not [column for column in columns if cell_width(column.title) > column.width]


def test_words_of_cells_fit_their_columns() -> None:
    locale.use("zh")
    status = next(column for column in keys.columns(140) if column.id == "status")
    assert all(cell_width(status_word(word)) <= status.width for word in KeyStatus)
    paid = next(column for column in calls.columns() if column.id == "billing")
    assert all(cell_width(locale._(word)) <= paid.width for word in ("wallet", "plan"))


def test_footer_words_are_short() -> None:
    locale.use("zh")
    assert not [title for title, _help in COMMAND_WORDS.values() if cell_width(locale._(title)) > 8]


def test_what_argparse_says_is_what_argparse_says() -> None:
    with Path(argparse.__file__).open("rb") as file:
        said = {text for _line, _name, texts, _comments in python_strings(file, {"_": None}, (), {}) for text in texts}
    assert set(locale.OF_ARGPARSE) <= said


def test_argparse_speaks_the_language() -> None:
    locale.use("zh")
    assert argparse.ArgumentParser(prog="aktop").format_help().startswith("用法: aktop")
    locale.use("en")
    assert argparse.ArgumentParser(prog="aktop").format_help().startswith("usage: aktop")


def test_chinese_has_one_form_for_any_number() -> None:
    locale.use("zh")
    assert locale.plural("{n} call", "{n} calls", 1) == locale.plural("{n} call", "{n} calls", 2)


COUNTED = re.compile(
    r"\{(?:n|calls|total|all|asked|count|number)\}(?: (?:more|other|new|equal|possible|API|of \{\w+\}))* "
    r"(?:calls|errors|keys|days|groups|records|rows|requests|places|repeats|models|accounts|seconds|minutes|plans)\b"
)
NEVER_ONE = frozenset(
    {
        "more than {n} API keys; aktop watches at most so many",
        "more than {n} keys, and no end",
        "a page of {n} rows where {asked} were asked for",
        "--range {text}: API keys alone tell the last {n} days, from {day} on",
        "{n} of {total} records read …",
        "so far {n} of at most {total} calls read",
        "{errors} of {calls} calls failed since {since}; it tells from {share} on.",
    }
)


def test_what_is_counted_has_a_form_for_one() -> None:
    single = {message.id for message in _messages() if isinstance(message.id, str)}
    assert {text for text in single if COUNTED.search(text)} == NEVER_ONE
    assert locale.plural("{n} error", "{n} errors", 1) == "{n} error"
