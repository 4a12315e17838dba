"""The manual page."""

import argparse
import re
import shutil
import subprocess

import pytest

from tui import locale
from tui.cli.man import page
from tui.cli.parser import parser
from tui.config.settings import OPTIONS


def actions(of: argparse.ArgumentParser) -> list[argparse.Action]:
    """All options and arguments, of verbs as well."""
    found = []
    for action in of._actions:
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):
            found += [inner for verb in action.choices.values() for inner in actions(verb)]
    return found


def test_everything_that_can_be_typed_stands_in_it() -> None:
    text = page().replace(r"\-", "-")
    for action in actions(parser()):
        for name in action.option_strings:
            assert rf"\fB{name}\fR" in text
    for option in OPTIONS:
        assert rf"\fB{option.name}\fR" in text
    for words in ("aktop key limit KEY", "aktop watch [PROFILE ...]", "aktop completion bash|zsh|fish"):
        assert f".SS {words}" in text


def test_whatever_does_not_list_its_values_says_what_it_does() -> None:
    assert [action for action in actions(parser()) if not action.help and action.choices is None] == []


def test_a_verb_has_its_own_options_and_not_those_of_all() -> None:
    section = page().replace(r"\-", "-").partition(".SS aktop calls\n")[2].partition(".SS")[0]
    named = set(re.findall(r"\\fB(--[\w-]+)", section))
    assert named == {"--range", "--key", "--model", "--no-wait", "--limit", "--format"}


def test_no_line_of_text_is_a_request() -> None:
    requests = {line.split(" ")[0] for line in page().splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".TP", ".B", ".br"}


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_roff_has_nothing_to_complain_of(language: str) -> None:
    program = shutil.which("groff")
    if program is None:
        pytest.skip("there is no groff")
    locale.use(language)
    command = [program, "-man", "-Tutf8", "-Kutf8", "-ww", "-z"]
    done = subprocess.run(command, input=page(), capture_output=True, text=True, encoding="utf-8", check=True)
    told = [
        line for line in done.stderr.splitlines() if not re.search("can't break line|cannot break line|hyphen", line)
    ]
    assert told == []
