"""Settings: where each comes from, and what happens to a wrong one.

One precedence: flag, then environment, then the profile of the configuration file, then its top level, then the
default. A key in the file that aktop does not know is an error, since a typo would otherwise go unnoticed.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from tui.gateway.http.proxies import Proxy
from tui.locale import LANGUAGES, _, _n
from tui.store.files import MAX_BYTES, read_regular, text_of


class BadSettings(Exception):
    """A setting that cannot be used; the message names file, line and key, and says what was expected."""


class Option(Struct, frozen=True):
    """One setting: its name in the file, its environment variable, its default, and how it is read."""

    name: str
    read: Callable[[object], object]
    default: object
    variable: str | None = None
    help: str = ""


DEFAULT = _n("default")


class Value(Struct, frozen=True):
    """A setting's value and where it came from."""

    value: Any
    origin: str


def _path(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(_("a text"))
    if any(unicodedata.category(char) == "Cc" for char in raw.strip()):
        raise ValueError(_("a text without control characters"))
    return raw.strip()


def _text(raw: object) -> str:
    text = _path(raw)
    # What is no UTF-8 can be the name of a file, and nothing else.
    if any(unicodedata.category(char) == "Cs" for char in text):
        raise ValueError(_("a text in UTF-8"))
    return text


def _switch(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        return raw.lower() in ("1", "true", "yes", "on")
    raise ValueError(_("true or false"))


def _number(lowest: float, highest: float) -> Callable[[object], float]:
    def read(raw: object) -> float:
        try:
            number = float(raw) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else None
        except ValueError:
            number = None
        if number is None or not lowest <= number <= highest:
            text = _("a number from {lowest} to {highest}")
            raise ValueError(text.format(lowest=f"{lowest:g}", highest=f"{highest:g}"))
        return number

    return read


def _usd(raw: object) -> Decimal:
    try:
        amount = Decimal(str(raw)) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise ValueError(_("an amount in USD, 0 or more"))
    return amount


def _zone(raw: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(raw))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_("an IANA time zone such as Asia/Shanghai")) from None


def _language(raw: object) -> str:
    if raw not in LANGUAGES:
        raise ValueError(_("one of {names}").format(names=", ".join(LANGUAGES)))
    return str(raw)


def _proxy(raw: object) -> str:
    text = _text(raw)
    if not Proxy(text).is_usable:
        raise ValueError(_("a proxy such as http://proxy.example:3128 or socks5://127.0.0.1:1080"))
    return text


OPTIONS: tuple[Option, ...] = (
    Option("url", _text, None, "AKTOP_URL", "the gateway's address, for instance https://gateway.example"),
    Option("email", _text, None, "AKTOP_EMAIL", "the account's e-mail, offered at sign-in"),
    Option("token_file", _path, None, None, "a file with an access token, instead of a sign-in"),
    Option(
        "api_key_file", _path, None, None, "a file with API keys, one a line: show what these tell, and nothing else"
    ),
    Option("proxy", _proxy, None, "AKTOP_PROXY", "an http, https or socks5 proxy; else the environment's"),
    Option("ca_bundle", _path, None, "AKTOP_CA_BUNDLE", "a PEM file of the authorities to trust, not the system's"),
    Option("keyring", _switch, False, None, "keep the session in the machine's keyring, where there is one"),
    Option("read_only", _switch, False, "AKTOP_READ_ONLY", "change nothing on the gateway"),
    Option("lang", _language, None, "AKTOP_LANG", "language: en or zh; else the locale decides"),
    Option("tz", _zone, None, "AKTOP_TZ", "time zone of what is shown; else the machine's"),
    Option("interval_s", _number(1, 600), 5.0, None, "seconds between two looks at what is cheap"),
    Option("budget_share", _number(0.05, 1), 0.5, None, "the part of the gateway's request limit that aktop may use"),
    Option("low_balance_usd", _usd, None, None, "warn below this balance; else the gateway's own threshold"),
    Option("allow_http", _switch, False, None, "allow plain http to a host that is not this machine"),
    Option(
        "last_screen",
        _switch,
        True,
        None,
        "keep the last picture here, to show it at the next start until there is news",
    ),
    Option("theme", _text, None, None, "a Textual theme, for instance textual-light or nord"),
)
CREDENTIALS = frozenset({"token_file", "api_key_file"})
"""Settings that lead to a secret, which only its own gateway may see."""
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


class Settings(Struct, frozen=True):
    """Every setting, with its origin; attributes give the bare values."""

    values: Mapping[str, Value]
    profile: str | None
    """The profile that they are of, if any."""
    config_path: Path
    state_dir: Path
    profile_origin: str = ""
    """Where that profile was named."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value


class ConfigFile(Struct, frozen=True):
    """The configuration file as read: its text is kept to say in which line something stands."""

    path: Path
    text: str
    top: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, Any]]
    default_profile: str | None


def load(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    config_path: Path,
    state_dir: Path,
    profile: str | None = None,
) -> Settings:
    """Put the settings together. Raises BadSettings."""
    file = read_config(config_path)
    named = (
        (profile, "--profile"),
        (environ.get("AKTOP_PROFILE"), "AKTOP_PROFILE"),
        (file.default_profile, f"{config_path} default_profile"),
    )
    chosen, origin = next(((name, where) for name, where in named if name), (None, ""))
    if chosen is not None and chosen not in file.profiles:
        text = _("there is no profile '{name}' in {path} (profiles: {known})")
        raise BadSettings(text.format(name=chosen, path=config_path, known=", ".join(file.profiles) or _("none")))
    own = file.profiles[chosen] if chosen else {}
    values = {option.name: _value(option, flags, environ, own, chosen, file) for option in OPTIONS}
    for name in CREDENTIALS & values.keys():
        _require_own_gateway(name, values, ({**_from_environment(environ), **flags}, own, file.top))
    return Settings(values, chosen, config_path, state_dir, origin)


def _from_environment(environ: Mapping[str, str]) -> Mapping[str, object]:
    return {
        option.name: environ[option.variable] for option in OPTIONS if option.variable and environ.get(option.variable)
    }


def _require_own_gateway(name: str, values: Mapping[str, Value], levels: tuple[Mapping[str, object], ...]) -> None:
    """A credential goes to the gateway beside which it was named, and to no other. Raises BadSettings.

    A token at the top of the file must not go where a profile or `--url` leads. Flags and environment are of one run.
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


def read_config(path: Path) -> ConfigFile:
    """Read the configuration file; none is an empty one. Raises BadSettings for what aktop cannot make sense of."""
    try:
        text = text_of(read_regular(path, MAX_BYTES))
    except FileNotFoundError:
        return ConfigFile(path, "", {}, {}, None)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadSettings(_("{path}: cannot be read: {error}").format(path=path, error=why)) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(_syntax_error(path, str(error))) from None
    profiles = content.pop("profile", {})
    default_profile = content.pop("default_profile", None)
    if not isinstance(profiles, dict) or not all(isinstance(table, dict) for table in profiles.values()):
        where = _place(path, text, None, "profile")
        raise BadSettings(_("{where}: expected tables such as [profile.prod]").format(where=where))
    if default_profile is not None and (not isinstance(default_profile, str) or default_profile not in profiles):
        where = _place(path, text, None, "default_profile")
        sentence = _("{where}: expected the name of a profile, and there is no [profile.{name}]")
        raise BadSettings(sentence.format(where=where, name=default_profile))
    _check(path, text, None, content)
    for name, table in profiles.items():
        _check(path, text, name, table)
    return ConfigFile(path, text, content, profiles, default_profile)


def _syntax_error(path: Path, message: str) -> str:
    """What the parser says, with the line where one looks for it."""
    match = re.search(r" \(at line (\d+), column \d+\)$", message)
    if match is None:
        return f"{path}: {message}"
    return f"{path}:{match[1]}: {message[: match.start()]}"


def _check(path: Path, text: str, profile: str | None, table: Mapping[str, Any]) -> None:
    """Every key must be known and every value of its kind, also in profiles that are not in use."""
    for key, raw in table.items():
        where = _place(path, text, profile, key)
        if key not in BY_NAME:
            sentence = _("{where}: unknown setting; expected one of {names}")
            raise BadSettings(sentence.format(where=where, names=", ".join(BY_NAME)))
        try:
            BY_NAME[key].read(raw)
        except ValueError as error:
            raise BadSettings(_unexpected(where, error, raw)) from None


def _value(
    option: Option,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    own: Mapping[str, Any],
    profile: str | None,
    file: ConfigFile,
) -> Value:
    candidates: list[tuple[object, str]] = [
        (flags.get(option.name), f"--{option.name.replace('_', '-')}"),
        (environ.get(option.variable) or None if option.variable else None, option.variable or ""),
        (own.get(option.name), f"{file.path} [profile.{profile}]"),
        (file.top.get(option.name), str(file.path)),
    ]
    for raw, origin in candidates:
        if raw is not None:
            try:
                return Value(option.read(raw), origin)
            except ValueError as error:
                raise BadSettings(_unexpected(origin, error, raw)) from None
    return Value(option.default, DEFAULT)


def _unexpected(where: str, expected: ValueError, raw: object) -> str:
    shown = re.sub(r"//\S*@", "//…@", repr(raw))  # a proxy's password
    return _("{where}: expected {what}, got {value}").format(where=where, what=expected, value=shown)


def _place(path: Path, text: str, profile: str | None, key: str) -> str:
    """File and line of a key: the parser does not keep lines, so it is looked for in its table."""
    table, header = None, re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
    dotted = None if profile is None else f"profile.{profile}.{key}"
    for number, line in enumerate(text.splitlines(), 1):
        if match := header.match(line):
            table = _bare(match[1]).removeprefix("profile.").strip()
            continue
        name = _bare(line.partition("=")[0]) if "=" in line else ""
        if (table == profile and name == key) or (table is None and dotted is not None and name == dotted):
            return f"{path}:{number}: {key}"
    return f"{path}: {key}"


def _bare(name: str) -> str:
    """A key or table name without quotes and blanks."""
    return name.replace('"', "").replace("'", "").replace(" ", "").replace("\t", "")
