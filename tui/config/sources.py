"""Where settings come from, the first that has one: flag, environment, profile of the configuration file, its top
level, default.

An unknown key in the file is an error, since a typo would otherwise go unnoticed.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tui.config.file import BadSettings, ConfigFile, place_of, read_file
from tui.config.option import DEFAULT, Belongs, Option, Value
from tui.config.settings import BY_NAME, OPTIONS, TABLES, Settings
from tui.config.tables import BadTable
from tui.locale import _


def load(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    config_path: Path,
    state_dir: Path,
    profile: str | None = None,
) -> Settings:
    """Load the settings from all sources. Raises BadSettings."""
    return settings_by(read_config(config_path), flags, environ, state_dir, profile)


def settings_by(
    file: ConfigFile, flags: Mapping[str, object], environ: Mapping[str, str], state_dir: Path, profile: str | None
) -> Settings:
    """The settings from a configuration file without complaints. Raises BadSettings."""
    named = (
        (profile, "--profile"),
        (environ.get("AKTOP_PROFILE"), "AKTOP_PROFILE"),
        (file.default_profile, f"{file.path} default_profile"),
    )
    chosen, origin = next(((name, where) for name, where in named if name), (None, ""))
    if chosen is not None and chosen not in file.profiles:
        text = _("there is no profile '{name}' in {path} (profiles: {known})")
        raise BadSettings(text.format(name=chosen, path=file.path, known=", ".join(file.profiles) or _("none")))
    own = in_one(file.profiles[chosen]) if chosen else {}
    file = file._replace(top=in_one(file.top))
    values = {option.name: _value(option, flags, environ, own, chosen, file) for option in OPTIONS}
    for option in OPTIONS:
        if option.belongs is Belongs.SECRET:
            _require_own_gateway(option.name, values, ({**_from_environment(environ), **flags}, own, file.top))
    if values["guard"].value:
        _require_own_rules(values, own, file)
    return Settings(values, chosen, file.path, state_dir, origin)


def _from_environment(environ: Mapping[str, str]) -> Mapping[str, object]:
    return {
        option.name: environ[option.variable] for option in OPTIONS if option.variable and environ.get(option.variable)
    }


def _require_own_gateway(name: str, values: Mapping[str, Value], levels: tuple[Mapping[str, object], ...]) -> None:
    """Require that a credential goes only to the gateway it was written for. Raises BadSettings.

    A token at the top of the file must not go where a profile or `--url` leads. Flags and environment count as one
    level.
    """
    at = next((number for number, level in enumerate(levels) if level.get(name) is not None), None)
    if at is None:
        return
    beside = next((level["url"] for level in levels[at:] if level.get("url") is not None), None)
    if not any(level.get("url") is not None for level in levels[:at]) or beside == values["url"].value:
        return
    text = _("{name} ({origin}) does not belong to the gateway {url} ({other}); write both in one place")
    told = text.format(name=name, origin=values[name].origin, url=values["url"].value, other=values["url"].origin)
    raise BadSettings(told)


def _require_own_rules(values: Mapping[str, Value], own: Mapping[str, object], file: ConfigFile) -> None:
    """Require that rules act only at the gateway they were written for, and ids only at one account. Raises
    BadSettings.
    """
    rules, in_use = values["guard"], values["url"]
    level, is_own = (own, True) if own.get("guard") is not None else (file.top, False)
    beside = level.get("url") if level.get("url") is not None else file.top.get("url")
    if beside is not None and beside != in_use.value:
        text = _("guard ({origin}) does not belong to the gateway {url} ({other}); write both in one place")
        raise BadSettings(text.format(origin=rules.origin, url=in_use.value, other=in_use.origin))
    has_ids = any(one.key_id is not None for rule in rules.value for one in rule.keys)
    if has_ids and not is_own and own.get("url") is not None:
        text = _("guard ({origin}) names keys by id, which are of one account: write the rule into its profile")
        raise BadSettings(text.format(origin=rules.origin))


def read_config(path: Path) -> ConfigFile:
    """Read the configuration file. Raises BadSettings for anything that aktop cannot use."""
    file, complaints = examined(read_file(path))
    if complaints:
        raise BadSettings(complaints[0])
    return file


def examined(file: ConfigFile) -> tuple[ConfigFile, tuple[str, ...]]:
    """The file without its unusable settings, and a sentence for each with its place.

    Every key must be known and every value valid, also in profiles that are not in use.
    """
    complaints = [*file.complaints]
    top = _usable(file, None, file.top, complaints)
    profiles = {name: _usable(file, name, table, complaints) for name, table in file.profiles.items()}
    return file._replace(top=top, profiles=profiles), tuple(complaints)


def _usable(
    file: ConfigFile, profile: str | None, table: Mapping[str, Any], complaints: list[str]
) -> Mapping[str, Any]:
    usable = {}
    for key, raw in in_one(table).items():
        if found := tuple(_complaints(file, profile, key, raw)):
            complaints += found
        else:
            usable[key] = raw
    return usable


def _complaints(file: ConfigFile, profile: str | None, key: str, raw: object) -> Iterator[str]:
    """What is wrong with a setting, and where it stands."""
    where = place_of(file.path, file.text, profile, key)
    if key not in BY_NAME:
        inside = key.partition(".")[0]
        near = [name for name in BY_NAME if name.startswith(f"{inside}.")] if inside in TABLES else list(BY_NAME)
        if meant := get_close_matches(key, near, n=1):
            yield _("{where}: unknown setting; did you mean {name}?").format(where=where, name=meant[0])
        else:
            yield _("{where}: unknown setting; expected one of {names}").format(where=where, names=", ".join(near))
        return
    try:
        BY_NAME[key].read(raw)
    except BadTable as error:
        for one in (error, *error.others):
            yield _unexpected(_place_of_trouble(file, profile, key, one), one, raw)
    except ValueError as error:
        yield _unexpected(where, error, raw)


def _place_of_trouble(file: ConfigFile, profile: str | None, key: str, trouble: BadTable) -> str:
    """Where the trouble is in a table: at its member, or at the table's line if everything is on one line."""
    places = [f"{key}.{trouble.member}", key] if trouble.member else [key]
    found = [place_of(file.path, file.text, profile, one, trouble.number or 1) for one in places]
    return next((one for one in found if not one.startswith(f"{file.path}: ")), found[-1])


