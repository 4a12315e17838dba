"""The command line, from words to exit code. Modules are imported when their verb runs."""

import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui import locale
from tui.cli.parser import parser
from tui.locale import _
from tui.terminal import exit_codes, stream_encoding
from tui.terminal.streams import ERROR, OUTPUT, has_vanished, write_nowhere

if TYPE_CHECKING:
    from tui.account.screen_start import OpenScreen

_FILES = frozenset(
    {
        "--token-file",
        "--api-key-file",
        "--ca-bundle",
        "--report",
        "--replay",
        "--from",
        "--errors",
        "--textfile",
        "--tls-cert",
        "--tls-key",
        "--bearer-file",
    }
)
"""Options whose values may contain any bytes, like file names."""
_CONTROLS = frozenset({"Cc"})
_HIDDEN = _CONTROLS | {"Cf", "Zl", "Zp"}
"""Characters that reverse, break or hide text are in no name that aktop shows."""
_JOINER = "\u200d"


def main(arguments: Sequence[str], open_screen: "OpenScreen") -> int:
    """Run aktop and return its exit code; `open_screen` runs the monitor if there is no verb."""
    stream_encoding.bear()
    locale.use(stream_encoding.spoken(_early_language(arguments)))
    if (complaint := _unwritable(arguments)) is not None:
        print(f"aktop: {complaint}", file=sys.stderr)
        return exit_codes.WRONG_USE
    if len(arguments) > 3 and (arguments[0], arguments[2]) == ("completion", "--words"):
        from tui.cli.completion import complete

        # The parser would reject unfinished words.
        return complete(arguments[1:])
    options = parser().parse(arguments)
    is_line = options.verb == "status" and (options.line or options.format is not None)
    if is_line and not (options.check or options.json):  # a check judges anew
        from tui.cli.status_line import from_last_known

        if (code := from_last_known(options)) is not None:
            return code
    from tui.cli.run import run

    try:
        return run(options, open_screen)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone, and wants no more of it.
        write_nowhere(OUTPUT)
        return exit_codes.OK
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, a person gets a sentence
        if has_vanished():
            # Nobody is left to be told of its failures.
            write_nowhere(OUTPUT, ERROR)
            return exit_codes.HUNG_UP
        from tui.cli.crash import report

        report(error)
        return exit_codes.BROKEN


def _unwritable(arguments: Sequence[str]) -> str | None:
    """What is wrong with an argument that could steer a terminal, or that is not text where text is expected."""
    before = ""
    for argument in arguments:
        option = argument.partition("=")[0] if argument.startswith("--") else before
        is_file, bare = option in _FILES, argument.replace(_JOINER, "")
        is_control = any(unicodedata.category(char) in (_CONTROLS if is_file else _HIDDEN) for char in bare)
        is_no_text = any("\ud800" <= char <= "\udfff" for char in argument) and not is_file
        if is_control or is_no_text:
            what = _("a text without control characters") if is_control else _("a text in UTF-8")
            shown = repr(argument.rpartition("@")[2])  # what precedes it could be a password
            text = _("{where}: expected {what}, got {value}")
            return text.format(where=option if option.startswith("--") else _("argument"), what=what, value=shown)
        before = argument
    return None


def _early_language(arguments: Sequence[str]) -> str:
    """The language of the help text, before anything else is parsed."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
    return os.environ.get("AKTOP_LANG") or locale.from_environment()
