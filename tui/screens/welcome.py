"""The first run: nothing is configured, and there is a terminal to ask on."""

from tui.doors import Doors
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.present import failures, welcome
from tui.screens.dialog_words import dialog_words
from tui.services import Services
from tui.settings import BadSettings
from widgets.dialogs import Choice, ChoiceDialog, ConfirmDialog, Outcome
from widgets.entry_dialog import EntryDialog, EntryField, Step, Way
from widgets.values import Cell, Severity


class WelcomeDialog(ChoiceDialog):
    """The ways in; the result is `demo`, `sign_in`, `key`, `quit`, or None."""

    def __init__(self) -> None:
        choices = (
            Choice("demo", _("Look at the demo"), "d", _("a made-up account in which a key runs away")),
            Choice("sign_in", _("Sign in"), "s", _("with e-mail and password, or a token from the browser")),
            Choice("key", _("Use an API key"), "k", _("shows what one key tells")),
            Choice("quit", _("Quit"), "q"),
        )
        super().__init__(_("Welcome to aktop"), choices, "demo", lines=welcome.welcome_lines(), words=dialog_words())


class ApiKeyDialog(EntryDialog[None]):
    """Says how to begin with an API key."""

    def __init__(self) -> None:
        step = Step("key", welcome.api_key_lines(), (Way("back", _("Back")),))
        super().__init__(_("Use an API key"), step, dialog_words())

    async def go(self, way: str, values: dict[str, str]) -> None:
        self.dismiss(None)


class AddressDialog(EntryDialog[Services]):
    """Asks for the gateway's address until one answers as a gateway; the result is its services, open."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        ways = (Way("back", _("Back")), Way("go", _("Continue"), needs_fields=True))
        fields = (EntryField("url", _("Gateway"), placeholder="https://"),)
        super().__init__(_("Sign in"), Step("address", welcome.address_lines(), ways, fields), dialog_words())

    async def go(self, way: str, values: dict[str, str]) -> None:
        if way == "back":
            self.dismiss(None)
            return
        try:
            opened = self._doors.open(self._doors.settings_at(values["url"].strip()))
        except (BadSettings, ConfigError) as error:
            self._say(str(error))
            return
        try:
            await opened.client.site()
        except GatewayError as error:
            await opened.aclose()
            self._say(failures.sentence(error.failure))
        else:
            self.dismiss(opened)

    def _say(self, text: str) -> None:
        self.show_note((Cell(f"■ {text}", Severity.CRITICAL),))


def keep_dialog(doors: Doors, url: str) -> ConfirmDialog:
    """The offer to keep the address as the default."""

    async def keep() -> Outcome:
        try:
            line = doors.keep_default(url)
        except OSError as error:
            return Outcome(False, (Cell(f"■ {error}", Severity.CRITICAL),))
        return Outcome(line is None, welcome.kept_line(doors.config_path, line))

    lines = welcome.keep_lines(url, doors.config_path)
    return ConfirmDialog(_("Default gateway"), lines, _("Yes, write it"), keep, letter="y", words=dialog_words())
