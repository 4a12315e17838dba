from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from tui.cli.parser import parser
from tui.config import readers
from tui.config.file import BadSettings
from tui.config.settings import OPTIONS, Settings, settings_table
from tui.config.sources import load
from tui.triage.findings import FindingKind
from tui.triage.thresholds import DEFAULTS, QuietHours, Thresholds

CONFIGS = Path(__file__).parent / "files"
# What each wrong file is told: where, and what was expected.
COMPLAINTS = {
    "syntax": (":2: ", "Invalid value"),
    "unknown": (":3: intervall_s: unknown setting", "interval_s"),
    "unknown-in-profile": (":4: interval: unknown setting", "interval_s"),
    "unused-profile": (":4: lang: expected one of en, zh", "got 'de'"),
    "kind": (":1: read_only: expected true or false", "got 'perhaps'"),
    "range": (":1: interval_s: expected a number from 1 to 600", "got 0"),
    "nan": (":1: budget_share: expected a number", "got nan"),
    "theme": (":1: theme: expected one of aktop, aktop-light, aktop-safe, ", "got 'norde'"),
    "zone": (":1: tz: expected an IANA time zone", "got 'Asia/Shangai'"),
    "money": (":1: low_balance_usd: expected an amount in USD", "got -1"),
    "blank": (":1: url: expected a text", "got"),
    "switch-as-number": (":1: interval_s: expected a number", "got True"),
    "profile-is-text": (":2: profile: expected tables", "[profile.prod]"),
    "profile-of-text": (":1: profile: expected tables", "[profile.prod]"),
    "default-missing": (":1: default_profile: expected the name of a profile", "[profile.prod]"),
    "default-list": (":1: default_profile: expected the name of a profile", "['prod']"),
    "dotted": (":2: interval: unknown setting", "interval_s"),
    "same-key-elsewhere": (":5: interval_s: expected a number", "got 1000"),
    "twice": (":2: lang is set a second time", ""),
    "encoding": (": cannot be read", "utf-8"),
    "triage-unknown": (":3: triage.floor: unknown setting; did you mean triage.floor_usd?", "triage.floor_usd"),
    "triage-in-profile": (":5: triage.quiet: expected hours of the day such as 22:00-07:00", "got 'at night'"),
    "triage-dotted": (":2: triage.least_times: expected a number from 1 to 1000", "got 0.5"),
    "triage-kinds": (":2: triage.off: expected a list of kinds among spike, slow_spend, ", "got ['origin', 'spikes']"),
    "triage-names": (":2: triage.leave_out: expected a list of names or ids", "got [True]"),
    "triage-is-text": (":1: triage: unknown setting; ", "triage.off"),
    "triage-amount": (":2: triage.floor_usd: expected an amount in USD", "got -1"),
}


def settings(
    config: Path, *, profile: str | None = None, flags: dict[str, object] | None = None, **env: str
) -> Settings:
    return load(flags or {}, env, config, Path("/nowhere/state"), profile)


@pytest.mark.parametrize("path", sorted((CONFIGS / "valid").glob("*.toml")), ids=lambda path: path.stem)
def test_valid_files_are_read(path: Path) -> None:
    settings(path)


def test_every_wrong_file_has_its_complaint() -> None:
    assert {path.stem for path in (CONFIGS / "invalid").glob("*.toml")} == set(COMPLAINTS)


@pytest.mark.parametrize("name", sorted(COMPLAINTS))
def test_wrong_files_are_told_where_and_what(name: str) -> None:
    path = CONFIGS / "invalid" / f"{name}.toml"
    with pytest.raises(BadSettings) as raised:
        settings(path)
    where, what = COMPLAINTS[name]
    assert f"{path}{where}" in str(raised.value)
    assert what in str(raised.value)


