"""The last picture of the overview, which the next start shows until there is a new one."""

from textual.app import App

from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.gateway.auth.sessions import FixedSession
from tui.present.last_screen import note
from tui.screens.overview.screen import OverviewScreen
from tui.terminal.glyphs import with_columns
from tui.terminal.last_screen import COLUMN


def picture(app: App[None], start: Settings) -> tuple[str, ...] | None:
    """The lines of the overview, with a note about its time on top.

    None if there is nothing to keep: no figures yet, not the account that the next start begins with, a demo account,
    or one signed in with a token given by hand.
    """
    screen = next((one for one in app.screen_stack if isinstance(one, OverviewScreen)), None)
    if screen is None or screen.picture is None or not screen.size or not screen.account.can(Capability.ACCOUNT):
        return None
    services = screen.account.services
    is_ours = services.settings is start and start.last_screen and not services.is_demo
    sessions = services.client.sessions
    if not is_ours or isinstance(sessions, FixedSession) or sessions.current() is None:
        return None
    told = note(screen.picture.snapshot, screen.picture.look, screen.size.width)
    if told is None:
        return None
    # Private in Textual 8.2.8: what a screen last showed, even below another one.
    lines = (strip.text for strip in screen._compositor.render_strips()[1:])
    return (told, *(with_columns(line, COLUMN) for line in lines))
