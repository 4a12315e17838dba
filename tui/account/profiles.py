"""Profiles: which accounts there are, and how to open one, at the start or later without a restart."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from tui.account.demo_account import DemoAccount
from tui.account.services import Services, open_demo_account, open_services
from tui.config.api_key_files import FoundKey
from tui.config.option import Belongs
from tui.config.settings import OPTIONS, Settings
from tui.config.sources import load, read_config
from tui.gateway.address import normalised_base_url
from tui.gateway.api_key.client import clean_key
from tui.locale import _
from tui.store.atomic import create_file

_OF_PERSON = frozenset(option.name for option in OPTIONS if option.belongs is Belongs.PERSON)
"""Flags that hold for every account; the others are about the one that aktop was started with."""
_OF_ANY_ACCOUNT = frozenset(option.variable for option in OPTIONS if option.belongs is Belongs.PERSON)
"""aktop's variables that hold for every account. A token in the environment is sent to the first gateway only."""


class Profiles(Struct, frozen=True):
    """The accounts that can be opened: the settings of the start, and the profiles of the configuration file."""

    start: Settings
    flags: Mapping[str, object]
    environ: Mapping[str, str]
    warn: Callable[[str], None] = lambda _text: None

    @property
    def config_path(self) -> Path:
        """The configuration file."""
        return self.start.config_path

    def names(self) -> tuple[str, ...]:
        """The names of the profiles, read each time. Raises BadSettings."""
        return tuple(read_config(self.config_path).profiles)

    def is_of(self, settings: Settings, profile: str | None) -> bool:
        """Whether settings are those of a profile; None means those of the start."""
        if profile is None:
            return settings is self.start
        return settings.profile == profile

    def settings(self, profile: str | None) -> Settings:
        """The settings of a profile, or those of the start for None. Raises BadSettings."""
        if profile is None or profile == self.start.profile:
            return self.start
        return load(self._flags(), self._environ(), self.config_path, self.start.state_dir, profile)

    def settings_at(self, url: str) -> Settings:
        """The settings for an address that a person typed."""
        return load({**self._flags(), "url": url}, self._environ(), self.config_path, self.start.state_dir)

    def open(self, settings: Settings) -> Services:
        """Open an account; sends no request. Raises BadSettings and ConfigError."""
        environ = self.environ if settings is self.start else self._environ()
        return open_services(settings, environ, warn=self.warn)

    def open_key(self, settings: Settings, url: str, secret: str) -> Services:
        """Open an account with a typed API key, which stays in memory. Raises BadSettings and ConfigError."""
        found = FoundKey("", normalised_base_url(url), clean_key(secret))
        return open_services(settings, {}, found=found, warn=self.warn)

    async def open_demo(self) -> Services:
        """Open the demo account of an embedded gateway. Raises GatewayError and OSError."""
        return await open_demo_account(self.start, DemoAccount(), self.warn)

    def _flags(self) -> dict[str, object]:
        return {name: value for name, value in self.flags.items() if name in _OF_PERSON}

    def _environ(self) -> dict[str, str]:
        return {
            name: value
            for name, value in self.environ.items()
            if not name.startswith("AKTOP_") or name in _OF_ANY_ACCOUNT
        }


def keep_default(path: Path, url: str) -> str | None:
    """Write the address into a new configuration file; return the line to add if a file exists.

    An existing file belongs to the person and is not changed. Raises OSError.
    """
    line = url_line(url)
    text = _("# aktop: every setting is listed by `aktop config`")
    try:
        create_file(path, f"{text}\n{line}\n".encode())
    except FileExistsError:
        return line
    return None


def url_line(url: str) -> str:
    """The line of a configuration file that makes an address the default."""
    return f"url = {json.dumps(url)}"
