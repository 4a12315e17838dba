"""Profiles: whose settings an account is opened with, and what the accounts screen lists."""

from pathlib import Path

import pytest

from tui.account.poller import AccountsPoller
from tui.account.profiles import Profiles
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
