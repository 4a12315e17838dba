"""Which made-up account a command line asks for."""

import argparse

from tui.account.demo_account import DemoAccount
from tui.cli.output import WrongUse
from tui.cli.verbs import VERBS
from tui.locale import _

DEMO_VERBS = tuple(verb.name for verb in VERBS if verb.takes_demo)
"""The verbs that look at an account or act on it."""


def demo_account(options: argparse.Namespace) -> DemoAccount | None:
    """The account that a command line asks for, None for one's own. Raises WrongUse for flags that mean nothing there.

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
