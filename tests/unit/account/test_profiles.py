"""Profiles: whose settings an account is opened with, and what the accounts screen lists."""

from pathlib import Path

import pytest

from tui.account import profiles as profiles_module
from tui.account.poller import AccountsPoller
from tui.account.profiles import Profiles, keep_default, url_line
from tui.config.api_key_files import FoundKey
from tui.config.settings import Settings
from tui.config.sources import load

CONFIG = """
[profile.work]
url = "https://work.example"
low_balance_usd = 30

[profile.home]
url = "https://home.example"

[profile.torn]
"""
AWAY = "https://away.example"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "config.toml", tmp_path / "state"


def start(files: tuple[Path, Path], profile: str | None = None, **flags: object) -> Profiles:
    """aktop, started like this."""
    return Profiles(load(flags, {}, *files, profile), flags, {})


def test_the_start_keeps_its_settings_and_each_profile_has_its_own(files: tuple[Path, Path]) -> None:
    profiles = start(files, "work", url=AWAY, read_only=True)
    assert profiles.settings(None) is profiles.settings("work") is profiles.start
    home = profiles.settings("home")
    assert (home.url, home.profile, home.low_balance_usd) == ("https://home.example", "home", None)
    assert profiles.start.url == AWAY, "the flag was about the account of the start alone"
    assert profiles.is_of(profiles.start, None)
    assert profiles.is_of(home, "home")
    assert not profiles.is_of(home, None)
    assert not profiles.is_of(home, "work")


def listed(profiles: Profiles, here: Settings) -> list[tuple[str, bool]]:
    return [(one.profile, one.is_here) for one in AccountsPoller(profiles).summaries(here)]


def test_an_address_without_a_profile_stands_before_the_profiles(files: tuple[Path, Path]) -> None:
    profiles = start(files, url=AWAY)
    assert listed(profiles, profiles.start)[:2] == [("", True), ("work", False)]
    assert listed(profiles, profiles.settings("home"))[:3] == [("", False), ("work", False), ("home", True)]


def test_a_profile_that_is_open_stands_once(files: tuple[Path, Path]) -> None:
    profiles = start(files, "work")
    assert listed(profiles, profiles.start) == [("work", True), ("home", False), ("torn", False)]


def test_each_account_is_listed_with_its_address_and_its_own_threshold(files: tuple[Path, Path]) -> None:
    profiles = start(files, "home")
    found = {one.profile: one for one in AccountsPoller(profiles).summaries(profiles.start)}
    assert (found["work"].url, found["work"].own_usd) == ("https://work.example", 30)
    assert (found["home"].url, found["home"].own_usd) == ("https://home.example", None)


SECRETS = {"AKTOP_TOKEN": "jwt", "AKTOP_PASSWORD": "secret", "AKTOP_URL": AWAY, "AKTOP_EMAIL": "a@b.c"}
OTHERS = {"AKTOP_LANG": "zh", "PATH": "/bin"}
"""What holds for every account."""


def with_environment(files: tuple[Path, Path], **flags: object) -> Profiles:
    """aktop, started with a session for one gateway in its environment."""
    environ = {**SECRETS, **OTHERS}
    return Profiles(load(flags, environ, *files, None), flags, environ)


def test_what_the_environment_says_of_the_first_account_holds_for_no_other(files: tuple[Path, Path]) -> None:
    profiles = with_environment(files, read_only=True, url=AWAY)
    home, typed = profiles.settings("home"), profiles.settings_at("https://typed.example")
    assert (profiles.start.url, profiles.start.email, profiles.start.lang) == (AWAY, "a@b.c", "zh")
    assert (home.url, home.email, home.lang) == ("https://home.example", None, "zh")
    assert (typed.url, typed.email, typed.lang, typed.profile) == ("https://typed.example", None, "zh", None)
    assert home.read_only is typed.read_only is True, "a flag of the person's"
    assert profiles.names() == ("work", "home", "torn")
    assert profiles.config_path == files[0]


def test_a_token_in_the_environment_is_sent_to_the_first_gateway_only(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Settings, dict[str, str], str | None]] = []

    def opens(settings: Settings, environ: dict[str, str], *, warn: object, found: FoundKey | None = None) -> None:
        opened.append((settings, environ, f"{found.base_url} {found.secret}" if found is not None else None))

    monkeypatch.setattr(profiles_module, "open_services", opens)
    profiles = with_environment(files)
    home = profiles.settings("home")
    profiles.open(profiles.start)
    profiles.open(home)
    profiles.open_key(home, "gw.example.com/", " Bearer sk-0be1234567890f52b\n")
    assert opened == [
        (profiles.start, {**SECRETS, **OTHERS}, None),
        (home, OTHERS, None),
        (home, {}, "https://gw.example.com sk-0be1234567890f52b"),
    ]


def test_a_default_address_is_written_once_and_a_person_s_file_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "aktop" / "config.toml"
    assert keep_default(path, AWAY) is None
    assert path.read_text(encoding="utf-8").splitlines()[1:] == [f'url = "{AWAY}"']
    before = path.read_bytes()
    assert keep_default(path, "https://other.example") == url_line("https://other.example")
    assert path.read_bytes() == before
