"""`aktop` without a verb: the screen, if there is a terminal for it."""

import argparse
import asyncio
import os
from collections.abc import Mapping

from tui.account.demo_account import DemoAccount
from tui.account.profiles import Profiles
from tui.account.screen_start import FirstLook, OpenScreen, ScreenStart
from tui.cli.found_keys import agreed_key
from tui.cli.output import WrongUse, say
from tui.cli.selectors import range_of
from tui.config.settings import Settings
from tui.locale import _
from tui.terminal import colour, exit_codes
from tui.terminal.streams import has_vanished, without_terminal


def screen(
    options: argparse.Namespace,
    settings: Settings,
    demo: DemoAccount | None,
    flags: Mapping[str, object],
    open_screen: OpenScreen,
) -> int:
    """Run the screen until it is closed. Raises WrongUse if no terminal can show it."""
    # Textual's log would record a typed password, and other variables of it press keys: none may steer aktop.
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    if os.environ.get("TERM") == "dumb":
        raise WrongUse(
            _("this terminal says that it can show no screen (TERM=dumb); `aktop status` and `aktop triage` need none")
        )
    if has_vanished():
        return exit_codes.HUNG_UP
    lacking = without_terminal()
    if lacking is not None:
        names = (_("standard input"), _("standard output"), _("standard error"))
        raise WrongUse(
            _(
                "the screen needs a terminal, and {stream} is none; `aktop status` and `aktop triage` need none, and "
                "over SSH `ssh -t` gives one"
            ).format(stream=names[lacking])
        )
    colour.prepare(options.color, os.environ)
    # Textual waits for a tick before it paints a change: half as long as by default.
    os.environ["TEXTUAL_FPS"] = "120"
    profiles = Profiles(settings, flags, dict(os.environ), say)
    replay = None
    if options.replay is not None:
        from tui.cli.replay import replay_of  # which few runs need

        replay = replay_of(options)
    found = agreed_key(settings, os.environ) if demo is None and replay is None else None
    start = ScreenStart(
        profiles,
        demo,
        found,
        range_of(options.range),
        options.color,
        options.driver,
        not options.no_mouse,
        FirstLook(options.key, options.view),
        replay,
    )
    return asyncio.run(open_screen(start))
