"""What is said of a wrong command line: one sentence, and where to read on, instead of pages of usage."""

import argparse
import itertools
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from tui.domain.text import legible
from tui.locale import _
from tui.terminal import exit_codes

_FEW = 8
"""So many choices are named."""


class ArgumentParser(argparse.ArgumentParser):
    """Like argparse's own, but for what it says of a wrong command line."""

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse a command line; the parser of the verb rejects what nobody knows, since its help is the one to read."""
        self._reject_unknown_before_verb(arguments)
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            last = getattr(options, "parser", self)
            text = _("unrecognized arguments: %s") % " ".join(unknown)
            last.error(text + _meant(unknown[0], last.option_strings()))
        return options

    def _reject_unknown_before_verb(self, arguments: Sequence[str]) -> None:
        """Reject an option that there is not; otherwise its value would be rejected, as a verb."""
        verbs = {name for action in self._actions if action.nargs == argparse.PARSER for name in action.choices or ()}
        for word in itertools.takewhile(lambda word: word not in verbs, arguments):
            name = word.partition("=")[0]
            if name.startswith("--") and not any(known.startswith(name) for known in self.option_strings()):
                self.error(_("unrecognized arguments: %s") % name + _meant(name, self.option_strings()))

    def option_strings(self) -> tuple[str, ...]:
        """The options that it takes."""
        return tuple(name for action in self._actions for name in action.option_strings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on, and end."""
        hint = _("What it takes: {program} --help").format(program=self.prog)
        print(legible(f"{self.prog}: {message}\n{hint}"), file=sys.stderr)
        raise SystemExit(exit_codes.WRONG_USE)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Reject a choice that there is not, with the likely ones instead of all nineteen verbs."""
        if action.choices is None or value in action.choices:
            return
        choices = tuple(str(choice) for choice in action.choices)
        text = _meant(str(value), choices)
        if not text and len(choices) <= _FEW:
            text = _("; expected {choices}").format(choices=", ".join(choices))
        raise argparse.ArgumentError(action, _("{value} is unknown").format(value=repr(value)) + text)


def _meant(word: str, choices: Iterable[str]) -> str:
    """What was probably meant, as the end of a sentence."""
    import difflib  # which right command lines do not need

    likely = difflib.get_close_matches(word.partition("=")[0], choices, n=2)
    return _("; did you mean {choices}?").format(choices=_(" or ").join(likely)) if likely else ""