def test_all_settings_of_a_full_file() -> None:
    full = settings(CONFIGS / "valid" / "full.toml")
    assert full.profile == "prod"
    assert full.url == "https://prod.example"
    assert full.values["url"].origin.endswith("full.toml [profile.prod]")
    assert full.low_balance_usd == Decimal("7.5")
    assert (full.interval_s, full.budget_share, full.read_only) == (10.0, 0.25, True)
    assert full.tz.key == "Asia/Shanghai"
    off, quiet = frozenset({FindingKind.ORIGIN, FindingKind.STORM}), QuietHours(time(22), time(7))
    assert full.thresholds == Thresholds(2.0, 4.0, quiet, off)
    assert full.triage_leave_out == ("batch-nightly", "17")
    origins = {name: full.values[f"triage.{name}"].origin for name in ("floor_usd", "least_times")}
    assert origins["floor_usd"].endswith("full.toml [triage]")
    assert origins["least_times"].endswith("full.toml [profile.prod.triage]")
    assert settings(CONFIGS / "valid" / "full.toml", profile="on call").thresholds.floor_usd == 0
    assert {option.name for option in OPTIONS} == set(full.values)
    assert all(value.origin != "default" for value in full.values.values())


def test_the_order_of_precedence(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('url = "https://top.example"\n[profile.p]\nurl = "https://profile.example"\n')

    def url(**more: object) -> tuple[str, str]:
        value = settings(config, **more).values["url"]  # type: ignore[arg-type]
        return value.value, value.origin

    assert url() == ("https://top.example", str(config))
    assert url(profile="p") == ("https://profile.example", f"{config} [profile.p]")
    assert url(AKTOP_PROFILE="p")[0] == "https://profile.example"
    assert url(profile="p", AKTOP_URL="https://env.example") == ("https://env.example", "AKTOP_URL")
    flag = {"url": "https://flag.example"}
    assert url(profile="p", AKTOP_URL="https://env.example", flags=flag) == ("https://flag.example", "--url")
    assert settings(tmp_path / "none.toml").values["url"].origin == "default"
    assert url(AKTOP_URL="")[0] == "https://top.example"


def test_wrong_flags_and_variables_are_named(tmp_path: Path) -> None:
    none = tmp_path / "none.toml"
    with pytest.raises(BadSettings, match=r"^--tz: expected an IANA time zone"):
        settings(none, flags={"tz": "Mars/Base"})
    with pytest.raises(BadSettings, match=r"^AKTOP_READ_ONLY: expected true or false"):
        settings(none, AKTOP_READ_ONLY="perhaps")
    with pytest.raises(BadSettings, match=r"there is no profile 'x' in .*none\.toml \(profiles: none\)"):
        settings(none, profile="x")
    with pytest.raises(BadSettings, match="cannot be read"):
        settings(tmp_path)


@pytest.mark.parametrize(("text", "value"), [("1", True), ("off", False), ("TRUE", True), ("no", False)])
def test_switches_in_the_environment(tmp_path: Path, text: str, value: bool) -> None:
    assert settings(tmp_path / "none.toml", AKTOP_READ_ONLY=text).read_only is value


def test_a_token_stays_with_the_gateway_beside_which_it_was_named(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('url = "https://a.example"\ntoken_file = "t"\n[profile.p]\nurl = "https://b.example"\n')
    assert settings(config).token_file == "t"
    with pytest.raises(BadSettings, match=r"token_file .*https://b\.example .*write both in one place"):
        settings(config, profile="p")
    with pytest.raises(BadSettings, match="does not belong"):
        settings(config, AKTOP_URL="https://c.example")
    assert settings(config, AKTOP_URL="https://a.example").token_file == "t"
    flags: dict[str, object] = {"token_file": "other"}
    assert settings(config, profile="p", flags=flags).token_file == "other"


def test_no_password_of_a_proxy_is_repeated(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        settings(tmp_path / "none.toml", AKTOP_PROXY="socks4://me:hunter2@proxy.example:1")
    assert "hunter2" not in str(caught.value)
    assert "proxy.example" in str(caught.value)


@pytest.mark.parametrize("proxy", ["socks5://me:x@127.0.0.1:1080", "socks5h://p:1", "socks://p", "https://p:3128"])
def test_the_proxies_that_there_are(tmp_path: Path, proxy: str) -> None:
    assert settings(tmp_path / "none.toml", AKTOP_PROXY=proxy).proxy == proxy


@pytest.mark.parametrize("raw", ["a\x00b", "a\x1b[31m", "a\nb", "\x85"])
@pytest.mark.parametrize("variable", ["AKTOP_URL", "AKTOP_EMAIL", "AKTOP_CA_BUNDLE", "AKTOP_TZ"])
def test_control_characters_are_no_setting(tmp_path: Path, variable: str, raw: str) -> None:
    with pytest.raises(BadSettings, match=f"{variable}: expected") as caught:
        settings(tmp_path / "none.toml", **{variable: raw})
    assert raw not in str(caught.value)


def test_a_file_can_have_any_name(tmp_path: Path) -> None:
    assert settings(tmp_path / "none.toml", AKTOP_CA_BUNDLE="/a/\udcff.pem").ca_bundle == "/a/\udcff.pem"
    with pytest.raises(BadSettings):
        settings(tmp_path / "none.toml", AKTOP_EMAIL="lin\udcff@example.com")


@pytest.mark.parametrize(
    "proxy", ["socks4://proxy:1", "ftp://proxy:1", "proxy.example:3128", "http://", "http://proxy:99999"]
)
def test_a_proxy_is_an_address(tmp_path: Path, proxy: str) -> None:
    with pytest.raises(BadSettings, match=r"AKTOP_PROXY: expected a proxy"):
        settings(tmp_path / "none.toml", AKTOP_PROXY=proxy)


def test_the_documents_have_the_table_of_the_settings() -> None:
    document = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert settings_table() in document


def test_a_setting_is_one_entry() -> None:
    """Its flag is parsed and read, and its variable is heard, without a word elsewhere."""
    for option in OPTIONS:
        if option.flag is not None:
            words = [option.flag_of] if option.flag_of else []
            given = [option.flag_name, *(["x"] if option.flag else [])]
            assert getattr(parser().parse_args([*words, *given]), option.flag_dest) == ("x" if option.flag else True)
    variables = [option.variable for option in OPTIONS if option.variable]
    assert len(variables) == len(set(variables))


def test_flags_of_a_table_beat_the_file() -> None:
    flags: dict[str, object] = {"triage.least_times": "3.5", "triage.off": "plan, storm", "triage.leave_out": "a, b,a"}
    tried = settings(CONFIGS / "valid" / "full.toml", flags=flags)
    assert tried.thresholds.least_times == 3.5
    assert tried.thresholds.off == frozenset({FindingKind.PLAN, FindingKind.STORM})
    assert tried.triage_leave_out == ("a", "b")
    assert tried.values["triage.least_times"].origin == "--least-times"


def test_what_nobody_set_is_what_the_rules_have(tmp_path: Path) -> None:
    assert settings(tmp_path / "none.toml").thresholds == DEFAULTS


@pytest.mark.parametrize(
    ("raw", "begin", "end"),
    [
        ("22:00-07:00", time(22), time(7)),
        (" 9:30 – 17 ", time(9, 30), time(17)),
        ("22-24", time(22), time(0)),
        ("0:05-24:00", time(0, 5), time(0)),
    ],
)
def test_quiet_hours_as_people_write_them(raw: str, begin: time, end: time) -> None:
    assert readers.quiet_hours(raw) == QuietHours(begin, end)


@pytest.mark.parametrize(
    "raw", ["", "22:00", "25-7", "22:60-7", "7-7", "0-24", "24:30-7", "22:00-07:00-08:00", 22, ["22-7"]]
)
def test_what_are_no_quiet_hours(raw: object) -> None:
    with pytest.raises(ValueError, match="22:00-07:00"):
        readers.quiet_hours(raw)
