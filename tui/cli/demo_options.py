"""The demo account that a command line asks for."""

import argparse

from tui.account.demo_account import DemoAccount
from tui.cli.output import WrongUse
from tui.cli.verbs import VERBS
from tui.locale import _

DEMO_VERBS = tuple(verb.name for verb in VERBS if verb.takes_demo)
"""The verbs that read an account or act on it."""
REPLAY_VERBS = tuple(verb.name for verb in VERBS if any(flag.name == "--replay" for flag in verb.flags))
"""The verbs that can read a recording."""


def demo_account(options: argparse.Namespace) -> DemoAccount | None:
    """The requested demo account; None for a real one. Raises WrongUse for flags that make no sense together.

    >>> demo_account(argparse.Namespace(verb="triage", demo=True, seed=2))
    DemoAccount(seed=2)
    """
    is_demo, verb = hasattr(options, "demo"), options.verb
    which = {name: getattr(options, name) for name in ("scenario", "seed") if hasattr(options, name)}
    if is_demo and verb not in (None, *DEMO_VERBS):
        text = _("--demo goes with the screen and with {verbs}; aktop {verb} has no use for it")
        raise WrongUse(text.format(verbs=", ".join(DEMO_VERBS), verb=verb))
    if which and not is_demo and verb != "demo":
        raise WrongUse(_("--{flag} says which made-up account: give --demo as well").format(flag=next(iter(which))))
    return DemoAccount(**which) if is_demo or verb == "demo" else None


def refuse_replay(options: argparse.Namespace, demo: DemoAccount | None) -> None:
    """Raises WrongUse where a recording is no place to look at."""
    if options.replay is None:
        raise WrongUse(_("--at is a moment of a recording: give --replay as well"))
    if options.verb not in (None, *REPLAY_VERBS):
        text = _("--replay goes with the screen and with {verbs}; aktop {verb} has no use for it")
        raise WrongUse(text.format(verbs=", ".join(REPLAY_VERBS), verb=options.verb))
    if demo is not None:
        raise WrongUse(_("--replay shows a recording, --demo a made-up account: give one of them"))
