"""The first run, and going from one profile to another without a restart."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.flows.doorway import begun, doors_of, type_text, write_profiles
from tui.account.profiles import keep_default
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.domain.capabilities import Capability
from tui.screens.overview.screen import OverviewScreen
from tui.screens.sign_in.welcome import WelcomeDialog


@pytest.fixture
def other() -> DemoGateway:
    """A second gateway, on which nothing is wrong."""
    return DemoGateway(seed=2, scenario="quiet")


@pytest.fixture
def urls(demo: DemoGateway, other: DemoGateway) -> Iterator[tuple[str, str]]:
    with running(demo) as first, running(other) as second:
        yield first, second


async def signed_in(tmp_path: Path, url: str, demo: DemoGateway) -> None:
    """A session on the disk."""
    profiles = doors_of(tmp_path, url=url)
    opened = profiles.open(profiles.start)
    await opened.client.login(demo.email, demo.password)
    await opened.aclose()


async def shows_keys_of(run: Running, demo: DemoGateway) -> None:
    """Wait until the account of that gateway is on the screen."""
    names = {key.name for key in demo.world.living_keys()}
    await run.until(
        lambda: (
            isinstance(run.app.screen, OverviewScreen)
            and run.app.snapshot is not None
            and run.app.snapshot.gateway_url == run.app.account.services.client.base_url
            and any(name in run.text() for name in names)
        ),
        "its keys",
    )
    await run.shows("● live")


async def test_the_first_run_leads_from_nothing_to_a_kept_address(
    demo: DemoGateway, urls: tuple[str, str], tmp_path: Path
) -> None:
    url = urls[0]
    async with begun(doors_of(tmp_path), demo) as run:
        await run.shows("Welcome to aktop", "No gateway is configured yet")
        await run.press("k")
        await run.shows("--api-key-file")
        await run.press("escape")
        await run.shows("Welcome to aktop")
        await run.press("s")
        for wrong, complaint in (
            ("http://gw.example", "clear"),
            ("ftp://gw.example", "expected https"),
            ("http://127.0.0.1:9", "cannot be reached"),
        ):
            await run.shows("The address of the gateway")
            await type_text(run, wrong)
            await run.press("enter")
            await run.shows(complaint)
            await run.press(*["backspace"] * len(wrong))
        await type_text(run, url)
        await run.press("enter")
        await run.shows("Password")
        await type_text(run, demo.email)
        await run.press("enter")
        await type_text(run, demo.password)
        await run.press("enter")
        await run.shows("from now on?", "● live")
        await run.press("y")
        await run.shows("✓ written to")
        await run.press("enter")
        await shows_keys_of(run, demo)
    assert tomllib.loads((tmp_path / "config.toml").read_text()) == {"url": url}
    assert doors_of(tmp_path).start.url == url


def test_a_configuration_file_of_ones_own_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\ninterval_s = 10\n")
    assert keep_default(doors_of(tmp_path).config_path, "https://gw.example") == 'url = "https://gw.example"'
    assert path.read_text() == "# mine\ninterval_s = 10\n"
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


async def test_the_first_run_can_look_at_the_demo_and_leave(demo: DemoGateway, tmp_path: Path) -> None:
    async with begun(doors_of(tmp_path), demo) as run:
        await run.shows("Welcome to aktop")
        await run.press("d")
        await run.shows("demo", "● live", "batch-nightly")
        await run.press("i")
        await run.shows("The demo is signed in already.")
    async with begun(doors_of(tmp_path), demo) as run:
        await run.until(lambda: isinstance(run.app.screen, WelcomeDialog), "the welcome")
        await run.press("q")
        await run.until(lambda: not run.app.is_running, "the end")
        assert run.app.return_code == 0


async def test_profiles_are_switched_without_a_restart(
    demo: DemoGateway, other: DemoGateway, urls: tuple[str, str], tmp_path: Path
) -> None:
    await signed_in(tmp_path, urls[0], demo)
    await signed_in(tmp_path, urls[1], other)
    write_profiles(
        tmp_path,
        {
            "prod": {"url": f'"{urls[0]}"', "interval_s": "1"},
            "staging": {
                "url": f'"{urls[1]}"',
                "read_only": "true",
                "theme": '"nord"',
                "interval_s": "2",
                "tz": '"UTC"',
            },
            "away": {"url": '"http://127.0.0.1:9"'},
        },
    )
    async with begun(doors_of(tmp_path, "prod"), demo, sign_in=False) as run:
        await run.on_key("batch-nightly")
        theme = run.app.theme
        await run.press("t", *["down"] * 1, "enter")
        wanted = run.app.screen.scope.range
        await run.press("f")
        assert run.app.screen.scope.filters.key_id is not None
        before = run.app.account.services.client
        await run.press("colon")
        await run.shows("● prod", "staging", "away", "read-only")
        await type_text(run, "stag")
        await run.until(lambda: "away" not in run.text(), "the others are gone")
        await run.press("enter")
        await shows_keys_of(run, other)
        assert not run.app.account.can(Capability.ACTIONS)
        assert (run.app.theme, run.app.view.interval_s) == ("nord", 2.0)
        assert run.app.snapshot.zone.key == "Asia/Shanghai"  # the flag goes before the profile
        assert run.app.screen.scope.range == wanted
        assert run.app.screen.scope.filters.key_id is None
        assert run.app.account.services.client is not before
        await run.press("colon")
        await type_text(run, "away")
        await run.press("enter")
        await run.until(lambda: run.app.account.services.settings.profile == "away", "away")
        await run.shows("Password")
        await run.press("escape", "colon")
        await type_text(run, "prod")
        await run.press("enter")
        await shows_keys_of(run, demo)
        assert run.app.theme == theme
        assert run.app.account.can(Capability.ACTIONS)


async def test_wrong_settings_of_a_profile_are_said_and_nothing_is_left(
    demo: DemoGateway, urls: tuple[str, str], tmp_path: Path
) -> None:
    await signed_in(tmp_path, urls[0], demo)
    write_profiles(tmp_path, {"prod": {"url": f'"{urls[0]}"'}, "open": {"url": '"http://gw.example"'}})
    async with begun(doors_of(tmp_path, "prod"), demo, sign_in=False) as run:
        await run.on_key("batch-nightly")
        await run.press("colon")
        await type_text(run, "open")
        await run.press("enter")
        await run.shows("in clear")
        await shows_keys_of(run, demo)
        (tmp_path / "config.toml").write_text("[profile.prod]\nurll = 1\n")
        await run.press("colon")
        await run.shows("config.toml:2: urll", "unknown setting")
        (tmp_path / "config.toml").write_text('[profile.prod]\ntheme = "norde"\n')
        await run.press("colon")
        await run.shows("config.toml:2: theme", "aktop-light")


async def test_a_token_given_for_the_start_goes_nowhere_else(tmp_path: Path) -> None:
    write_profiles(tmp_path, {"other": {"url": '"https://other.example"'}})
    profiles = doors_of(tmp_path, url="https://gw.example")
    profiles = type(profiles)(profiles.start, profiles.flags, {"AKTOP_TOKEN": "eyJ.a.b"})
    opened = profiles.open(profiles.start)
    assert opened.client.sessions.current() is not None
    opened = profiles.open(profiles.settings("other"))
    assert opened.client.base_url == "https://other.example"
    assert opened.client.sessions.current() is None
