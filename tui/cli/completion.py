"""`aktop completion`: shell scripts for completion, and the candidates that they ask for at each tab.

Asks no gateway: names of keys and models are those last left by an aktop on this machine.
"""

import argparse
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import available_timezones

from tui.cli.parser import parser
from tui.cli.verbs import RANGES
from tui.config import paths
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.config.sources import read_config
from tui.locale import LANGUAGES
from tui.terminal import exit_codes

FILES = ":files"
"""Tells the shell to complete file names itself."""
_BASH = """\
# aktop: source this, or put it into ~/.local/share/bash-completion/completions/aktop
_aktop() {
    local IFS=$'\\n' word
    COMPREPLY=()
    while IFS= read -r word; do
        if [[ $word == :files ]]; then compopt -o default 2>/dev/null; return; fi
        COMPREPLY+=("$(printf '%q' "$word")")
    done < <(aktop completion bash --words "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
}
complete -F _aktop aktop
"""
_ZSH = """\
#compdef aktop
# aktop: put this as _aktop into a folder of $fpath, or source it after compinit
_aktop() {
    local line
    local -a words_ told_
    while IFS= read -r line; do
        if [[ $line == :files ]]; then _files; return; fi
        words_+=("${line%%$'\\t'*}")
        if [[ $line == *$'\\t'* ]]; then told_+=("${line%%$'\\t'*}  -- ${line#*$'\\t'}"); else told_+=("$line"); fi
    done < <(aktop completion zsh --words "${(@Q)words[1,CURRENT]}" 2>/dev/null)
    (( $#words_ )) && compadd -l -d told_ -a words_
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _aktop "$@"; else compdef _aktop aktop; fi
"""
_FISH = """\
# aktop: put this into ~/.config/fish/completions/aktop.fish
function __aktop_complete
    set -l told (aktop completion fish --words (commandline -opc) (commandline -ct) 2>/dev/null)
    if test "$told[1]" = :files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $told
    end
end
complete -c aktop -f -a '(__aktop_complete)'
"""
SCRIPTS: Mapping[str, str] = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


class Candidate(NamedTuple):
    """A possible word, with its help."""

    word: str
    help: str = ""


def completion(options: argparse.Namespace) -> int:
    """Print the script for a shell."""
    print(SCRIPTS[options.shell], end="")
    return exit_codes.OK


def complete(arguments: Sequence[str]) -> int:
    """Print candidates for the last word. `arguments` are the shell, --words, and the line with the command."""
    shell, _flag, _command, *words = arguments
    if shell == "bash":
        words = [_unquoted(word) for word in words]
    for word, told in candidates(parser(), words):
        print(f"{word}\t{told}" if told and shell != "bash" else word)
    return exit_codes.OK


def _unquoted(word: str) -> str:
    """A word from bash's line, perhaps with an open quote, without its quoting.

    >>> _unquoted("ci\\\\ \\\\&"), _unquoted("'ci &"), _unquoted("")
    ('ci &', 'ci &', '')
    """
    for closing in ("", "'", '"'):
        try:
            return "".join(shlex.split(word + closing))
        except ValueError:
            continue
    return word


def candidates(top: argparse.ArgumentParser, words: Sequence[str]) -> Iterable[Candidate]:
    """Candidates for the last word, which may be empty; `words` follow the command."""
    line = _Line(top)
    *before, last = words or [""]
    # bash splits at =, into both sides and the = itself.
    before, last = [word for word in before if word != "="], "" if last == "=" else last
    for word in before:
        line.take(word)
    option, has_sign, value = last.partition("=")
    if has_sign and (action := line.parser._option_string_actions.get(option)) is not None:
        return [Candidate(f"{option}={one.word}", one.help) for one in _beginning(_values(action, line), value)]
    if line.waiting is not None:
        found = _beginning(_values(line.waiting, line), last)
        if found or line.waiting.nargs != "?":
            return found
    if last.startswith("-"):
        return _beginning(line.options(), last)
    found = _beginning(line.words(), last)
    return found or ([] if last or line.has_subverbs else [*line.options()])


def _beginning(found: Iterable[Candidate], text: str) -> list[Candidate]:
    return [one for one in found if one.word == FILES or one.word.startswith(text)]


