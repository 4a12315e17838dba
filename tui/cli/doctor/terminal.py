"""Checks of the terminal: what it is, and what it answers."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping

from tui.cli.doctor.check import Check, Health, fine_if
from tui.domain.text import inert
from tui.locale import _, _n
from tui.terminal import colour, notify, probe
from tui.terminal.streams import ERROR, INPUT, OUTPUT

_LEAST = (40, 12)
_TMUX_S = 2.0
_TMUX_FORMAT = "#{version}|#{set-clipboard}|#{allow-passthrough}|#{mouse}"


def checks(environ: Mapping[str, str]) -> Iterator[Check]:
    """Checks of this process's terminal."""
    answers = probe.ask(environ)
    yield _itself(environ, answers)
    yield _colours(environ)
    yield _between(environ)
    if answers is None:
        text = _("there is no terminal to ask: signs, mouse, paste and keys could not be looked at")
        yield Check(_n("answers"), text, Health.UNKNOWN)
        return
    if not answers.has_answered:
        yield Check(_n("answers"), _("this terminal answers no question; aktop works without"), Health.UNKNOWN)
        return
    yield _widths(answers)
    yield _clipboard(environ, answers)
    yield _modes(answers)


def _itself(environ: Mapping[str, str], answers: probe.Answers | None) -> Check:
    term = environ.get("TERM", "")
    columns, lines = _size()
    program = environ.get("TERM_PROGRAM", "")
    if program and environ.get("TERM_PROGRAM_VERSION"):
        program += f" {environ['TERM_PROGRAM_VERSION']}"
    name = answers.name if answers is not None else ""
    words = [term or _("TERM is not set"), name or program, f"{columns}x{lines}" if columns else ""]
    words += [_("over SSH")] if environ.get("SSH_CONNECTION") else []
    text = " · ".join(inert(word) for word in words if word)
    if term in ("", "dumb", "unknown"):
        return Check(_n("terminal"), text, Health.WRONG, _("set TERM, for instance: export TERM=xterm-256color"))
    if columns and (columns < _LEAST[0] or lines < _LEAST[1]):
        told = _("make it at least {columns}x{lines}").format(columns=_LEAST[0], lines=_LEAST[1])
        return Check(_n("terminal"), text, Health.WRONG, told)
    return Check(_n("terminal"), text, Health.FINE)


def _size() -> tuple[int, int]:
    """The size by the terminal itself, whatever the environment says; zero if no stream leads to one."""
    for stream in (OUTPUT, ERROR, INPUT):
        try:
            return os.get_terminal_size(stream)
        except OSError:
            continue
    return 0, 0


def _colours(environ: Mapping[str, str]) -> Check:
    words = [f"{name}={inert(environ[name])}" for name in ("COLORTERM", "NO_COLOR") if name in environ]
    if colour.is_colourless("auto", environ):
        return Check(_n("colours"), " · ".join([_("none"), *words]))
    depth = colour.depth()
    text = " · ".join([depth, *words])
    if depth in ("truecolor", "256"):
        return Check(_n("colours"), text, Health.FINE)
    return Check(_n("colours"), text, Health.NOTE, _("where the terminal has more, set TERM=xterm-256color"))


def _between(environ: Mapping[str, str]) -> Check:
    """tmux or screen."""
    if not environ.get("TMUX"):
        if environ.get("STY"):
            return Check(_n("multiplexer"), "screen", Health.FINE)
        return Check(_n("multiplexer"), _("none"), Health.FINE)
    version, takes, passes, mouse = _tmux()
    if not version:
        return Check(_n("multiplexer"), _("tmux, which does not say how it is set"), Health.UNKNOWN)
    text = f"tmux {version} · set-clipboard {takes} · allow-passthrough {passes or 'off'} · mouse {mouse}"
    if takes == "on" or passes in ("on", "all", "1"):
        return Check(_n("multiplexer"), text, Health.FINE)
    mend = _("what is copied does not leave tmux; run: {command}").format(command="tmux set -s set-clipboard on")
    return Check(_n("multiplexer"), text, Health.WRONG, mend)


def _tmux() -> tuple[str, str, str, str]:
    """tmux's version and settings; empty if it does not answer."""
    program = shutil.which("tmux")
    if program is None:
        return "", "", "", ""
    try:
        done = subprocess.run(  # noqa: S603 - the tmux that this runs in
            [program, "display-message", "-p", _TMUX_FORMAT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TMUX_S,
            check=False,
            env=dict(os.environ),
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", "", "", ""
    words = [inert(word) for word in done.stdout.decode("utf-8", "replace").strip().split("|")]
    # A format shows flags as numbers.
    words = [{"0": "off", "1": "on"}.get(word, word) for word in words]
    return (words[0], words[1], words[2], words[3]) if len(words) == 4 else ("", "", "", "")


def _widths(answers: probe.Answers) -> Check:
    if not answers.widths:
        return Check(_n("signs"), _("their widths could not be measured"), Health.UNKNOWN)
    wrong = probe.misdrawn(answers)
    if not wrong:
        text = _("all {n} signs are as wide as aktop counts them").format(n=len(answers.widths))
        return Check(_n("signs"), text, Health.FINE)
    text = _("drawn in other widths than aktop counts, so that lines do not meet: {signs}")
    mend = _("set characters of ambiguous width to narrow in the terminal's settings, or choose another font")
    return Check(_n("signs"), text.format(signs=" ".join(wrong)), Health.WRONG, mend)


def _clipboard(environ: Mapping[str, str], answers: probe.Answers) -> Check:
    dialect = notify.dialect_of(environ)
    news = _("desktop notifications: {way}").format(way=dialect.value)
    if answers.takes_clipboard:
        return Check(_n("clipboard"), f"OSC 52, {_('the terminal says that it takes it')} · {news}", Health.FINE)
    told = _("whether it arrives, only trying shows (y copies a row)")
    return Check(_n("clipboard"), f"OSC 52, {told} · {news}")


def _modes(answers: probe.Answers) -> Check:
    names = {
        probe.SGR_MOUSE: _("mouse"),
        probe.BRACKETED_PASTE: _("bracketed paste"),
        probe.SYNCHRONISED: _("whole frames"),
    }
    words = {True: _("yes"), False: _("no"), None: _("not said")}
    told = [f"{name}: {words[answers.modes.get(mode)]}" for mode, name in names.items()]
    told.append(f"{_('kitty keys')}: {words[True if answers.has_kitty_keys else None]}")
    is_lacking = answers.modes.get(probe.BRACKETED_PASTE) is False
    return Check(_n("knows"), " · ".join(told), fine_if(not is_lacking) if answers.modes else Health.NOTE)
