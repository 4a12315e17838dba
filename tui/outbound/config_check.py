"""Checks the configuration file and everything it names, without contacting a gateway or channel."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from tui.account.services import session_keeper, trust
from tui.config.alerts import AlertSettings
from tui.config.api_key_files import named_keys
from tui.config.complaints import complaint
from tui.config.file import BadSettings, ConfigFile, place_of, read_file
from tui.config.option import Belongs
from tui.config.paths import as_written
from tui.config.settings import BY_NAME, Settings
from tui.config.sources import examined, in_one, settings_by
from tui.gateway.address import ConfigError, normalised_base_url, require_safe
from tui.locale import _
from tui.outbound.channels.registry import channel_of
from tui.store.files import is_writable_by_others

_NOWHERE = "https://gateway.example"
_FLAG = re.compile(r"^--[a-z-]+(: |：)")
"""The beginning of complaints about a flag, which here are about the setting of that name."""


class Checked(Struct, frozen=True):
    """The complaints about the file, and its contents."""

    complaints: tuple[str, ...]
    """Sentences, with the place in front if known."""
    notes: tuple[str, ...] = ()
    """What cannot be checked from here."""
    profiles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def checked(path: Path, environ: Mapping[str, str]) -> Checked:
    """Check every setting, every profile, and every file that they name."""
    try:
        file, complaints = examined(read_file(path))
    except BadSettings as error:
        return Checked((str(error),))
    found, notes, channels = [*complaints], list[str](), list[str]()
    if path.exists() and is_writable_by_others(path.parent):
        found.append(_("others can put files of theirs into {path}; run: chmod 700 {path}").format(path=path.parent))
    # The top level is used by itself unless there is a default profile.
    for name in (*(() if file.default_profile else (None,)), *file.profiles):
        settings = _settings(file, name, path.parent, found)
        if settings is None:
            continue
        found += _account_complaints(file, settings)
        found += _channel_complaints(file, settings, environ, notes)
        channels += [alert.name for alert in settings.alerts]
    # Settings that profiles inherit are reported once.
    one = dict.fromkeys
    return Checked(tuple(one(found)), tuple(one(notes)), tuple(file.profiles), tuple(one(channels)))


def _settings(file: ConfigFile, profile: str | None, state_dir: Path, found: list[str]) -> Settings | None:
    """The settings of a profile; without the top level's account settings if those are for another gateway."""
    alone = file._replace(default_profile=None)
    of_person = [name for name in alone.top if BY_NAME[name].belongs is Belongs.PERSON]
    without = {name: alone.top[name] for name in ("url", *of_person) if name in alone.top}
    for one in (alone, alone._replace(top=without)):
        try:
            return settings_by(one, {}, {}, state_dir, profile)
        except BadSettings as error:
            found.append(str(error))
    return None


def _account_complaints(file: ConfigFile, settings: Settings) -> Iterator[str]:
    """What is wrong with the address and with the files needed to sign in."""
    told: list[str] = []
    url = settings.url
    if url is not None:
        try:
            url = normalised_base_url(url)
            require_safe(url, allow_http=settings.allow_http)
        except ConfigError as error:
            yield f"{_place(file, settings, 'url')}: {complaint(error)}"
            url = None
    looks: Mapping[str, Callable[[str], object]] = {
        "token_file": lambda _where: session_keeper(settings, {}, url or _NOWHERE, told.append),
        "api_key_file": lambda _where: named_keys(settings, {}, told.append),
        "ca_bundle": lambda where: trust(settings, where),
    }
    for name, look in looks.items():
        if settings.values[name].value is None:
            continue
        place = _place(file, settings, name)
        try:
            look(place)
        except (BadSettings, ConfigError) as error:
            told.append(complaint(error))
        yield from (text if text.startswith(place) else f"{place}: {_FLAG.sub('', text)}" for text in told)
        told.clear()


def _channel_complaints(
    file: ConfigFile, settings: Settings, environ: Mapping[str, str], notes: list[str]
) -> Iterator[str]:
    for number, alert in enumerate(settings.alerts, 1):
        place = _place(file, settings, "alerts", number)
        if missing := [name for name in _variables(alert) if not environ.get(name)]:
            text = _("{place}: {variable} is not set here; the channel was not looked at")
            notes += [text.format(place=place, variable=f"${name}") for name in missing]
            continue
        if alert.run and shutil.which(as_written(alert.run[0])) is None:
            text = _("{place}: {program}: there is no such program, or it may not be run")
            yield text.format(place=place, program=alert.run[0])
        try:
            channel_of(alert, environ)
        except BadSettings as error:
            yield f"{place}: {str(error).removeprefix('alerts: ')}"


def _variables(alert: AlertSettings) -> tuple[str, ...]:
    names = alert.url_variable, alert.secret_variable, alert.token_variable
    return tuple(name for name in names if name is not None)


def _place(file: ConfigFile, settings: Settings, name: str, number: int = 1) -> str:
    """File and line of the setting that is in use."""
    own = settings.profile is not None and name in in_one(file.profiles[settings.profile])
    return place_of(file.path, file.text, settings.profile if own else None, name, number)
