"""`aktop man`: a manual page in roff, made from the parser and the settings."""

import argparse
from collections.abc import Iterator

from tui import VERSION
from tui.cli.parser import parser
from tui.config.settings import OPTIONS
from tui.locale import _
from tui.terminal import exit_codes

_FILES = (
    "~/.config/aktop/config.toml",
    "~/.local/state/aktop",
)


def man(_options: argparse.Namespace) -> int:
    """Print the page."""
    print(page(), end="")
    return exit_codes.OK


def page() -> str:
    """The page for all of aktop."""
    return "\n".join(_lines(parser())) + "\n"


def _lines(top: argparse.ArgumentParser) -> Iterator[str]:
    yield f'.TH AKTOP 1 "" "aktop {VERSION}" "{_quoted(_("User commands"))}"'
    yield f".SH {_upper(_('name'))}"
    yield rf"aktop \- {_text(top.description or '')}"
    yield f".SH {_upper(_('synopsis'))}"
    yield r".B aktop"
    yield rf"[\fI{_text(_('options'))}\fR] [\fI{_text(_('VERB'))}\fR ...]"
    yield f".SH {_upper(_('options'))}"
    yield from _options(top)
    yield f".SH {_upper(_('verbs'))}"
    common = frozenset(top._actions)
    for words, help_text, verb in _verbs(top, "aktop"):
        yield f".SS {_text(words)}{_arguments(verb)}"
        yield _text(verb.description or help_text)
        yield from _options(verb, leave_out=common)
    yield f".SH {_upper(_('settings'))}"
    yield _text(
        _("In the configuration file, at the top or in a profile; a flag beats the environment, which beats it.")
    )
    for option in OPTIONS:
        names = [option.name, *([option.flag_name] if option.flag is not None else []), option.variable or ""]
        yield from _entry(", ".join(rf"\fB{_text(name)}\fR" for name in names if name), _(option.help))
    yield f".SH {_upper(_('exit codes'))}"
    yield _text(top.epilog or "")
    yield f".SH {_upper(_('files'))}"
    for path in _FILES:
        yield ".br"
        yield rf"\fI{_text(path)}\fR"


def _verbs(group: argparse.ArgumentParser, words: str) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Every verb with its help."""
    for action in group._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {one.dest: one.help or "" for one in action._choices_actions}
            for name, verb in action.choices.items():
                inner = list(_verbs(verb, f"{words} {name}"))
                yield from inner or [(f"{words} {name}", helps.get(name, ""), verb)]


def _arguments(verb: argparse.ArgumentParser) -> str:
    """A verb's positional arguments."""
    shown = ""
    for action in verb._actions:
        if not action.option_strings:
            name = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest)
            shown += f" {_text(name)}" if action.nargs is None else f" [{_text(name)} ...]"
    return shown


def _options(of: argparse.ArgumentParser, leave_out: frozenset[argparse.Action] = frozenset()) -> Iterator[str]:
    for action in of._actions:
        is_help = leave_out and action.dest == "help"  # all verbs have it
        if action.option_strings and action not in leave_out and not is_help:
            value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.upper())
            names = ", ".join(rf"\fB{_text(name)}\fR" for name in action.option_strings)
            yield from _entry(names + (rf" \fI{_text(value)}\fR" if action.nargs != 0 else ""), action.help)


def _entry(head: str, told: str | None) -> Iterator[str]:
    yield ".TP"
    yield head
    yield _text(" ".join((told or "").replace("%%", "%").split())) or r"\&"


def _text(text: str) -> str:
    """Text escaped for roff.

    >>> _text("--all"), _text(".x"), _text("a\\\\b")
    ('\\\\-\\\\-all', '\\\\&.x', 'a\\\\eb')
    """
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


def _upper(text: str) -> str:
    return _text(text.upper())


def _quoted(text: str) -> str:
    return _text(text).replace('"', "")
