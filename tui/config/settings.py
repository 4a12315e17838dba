"""Settings: one `Option` each, which defines flag, variable, file key, documentation and typed value.

Precedence: flag, environment, profile of the configuration file, its top level, default. An unknown key in the file is
an error, since a typo would otherwise go unnoticed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar, overload
from zoneinfo import ZoneInfo

from tui.config import readers
from tui.config.file import BadSettings, ConfigFile, place_of, read_file
from tui.config.tables import BadTable
from tui.locale import _, _n

if TYPE_CHECKING:
    from tui.config.alerts import AlertSettings
    from tui.domain.key_map import KeyMap
    from tui.triage.findings import FindingKind
    from tui.triage.guard.rule import GuardRule
    from tui.triage.thresholds import QuietHours, Thresholds

T = TypeVar("T")
DEFAULT = _n("default")
_ALERTS = """\
[[alerts]]
channel = "apprise"
url_file = "~/.config/aktop/ntfy"

[[alerts]]
channel = "command"
run = ["/usr/local/bin/tell"]
least = "critical"
quiet = "22:00-07:00"
"""

_GUARD = """\
[[guard]]
when = "spike and key_today_usd > 50"
keys = ["batch-*", "!prod-*"]
do = "disable"
armed = false
"""


class Belongs(Enum):
    """What a setting belongs to: this machine and person, one account, or one account's secret.

    An account's settings do not apply to other accounts, and a secret is sent to its own gateway only.
    """

    PERSON = 1
    ACCOUNT = 2
    SECRET = 3


def _alerts(raw: object) -> "tuple[AlertSettings, ...]":
    from tui.config.alerts import alerts  # too slow for `--help`

    return alerts(raw)


def _guard_rules(raw: object) -> "tuple[GuardRule, ...]":
    from tui.config.guard import guard_rules  # as for alerts

    return guard_rules(raw)


def _keys(raw: object) -> "KeyMap":
    from tui.config.keys import key_map  # as for alerts

    return key_map(raw)


class Option(Generic[T]):
    """One setting: how to read it, its default, its help, and where it can be given.

    `flag` is the metavar of its flag, "" for a flag without a value, None for no flag; `flag_of` is the only verb with
    the flag, None for all. `table` is its table in the file, "" for none. `example` is shown in the template if there
    is no default to show: a TOML value, or tables. As an attribute of Settings it is the typed value.
    """

    name: str
    """Its name, with its table in front: `triage.floor_usd`."""

    def __init__(
        self,
        read: Callable[[object], T],
        default: T,
        help: str,  # noqa: A002 - what argparse calls it
        *,
        variable: str | None = None,
        flag: str | None = None,
        flag_of: str | None = None,
        belongs: Belongs = Belongs.PERSON,
        table: str = "",
        example: str = "",
    ) -> None:
        self.read = read
        self.default = default
        self.help = help
        self.variable = variable
        self.flag = flag
        self.flag_of = flag_of
        self.belongs = belongs
        self.table = table
        self.example = example

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"{self.table}.{name.removeprefix(f'{self.table}_')}" if self.table else name

    @overload
    def __get__(self, settings: None, owner: type) -> Self: ...

    @overload
    def __get__(self, settings: "Settings", owner: type) -> T: ...

    def __get__(self, settings: "Settings | None", owner: type) -> Self | T:
        if settings is None:
            return self
        value: T = settings.values[self.name].value
        return value

    @property
    def is_tables(self) -> bool:
        """Whether it is any number of tables in the file rather than a value."""
        return self.example.startswith("[[")

    @property
    def flag_name(self) -> str:
        """The flag as typed."""
        return f"--{self.flag_dest.replace('_', '-')}"

    @property
    def flag_dest(self) -> str:
        """The argparse dest of the flag."""
        return self.name.rpartition(".")[2]


class Value(NamedTuple):
    """A setting's value and its origin."""

    value: Any
    origin: str


