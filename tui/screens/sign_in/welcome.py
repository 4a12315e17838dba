"""The first run: nothing is configured, and there is a terminal to ask on."""

from tui.account.profiles import Profiles
from tui.account.services import Services
from tui.account.sign_in import try_key
from tui.config.file import BadSettings
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.present import failures, welcome
from tui.screens.dialog_words import dialog_words
from widgets.dialogs import ActOutcome, Choice, ChoiceDialog, ConfirmDialog
from widgets.entry_dialog import EntryDialog, EntryField, EntryStep, Way
from widgets.values import Cell, Emphasis, Line


class WelcomeDialog(ChoiceDialog):
    """The ways in; the result is `demo`, `sign_in`, `key`, `quit`, or None."""

    def __init__(self) -> None:
        choices = (
            Choice("demo", _("Look at the demo"), "d", _("made up: a key runs away in it")),
            Choice("sign_in", _("Sign in"), "s", _("e-mail, or a browser's token")),
            Choice("key", _("Use an API key"), "k", _("read-only: what it can tell")),
            Choice("quit", _("Quit"), "q"),
        )
        super().__init__(_("Welcome to aktop"), choices, lines=welcome.welcome_lines(), words=dialog_words())


class ApiKeyDialog(EntryDialog[Services]):
    """Asks for an API key, and for its gateway where that is not known, until the key is answered.

    The result is its services, open.
    """

    def __init__(self, profiles: Profiles, at: Services | None = None) -> None:
        """With `at` the key is for the gateway that these services are of."""
        self._profiles = profiles
        self._at = at
        fields: tuple[EntryField, ...] = (EntryField("key", _("API key"), is_secret=True),)
        lines = welcome.api_key_lines(*(() if at is None else (at.client.base_url,)))
        if at is None:
            fields = (EntryField("url", _("Gateway"), placeholder="https://"), *fields)
        ways = (Way("back", _("Back")), Way("go", _("Continue"), needs_fields=True))
        super().__init__(_("Use an API key"), EntryStep("key", lines, ways, fields), dialog_words())

    async def go(self, way: str, values: dict[str, str]) -> None:
        if way == "back":
            self.dismiss(None)
            return
        try:
            url = self._at.client.base_url if self._at else values["url"].strip()
            settings = self._at.settings if self._at else self._profiles.settings_at(url)
            opened = self._profiles.open_key(settings, url, values["key"])
        except (BadSettings, ConfigError) as error:
            self.show_note(_critical(str(error)))
            return
        try:
            await try_key(opened)
        except GatewayError as error:
            await opened.aclose()
            self.show_note(_critical(failures.sentence(error.failure)))
        else:
            self.dismiss(opened)


class AddressDialog(EntryDialog[Services]):
    """Asks for the gateway's address until one answers as a gateway; the result is its services, open."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        ways = (Way("back", _("Back")), Way("go", _("Continue"), needs_fields=True))
        fields = (EntryField("url", _("Gateway"), placeholder="https://"),)
        super().__init__(_("Sign in"), EntryStep("address", welcome.address_lines(), ways, fields), dialog_words())

    async def go(self, way: str, values: dict[str, str]) -> None:
        if way == "back":
            self.dismiss(None)
            return
        try:
            opened = self._profiles.open(self._profiles.settings_at(values["url"].strip()))
        except (BadSettings, ConfigError) as error:
            self.show_note(_critical(str(error)))
            return
        try:
            await opened.client.site()
        except GatewayError as error:
            await opened.aclose()
            self.show_note(_critical(failures.sentence(error.failure)))
        else:
            self.dismiss(opened)


def keep_dialog(profiles: Profiles, url: str) -> ConfirmDialog:
    """The offer to keep the address as the default."""

    async def keep() -> ActOutcome:
        try:
            line = profiles.keep_default(url)
        except OSError as error:
            return ActOutcome(False, (Cell(f"■ {error}", Emphasis.CRITICAL),))
        return ActOutcome(line is None, welcome.kept_line(profiles.config_path, line))

    lines = welcome.keep_lines(url, profiles.config_path)
    return ConfirmDialog(_("Default gateway"), lines, _("Yes, write it"), keep, letter="y", words=dialog_words())


def _critical(text: str) -> Line:
    return (Cell(f"■ {text}", Emphasis.CRITICAL),)
