"""Which made-up account is asked for, in place of one's own."""

import argparse

from msgspec import Struct

from tui.cli.output import WrongUse
from tui.locale import _

VERBS = ("status", "triage", "calls", "errors", "key")
"""The verbs that look at an account or act on it."""


class MadeUp(Struct, frozen=True):
    """What goes wrong in the account, and the seed that it is made from."""

    scenario: str = "runaway"
    seed: int = 1


def made_up_account(options: argparse.Namespace) -> MadeUp | None:
    """The account that a command line asks for, None for one's own. Raises WrongUse for flags that mean nothing there.

    >>> made_up_account(argparse.Namespace(verb="triage", demo=True, seed=2))
    MadeUp(scenario='runaway', seed=2)
    """
    is_demo, verb = hasattr(options, "demo"), options.verb
    which = {name: getattr(options, name) for name in ("scenario", "seed") if hasattr(options, name)}
    if is_demo and verb not in (None, *VERBS):
        text = _("--demo goes with the screen and with {verbs}; aktop {verb} has no use for it")
        raise WrongUse(text.format(verbs=", ".join(VERBS), verb=verb))
    if which and not is_demo and verb != "demo":
        raise WrongUse(_("--{flag} says which made-up account: give --demo as well").format(flag=next(iter(which))))
    return MadeUp(**which) if is_demo or verb == "demo" else None
