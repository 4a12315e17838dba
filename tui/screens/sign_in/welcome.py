"""The first run: nothing is configured, and there is a terminal to ask on."""

from tui.account.profiles import Profiles, keep_default
from tui.account.services import Services
from tui.account.sign_in import try_key
from tui.config.complaints import complaint
from tui.config.file import BadSettings
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.present import failures, welcome
from tui.present.dialogs import critical_line, dialog_words
from tui.screens.dialogs import confirm_dialog
from widgets.dialogs import ActOutcome, ChoiceDialog, ConfirmDialog
from widgets.entry_dialog import EntryDialog


class WelcomeDialog(ChoiceDialog):
    """The ways in; the result is `demo`, `sign_in`, `key`, `quit`, or None."""

    def __init__(self) -> None:
        model = welcome.welcome_choices()
        super().__init__(model.title, model.choices, lines=model.lines, words=dialog_words())


class ApiKeyDialog(EntryDialog[Services]):
    """Asks for an API key, and for its gateway if unknown, until the gateway answers the key.

    The result is its services, open.
    """

    def __init__(self, profiles: Profiles, at: Services | None = None) -> None:
        """With `at`, the key is for the gateway of these services."""
        self._profiles = profiles
        self._at = at
        step = welcome.api_key_step(at.client.base_url if at is not None else None)
        super().__init__(welcome.api_key_title(), step, dialog_words())

    async def go(self, way: str, values: dict[str, str]) -> None:
        if way == "back":
            self.dismiss(None)
            return
        try:
            url = self._at.client.base_url if self._at else values["url"].strip()
            settings = self._at.settings if self._at else self._profiles.settings_at(url)
            opened = self._profiles.open_key(settings, url, values["key"])
        except (BadSettings, ConfigError) as error:
            self.show_note(critical_line(complaint(error)))
            return
        try:
            await try_key(opened)
        except GatewayError as error:
            await opened.aclose()
            self.show_note(critical_line(failures.sentence(error.failure)))
        else:
            self.dismiss(opened)


class AddressDialog(EntryDialog[Services]):
    """Asks for the gateway's address until one answers as a gateway; the result is its services, open."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        super().__init__(welcome.address_title(), welcome.address_step(), dialog_words())

    async def go(self, way: str, values: dict[str, str]) -> None:
        if way == "back":
            self.dismiss(None)
            return
        try:
            opened = self._profiles.open(self._profiles.settings_at(values["url"].strip()))
        except (BadSettings, ConfigError) as error:
            self.show_note(critical_line(complaint(error)))
            return
        try:
            await opened.client.site()
        except GatewayError as error:
            await opened.aclose()
            self.show_note(critical_line(failures.sentence(error.failure)))
        else:
            self.dismiss(opened)


def keep_dialog(profiles: Profiles, url: str) -> ConfirmDialog:
    """The offer to keep the address as the default."""

    async def keep() -> ActOutcome:
        try:
            line = keep_default(profiles.config_path, url)
        except OSError as error:
            return ActOutcome(False, critical_line(str(error)))
        return ActOutcome(line is None, welcome.kept_line(profiles.config_path, line))

    return confirm_dialog(welcome.keep_model(url, profiles.config_path), keep)