def in_one(table: Mapping[str, Any]) -> dict[str, Any]:
    """A flat copy of a table: settings in nested tables get dotted names.

    >>> in_one({"lang": "zh", "triage": {"floor_usd": 2}})
    {'lang': 'zh', 'triage.floor_usd': 2}
    """
    flat: dict[str, Any] = {}
    for key, value in table.items():
        is_table = key in TABLES and isinstance(value, dict)
        flat |= {f"{key}.{name}": inner for name, inner in value.items()} if is_table else {key: value}
    return flat


def _value(
    option: Option[Any],
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    own: Mapping[str, Any],
    profile: str | None,
    file: ConfigFile,
) -> Value:
    candidates: list[tuple[object, str]] = [
        (flags.get(option.name), option.flag_name),
        (environ.get(option.variable) or None if option.variable else None, option.variable or ""),
        (own.get(option.name), f"{file.path} [profile.{profile}{f'.{option.table}' if option.table else ''}]"),
        (file.top.get(option.name), f"{file.path} [{option.table}]" if option.table else str(file.path)),
    ]
    for raw, origin in candidates:
        if raw is not None:
            try:
                return Value(option.read(raw), origin)
            except ValueError as error:
                raise BadSettings(_unexpected(origin, error, raw)) from None
    return Value(option.default, DEFAULT)


def _unexpected(where: str, expected: ValueError, raw: object) -> str:
    if isinstance(expected, BadTable):
        return f"{where}: {expected}"
    shown = re.sub(r"//\S*@", "//…@", repr(raw))  # may hold a proxy's password
    return _("{where}: expected {what}, got {value}").format(where=where, what=expected, value=shown)