class _Line:
    """A command line as parsed so far."""

    def __init__(self, top: argparse.ArgumentParser) -> None:
        self.parser = top
        self.waiting: argparse.Action | None = None
        """The option whose value comes next."""
        self.given: dict[str, str] = {}
        """Values of options, by name."""
        self._positionals = 0
        self._seen: set[str] = set()

    def take(self, word: str) -> None:
        """Parse one more word."""
        if self.waiting is not None:
            action, self.waiting = self.waiting, None
            if not (action.nargs == "?" and word.startswith("-")):
                self.given[action.dest] = word
                return
        option, has_value, value = word.partition("=")
        action_of = self.parser._option_string_actions
        if (found := action_of.get(option)) is not None:
            self._seen.update(found.option_strings)
            if has_value:
                self.given[found.dest] = value
            elif found.nargs != 0:
                self.waiting = found
            return
        subverbs = self._subverbs()
        if subverbs is not None and word in subverbs.choices:
            self.parser, self._positionals = subverbs.choices[word], 0
        elif not word.startswith("-"):
            self._positionals += 1

    def options(self) -> Iterator[Candidate]:
        """The options that may follow, in their long form."""
        for action in self.parser._actions:
            names = [name for name in action.option_strings if name.startswith("--")]
            if names and not self._seen.intersection(action.option_strings) and action.help != argparse.SUPPRESS:
                yield Candidate(names[0], _told(action))

    def words(self) -> Iterable[Candidate]:
        """Verbs, or other words that may follow without an option."""
        subverbs = self._subverbs()
        if subverbs is not None:
            return [Candidate(action.dest, action.help or "") for action in subverbs._choices_actions]
        positionals = self._others()
        if not positionals:
            return []
        is_many = positionals[-1].nargs in ("*", "+")
        place = min(self._positionals, len(positionals) - 1) if is_many else self._positionals
        return _values(positionals[place], self) if place < len(positionals) else []

    @property
    def has_subverbs(self) -> bool:
        """Whether a verb comes next."""
        return self._subverbs() is not None

    def _subverbs(self) -> "argparse._SubParsersAction[argparse.ArgumentParser] | None":
        found = (action for action in self.parser._actions if isinstance(action, argparse._SubParsersAction))
        return next(found, None)

    def _others(self) -> list[argparse.Action]:
        return [action for action in self.parser._actions if not action.option_strings]


def _told(action: argparse.Action) -> str:
    return " ".join((action.help or "").replace("%%", "%").split())


def _values(action: argparse.Action, line: _Line) -> Iterable[Candidate]:
    """Possible values of an option or argument, as far as they are known."""
    if action.choices is not None:
        return [Candidate(str(one)) for one in action.choices]
    kind = "PROFILE" if action.dest == "profile" else str(action.metavar or "")
    look = _KINDS.get(kind)
    return [Candidate(word) for word in look(line)] if look is not None else []


def _settings(line: _Line) -> Settings | None:
    """The settings for the line so far."""
    from tui.cli.loading import loaded

    given = {name: value for name, value in line.given.items() if name in ("profile", "url", "token_file")}
    try:
        return loaded(argparse.Namespace(verb="completion", **given))
    except BadSettings:
        return None


def _last_known(name: str) -> Callable[[_Line], Iterable[str]]:
    def look(line: _Line) -> Iterable[str]:
        from tui.config.state_files import last_known_file
        from tui.store import last_known

        settings = _settings(line)
        known = last_known.read(last_known_file(settings)) if settings is not None else None
        names: tuple[str, ...] = getattr(known, name) if known is not None else ()
        return names

    return look


def _profiles(_line: _Line) -> Iterable[str]:
    try:
        return read_config(paths.config_file()).profiles
    except BadSettings:
        return ()


def _channels(line: _Line) -> Iterable[str]:
    settings = _settings(line)
    return [alert.name for alert in settings.alerts] if settings is not None else ()


def _kinds(_line: _Line) -> Iterable[str]:
    from tui.triage.findings import FindingKind

    return FindingKind


_KINDS: Mapping[str, Callable[[_Line], Iterable[str]]] = {
    "KEY": _last_known("keys"),
    "KEYS": _last_known("keys"),
    "MODEL": _last_known("models"),
    "PROFILE": _profiles,
    "CHANNEL": _channels,
    "KINDS": _kinds,
    "R": lambda _line: [word for word in RANGES.split() if ".." not in word],
    "ZONE": lambda _line: sorted(available_timezones()),
    "LANG": lambda _line: LANGUAGES,
    "FILE": lambda _line: (FILES,),
}
"""Sources of candidates, by metavar."""
