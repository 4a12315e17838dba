"""Settings: one `Option` each, which defines flag, variable, file key, documentation and typed value."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui.config import readers
from tui.config.option import Belongs, Option, Value
from tui.locale import _n

if TYPE_CHECKING:
    from tui.config.alerts import AlertSettings
    from tui.domain.key_map import KeyMap
    from tui.triage.findings import FindingKind
    from tui.triage.guard.rule import GuardRule
    from tui.triage.thresholds import QuietHours, Thresholds

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


def _alerts(raw: object) -> "tuple[AlertSettings, ...]":
    from tui.config.alerts import alerts  # too slow for `--help`

    return alerts(raw)


def _guard_rules(raw: object) -> "tuple[GuardRule, ...]":
    from tui.config.guard import guard_rules  # as for alerts

    return guard_rules(raw)


def _keys(raw: object) -> "KeyMap":
    from tui.config.keys import key_map  # as for alerts

    return key_map(raw)


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