class Settings:
    """Every setting of one account, with its origin."""

    url = Option[str | None](
        readers.a_text,
        None,
        _n("the gateway, for instance https://gateway.example"),
        variable="AKTOP_URL",
        flag="URL",
        belongs=Belongs.ACCOUNT,
        example='"https://gateway.example"',
    )
    email = Option[str | None](
        readers.a_text,
        None,
        _n("the account; else it is asked for"),
        variable="AKTOP_EMAIL",
        flag="EMAIL",
        flag_of="login",
        belongs=Belongs.ACCOUNT,
        example='"lin@example.com"',
    )
    token_file = Option[str | None](
        readers.a_path,
        None,
        _n("a file with an access token, instead of a sign-in"),
        flag="FILE",
        belongs=Belongs.SECRET,
        example='"~/.config/aktop/token"',
    )
    api_key_file = Option[str | None](
        readers.a_path,
        None,
        _n("a file with API keys: see what these tell, read-only"),
        flag="FILE",
        belongs=Belongs.SECRET,
        example='"~/.config/aktop/keys"',
    )
    proxy = Option[str | None](
        readers.a_proxy,
        None,
        _n("an http, https or socks5 proxy, instead of the environment's"),
        variable="AKTOP_PROXY",
        flag="URL",
        example='"socks5://127.0.0.1:1080"',
    )
    ca_bundle = Option[str | None](
        readers.a_path,
        None,
        _n("a PEM file of the authorities to trust"),
        variable="AKTOP_CA_BUNDLE",
        flag="FILE",
        example='"/etc/ssl/certs/own.pem"',
    )
    read_only = Option(
        readers.a_switch, False, _n("change nothing on the gateway"), variable="AKTOP_READ_ONLY", flag=""
    )
    ascii = Option(
        readers.a_switch,
        False,
        _n("draw the screen with signs of ASCII alone, for fonts without others"),
        variable="AKTOP_ASCII",
        flag="",
    )
    lang = Option[str | None](
        readers.a_language,
        None,
        _n("language: en or zh"),
        variable="AKTOP_LANG",
        flag="LANG",
        example='"zh"',
    )
    tz = Option[ZoneInfo | None](
        readers.a_zone,
        None,
        _n("time zone of what is shown, for instance Asia/Shanghai"),
        variable="AKTOP_TZ",
        flag="ZONE",
        example='"Asia/Shanghai"',
    )
    interval_s = Option(readers.a_number(1, 600), 5.0, _n("seconds between two looks at what is cheap"))
    budget_share = Option(
        readers.a_number(0.05, 1), 0.5, _n("the part of the gateway's request limit that aktop may use")
    )
    low_balance_usd = Option[Decimal | None](
        readers.an_amount_usd,
        None,
        _n("warn below this balance; else the gateway's own threshold"),
        example="10",
    )
    blind_after_min = Option(
        readers.a_number(1, 1440), 10.0, _n("minutes without a word of the account before a notice says so")
    )
    theme = Option[str | None](
        readers.a_theme,
        None,
        _n("colours: aktop, aktop-light, aktop-safe, aktop-safe-light, or a theme of Textual"),
        example='"aktop-light"',
    )
    last_screen = Option(
        readers.a_switch, True, _n("keep the last picture here, to show it at the next start until there is news")
    )
    keyring = Option(readers.a_switch, False, _n("keep the session in the machine's keyring, where there is one"))
    allow_http = Option(readers.a_switch, False, _n("allow plain http to a host that is not this machine"))
    triage_floor_usd = Option(
        readers.an_amount_usd,
        Decimal("0.50"),
        _n("an hour counts from so much above its usual on"),
        flag="USD",
        flag_of="backtest",
        table="triage",
    )
    triage_least_times = Option(
        readers.a_number(1, 1000),
        2.0,
        _n("and from so many times its usual on"),
        flag="N",
        flag_of="backtest",
        table="triage",
    )
    triage_quiet: "Option[QuietHours | None]" = Option(
        readers.quiet_hours,
        None,
        _n("hours in which warnings wait, for instance 22:00-07:00; what is critical does not"),
        flag="HOURS",
        flag_of="backtest",
        table="triage",
        example='"22:00-07:00"',
    )
    triage_off: "Option[tuple[FindingKind, ...]]" = Option(
        readers.finding_kinds,
        (),
        _n("kinds of findings that are never told, for instance origin, storm"),
        flag="KINDS",
        flag_of="backtest",
        table="triage",
        example='["origin", "storm"]',
    )
    triage_leave_out = Option[tuple[str, ...]](
        readers.several_names,
        (),
        _n("keys that are never told of by themselves, by name or id; what they cost counts all the same"),
        flag="KEYS",
        flag_of="backtest",
        belongs=Belongs.ACCOUNT,
        table="triage",
        example='["batch-nightly", 17]',
    )

    alerts: "Option[tuple[AlertSettings, ...]]" = Option(
        _alerts,
        (),
        _n("where notices go: a table `[[alerts]]` for each channel, see docs/alerts.md"),
        example=_ALERTS,
    )
    guard: "Option[tuple[GuardRule, ...]]" = Option(
        _guard_rules,
        (),
        _n("what may be done to a key while nobody looks: a table `[[guard]]` for each rule, see docs/guard.md"),
        belongs=Belongs.ACCOUNT,
        example=_GUARD,
    )

    keys: "Option[KeyMap | None]" = Option(
        _keys,
        None,
        _n("keys of your own: a table `[keys]`, see docs/keys.md"),
        example='{ preset = "k9s", copy = "Y" }',
    )

    def __init__(
        self,
        values: Mapping[str, Value],
        profile: str | None,
        config_path: Path,
        state_dir: Path,
        profile_origin: str = "",
    ) -> None:
        self.values = values
        self.profile = profile
        """The profile behind them, if any."""
        self.profile_origin = profile_origin
        """Where that profile was named."""
        self.config_path = config_path
        self.state_dir = state_dir

    @property
    def key_map(self) -> "KeyMap":
        """The keys of each command."""
        from tui.domain.key_map import KeyMap  # as for thresholds

        return self.keys or KeyMap()

    @property
    def thresholds(self) -> "Thresholds":
        """The thresholds as configured, except for keys left out, which are known only by name."""
        from tui.triage.thresholds import Thresholds  # too slow for `--help`

        return Thresholds(
            float(self.triage_floor_usd), self.triage_least_times, self.triage_quiet, frozenset(self.triage_off)
        )


OPTIONS: tuple[Option[Any], ...] = tuple(one for one in vars(Settings).values() if isinstance(one, Option))
BY_NAME: Mapping[str, Option[Any]] = {option.name: option for option in OPTIONS}
TABLES = frozenset(option.table for option in OPTIONS if option.table)


def settings_table() -> str:
    """The settings as a Markdown table, for docs/settings.md."""
    rows = [
        (
            f"`{option.name}`",
            f"`{option.flag_name}`" if option.flag is not None else "",
            f"`{option.variable}`" if option.variable else "",
            "" if option.default in (None, ()) else f"`{str(option.default).lower()}`",
            option.help,
        )
        for option in OPTIONS
    ]
    lines = [("Setting", "Flag", "Variable", "Default", ""), ("---",) * 5, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


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
