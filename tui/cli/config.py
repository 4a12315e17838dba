"""`aktop config`: every setting with its value and origin, and every path. Secrets are only said to exist."""

import argparse
import os
from zoneinfo import ZoneInfo

from tui.account.kept_sessions import StoredSessions
from tui.account.services import journal_file, sessions_file
from tui.cli import config_file
from tui.cli.loading import loaded
from tui.cli.output import WrongUse, plain_text, tell
from tui.cli.sign_in import PASSWORD_VARIABLE
from tui.config import paths
from tui.config.api_key_files import VARIABLE
from tui.config.complaints import file_complaint
from tui.config.keys import PRESET
from tui.config.settings import Settings
from tui.domain.key_map import differing
from tui.gateway.address import ConfigError, normalised_base_url
from tui.locale import _
from tui.present.format import UNKNOWN
from tui.store.keyring_box import find_box
from tui.terminal import exit_codes
from tui.triage.thresholds import QuietHours
from widgets.layout import columns_of
from widgets.values import Cell

_SECRETS = ("AKTOP_TOKEN", VARIABLE, PASSWORD_VARIABLE)


def config(options: argparse.Namespace) -> int:
    """Show the settings, or write, edit or check their file. Raises BadSettings, WrongUse and OSError."""
    chosen = [name for name in ("init", "edit", "check") if getattr(options, name)]
    match chosen:
        case []:
            return show(loaded(options))
        case ["init"]:
            return config_file.init(loaded(options))
        case ["edit"]:
            return config_file.edit()
        case ["check"]:
            return config_file.check(paths.config_file())
        case _:
            raise WrongUse(_("expected one of {names}").format(names=", ".join(f"--{name}" for name in chosen)))


def show(settings: Settings) -> int:
    rows = [(name, text, _(value.origin)) for name, value in settings.values.items() for text in _texts(settings, name)]
    rows += [("profile", settings.profile or UNKNOWN, settings.profile_origin)]
    rows += [(name, _("set, hidden"), _("environment")) for name in _SECRETS if os.environ.get(name)]
    paths = (
        (_("configuration"), settings.config_path),
        (_("state"), settings.state_dir),
        (_("sessions"), sessions_file(settings)),
        (_("journal"), journal_file(settings)),
        (_("view"), settings.state_dir / "view.json"),
    )
    rows += [("", "", "")]
    rows += [(name, str(path), "" if os.path.exists(path) else _("not there yet")) for name, path in paths]
    try:
        rows += [(_("signed in"), account, "") for account in _accounts(settings)]
    except OSError as error:
        text = _("{path} cannot be read: {error}").format(path=sessions_file(settings), error=file_complaint(error))
        rows += [(_("signed in"), UNKNOWN, text)]
    for line in columns_of([[Cell(text) for text in row] for row in rows]):
        tell(plain_text(line))
    return exit_codes.OK


def _texts(settings: Settings, name: str) -> tuple[str, ...]:
    """The value of a setting; one line per table if it is tables."""
    if name == "alerts" and settings.alerts:
        return tuple(alert.shown for alert in settings.alerts)
    if name == "guard" and settings.guard:
        return tuple(map(str, settings.guard))
    if name == "keys" and settings.keys is not None:
        preset = (f"{PRESET} = {settings.keys.preset}",) if settings.keys.preset else ()
        return (*preset, *(f"{command} = {keys or UNKNOWN}" for command, keys in differing(settings.keys)))
    return (_value_text(settings, name),)


def _value_text(settings: Settings, name: str) -> str:
    value = settings.values[name].value
    match value:
        case None:
            return UNKNOWN
        case True if name == "keyring" and find_box() is None:
            return _("true, but there is none to be used: tokens stay in the session file")
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case ZoneInfo():
            return value.key
        case QuietHours():
            return f"{value.begin:%H:%M}-{value.end:%H:%M}"
        case tuple():
            return ", ".join(value) or UNKNOWN
        case _ if name in ("url", "proxy"):
            return _without_credentials(str(value))
        case _:
            return str(value)


def _without_credentials(url: str) -> str:
    """A URL without the credentials that somebody wrote into it."""
    head, at, host = url.rpartition("@")
    return f"{head.partition('://')[0]}://…@{host}" if at else url


def _accounts(settings: Settings) -> tuple[str, ...]:
    """The accounts with a kept session at the gateway in use."""
    try:
        url = normalised_base_url(settings.url) if settings.url else None
    except ConfigError:
        return ()
    found = StoredSessions(sessions_file(settings)).accounts(url) if url else ()
    return tuple(f"{account} · {url}" for account in found)
