"""The palette: everything that can be done on the current screen, and every place to go to."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from textual.app import App

from tui.account.profiles import Profiles
from tui.config.file import BadSettings
from tui.domain.capabilities import Capability
from tui.domain.commands import commands_of
from tui.domain.scope import Scope
from tui.monitor.scoped import usage_of
from tui.present import palette as words
from tui.present.command_words import COMMAND_WORDS
from tui.present.dialogs import dialog_words
from tui.present.palette import Target
from tui.present.shown_keys import shown
from tui.screens.commanded import CommandedScreen
from tui.screens.dialogs import Ask, Next
from tui.screens.messages import GoTo, KeepTheme, Open, OpenView
from tui.screens.saved_views import views_of
from tui.store.choices import RecentChoices
from widgets.pick_dialog import PickDialog

SCREENS = ("overview", "triage", "calls", "errors", "incidents", "notices", "journal", "wallet", "accounts")
"""Targets by the commands that lead there; none leads to the overview."""
MOST_MODELS = 30
_NOT_OFFERED = frozenset({"palette", "open", "help"})


def ask(screen: CommandedScreen, app: App[None], profiles: Profiles | None) -> Ask:
    """Offer everything; the choice is applied to the screen that was in front."""
    recent, theme = RecentChoices(screen.account.services.settings.state_dir / "palette.json"), app.theme
    entries = tuple(_entries(screen, app, profiles))

    def preview(entry_id: str | None) -> None:
        """Show a theme while the cursor is on it."""
        kind, _colon, name = (entry_id or "").partition(":")
        wanted = name if kind == "theme" else theme
        if app.theme != wanted:
            app.theme = wanted

    def take(entry_id: str | None) -> Next:
        if entry_id is None:
            preview(None)
            return None
        with suppress(OSError):  # without it only the order differs
            recent.add(entry_id)
        return _chosen(screen, entry_id)

    dialog = PickDialog(
        words.title(),
        words.rows(entries, _newest_first(recent)),
        columns=words.columns(),
        also={entry.id: entry.also for entry in entries},
        on_move=preview,
        empty=words.no_match(),
        words=dialog_words(),
    )
    return Ask(dialog, take)


def _newest_first(recent: RecentChoices) -> tuple[str, ...]:
    try:
        return recent.newest_first()
    except OSError:
        return ()


def _entries(screen: CommandedScreen, app: App[None], profiles: Profiles | None) -> Iterator[Target]:
    """All entries: first what can be done here, then where to go."""
    capabilities, picture = screen.account.capabilities, screen.picture
    commands = [one for one in commands_of(screen.place) if one.id not in _NOT_OFFERED]
    for command in commands:
        if command.is_possible(capabilities):
            yield words.command_entry(command.id, shown(command.id))
    if picture is not None and screen.account.can(Capability.ACCOUNT):
        here = {command.id for command in commands} | {screen.place.value}
        yield from words.screen_entries(one for one in SCREENS if one not in here)
        yield from words.key_entries(picture.snapshot, picture.look)
        used = usage_of(Scope(screen.scope.range), picture.snapshot, picture.now).models or ()
        by_cost = sorted(used, key=lambda one: -one.billed_usd)
        yield from words.model_entries(one.id for one in by_cost[:MOST_MODELS])
        with suppress(OSError):
            yield from words.view_entries(views_of(screen.account.services).of(screen.gateway_url))
    yield from words.profile_entries(_others(screen, profiles))
    if not app.ansi_color:
        yield from words.theme_entries(_themes(app), app.theme)


def _themes(app: App[None]) -> list[str]:
    """Themes with their own colours."""
    return sorted(name for name in app.available_themes if not name.startswith("ansi"))


def _others(screen: CommandedScreen, profiles: Profiles | None) -> Iterable[str]:
    """The profiles other than the current one; errors in the file are reported when one is opened."""
    if profiles is None:
        return ()
    here = screen.account.services.settings.profile
    try:
        return [name for name in profiles.names() if name != here]
    except BadSettings:
        return ()


def _chosen(screen: CommandedScreen, entry_id: str) -> Next:
    """Do what was chosen."""
    kind, _colon, name = entry_id.partition(":")
    match kind:
        case "command" if name in COMMAND_WORDS:
            screen.action_command(name)
        case "key":
            return Open("key", Scope(screen.scope.range).narrowed(key_id=int(name)))
        case "model":
            return Open("model", Scope(screen.scope.range).narrowed(model=name))
        case "screen" if name == "accounts":
            screen.do_accounts()
        case "screen" if name == "overview":
            return Open(name, Scope(screen.scope.range))
        case "screen":
            return Open(name, screen.scope)
        case "view":
            return OpenView(name)
        case "profile":
            return GoTo(name)
        case "theme":
            return KeepTheme(name)
    return None
