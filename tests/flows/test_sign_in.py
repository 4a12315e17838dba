"""A session that ends, and the dialog that brings it back without losing the place."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.flows.doorway import begun, doors_of, type_text
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.gateway.auth.handover import console_line
from tui.gateway.http import transport
from tui.screens.key.screen import KeyScreen
from tui.screens.overview.screen import OverviewScreen
from tui.screens.sign_in.dialog import SignInDialog
from widgets.live_table import LiveTable


@pytest.fixture
def url(demo: DemoGateway) -> Iterator[str]:
    with running(demo) as at:
        yield at


def change_password(demo: DemoGateway) -> None:
    """Every token of the account is void from now on."""
    demo.world.user.token_version += 1


def kept_with(text: str, folder: Path) -> list[Path]:
    """Files that hold a text."""
    return [path for path in folder.rglob("*") if path.is_file() and text in path.read_text()]


async def sign_in(run: Running, password: str) -> None:
    """Fill in the dialog; the e-mail stands there already."""
    await run.shows("Password")
    await type_text(run, password)
    await run.press("enter")


async def test_a_changed_password_is_said_and_a_sign_in_brings_everything_back(
    demo: DemoGateway, url: str, tmp_path: Path
) -> None:
    async with begun(doors_of(tmp_path, url=url, interval_s=1), demo) as run:
        await run.on_key("batch-nightly")
        table = run.widget("#keys")
        assert isinstance(table, LiveTable)
        await run.press("j")
        cursor, keys = table.cursor_id, run.app.snapshot
        await run.press("enter")
        await run.shows("Latest calls")
        page = run.app.screen
        assert isinstance(page, KeyScreen)
        change_password(demo)
        await run.shows("SIGNED OUT", "i sign in", "What you see is of", "change of password")
        assert run.app.snapshot.feeds.keys() >= keys.feeds.keys()
        await run.press("i")
        await run.until(lambda: isinstance(run.app.screen, SignInDialog), "the dialog")
        await run.shows("change of password or e-mail")
        await sign_in(run, "wrong")
        await run.shows("E-mail or password is wrong.")
        await sign_in(run, demo.password)
        await run.until(lambda: run.app.screen is page, "the page again")
        await run.shows("● live")
        assert "SIGNED OUT" not in run.text()
        assert page.scope.filters.key_id == cursor
        await run.press("escape")
        await run.until(lambda: isinstance(run.app.screen, OverviewScreen), "the overview")
        assert table.cursor_id == cursor


async def test_without_a_session_the_dialog_is_there_at_once(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    async with begun(doors_of(tmp_path, url=url, email=demo.email), demo, sign_in=False) as run:
        await run.until(lambda: isinstance(run.app.screen, SignInDialog), "the dialog")
        await type_text(run, demo.password)
        assert demo.password not in run.text()
        await run.press("enter")
        await run.shows("● live", "batch-nightly", "Signed in as demo@example.com")
    kept = (tmp_path / "state" / "sessions.json").read_text()
    assert demo.email in kept
    assert demo.password not in kept


async def test_a_second_factor_is_asked_for_and_may_be_mistyped(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    demo.options.totp = True
    async with begun(doors_of(tmp_path, url=url, email=demo.email), demo, sign_in=False) as run:
        await sign_in(run, demo.password)
        await run.shows("second factor")
        await type_text(run, "000000")
        await run.press("enter")
        await run.shows("code is wrong")
        await type_text(run, "12345")
        await run.press("enter")
        await run.shows("A code has six digits. It was not sent.")
        await type_text(run, f"{demo.options.totp_code[:3]} {demo.options.totp_code[3:]}")
        await run.press("enter")
        await run.shows("● live")


async def test_a_captcha_leaves_the_other_doors(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    profiles = doors_of(tmp_path, url=url, email=demo.email)
    opened = profiles.open(profiles.start)
    await opened.client.login(demo.email, demo.password)
    session = opened.client.sessions.current()
    assert session is not None
    assert await opened.client.logout() is None
    await opened.aclose()
    demo.options.captcha = "turnstile"
    async with begun(profiles, demo, sign_in=False) as run:
        await run.shows("wants a captcha", "--token-file FILE")
        await run.press("enter")
        await run.shows("copy(localStorage.auth_token)", "in a private window", "Copy the line")
        for wrong, complaint in (
            ("rt_0123", "the refresh token"),
            ("sk-0123", "an API key"),
            ("abc", "two dots"),
            ('{"site": "https://other.example"}', "a session of https://other.example"),
        ):
            await type_text(run, wrong)
            await run.press("enter")
            await run.shows(complaint)
            assert wrong not in run.text()
        await type_text(run, session.access_token)
        await run.press("enter")
        await run.shows("● live", "batch-nightly")


async def test_a_whole_session_of_a_browser_is_handed_over(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    profiles = doors_of(tmp_path, url=url, email=demo.email)
    opened = profiles.open(profiles.start)
    await opened.client.login(demo.email, demo.password)
    session = opened.client.sessions.current()
    assert session is not None
    opened.client.sessions.forget()
    await opened.aclose()
    demo.options.captcha = "turnstile"
    async with begun(profiles, demo, sign_in=False) as run:
        await run.shows("wants a captcha")
        await run.press("enter")
        await run.shows("Copy the line")
        members = {"site": url, "auth_token": session.access_token, "refresh_token": session.refresh_token}
        await type_text(run, f"aktop-session {json.dumps(members)}")
        await run.press("enter")
        await run.shows("● live", "batch-nightly")
    opened = profiles.open(profiles.start)
    kept = opened.client.sessions.current()
    await opened.aclose()
    assert kept is not None
    assert (kept.refresh_token, kept.is_refresh_sent) == (session.refresh_token, False)


async def test_the_line_for_the_browser_is_copied(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    demo.options.captcha = "turnstile"
    async with begun(doors_of(tmp_path, url=url), demo, sign_in=False) as run:
        await run.shows("wants a captcha")
        await run.press("enter")
        await run.shows("Copy the line")
        await run.press("down", "right", "right", "enter")
        await run.shows("Copied")
        assert run.app.clipboard == console_line(url)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("disabled", ("REFUSED", "account is disabled")),
        ("backend", ("REFUSED", "backend mode")),
        ("bound", ("SIGNED OUT", "binds a session to network address")),
        ("database", ("GATEWAY IN TROUBLE", "Nothing is lost")),
        ("redis", ("GATEWAY IN TROUBLE", "Redis is down")),
        ("expired", ("SIGNED OUT", "The gateway no longer knows it")),
        ("renewed in backend mode", ("REFUSED", "in backend mode when the session was to be renewed")),
    ],
)
async def test_every_cause_has_its_sentence_and_the_data_stay(
    demo: DemoGateway,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cause: str,
    words: tuple[str, ...],
) -> None:
    async with begun(doors_of(tmp_path, url=url, interval_s=1), demo) as run:
        await run.on_key("batch-nightly")
        match cause:
            case "disabled":
                demo.world.user.status = "disabled"
            case "backend":
                demo.options.backend_mode = True
            case "bound":
                demo.options.session_binding = True
                monkeypatch.setitem(transport._HEADERS, "user-agent", "other")
            case "database":
                demo.options.trouble.database = True
            case "redis":
                demo.options.trouble.redis, demo.options.trouble.redis_delay_s = True, 0.0
                demo.world.clock.skip(90_000)
            case "renewed in backend mode":
                demo.options.backend_mode = True
                demo.world.clock.skip(90_000)
            case "expired":
                demo.state.sessions.open.clear()
                demo.world.clock.skip(90_000)
        await run.shows(*words, "● batch-nightly")


async def test_what_is_no_address_of_a_person_is_said_in_words(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    async with begun(doors_of(tmp_path, url=url), demo, sign_in=False) as run:
        await run.shows("Password", "NOT SIGNED IN", "3 Keys · –")
        assert "next try" not in run.text()
        await type_text(run, "example.com")
        await run.press("enter")
        await type_text(run, "some-password")
        await run.press("enter")
        await run.shows("E-mail or password is wrong.")
        assert "LoginRequest" not in run.text()


async def test_where_a_captcha_is_wanted_an_api_key_leads_in(demo: DemoGateway, url: str, tmp_path: Path) -> None:
    demo.options.captcha = "turnstile"
    secret = demo.example_keys()[0]
    async with begun(doors_of(tmp_path, url=url), demo, sign_in=False) as run:
        await run.shows("wants a captcha", "An API key, without a sign-in")
        await run.press("left", "enter")
        await run.shows("Use an API key", "stays in memory")
        await type_text(run, "sk-0123456789abcdef")
        await run.press("enter")
        await run.shows("does not know this API key")
        await type_text(run, secret)
        assert secret[8:40] not in run.text()
        await run.press("enter")
        await run.shows("API keys only · read-only", "● live")
        assert secret[8:40] not in run.text()
    assert not kept_with(secret[8:40], tmp_path)


@pytest.mark.parametrize("size", [(60, 20), (120, 36)])
async def test_from_the_password_an_api_key_is_two_steps_away(
    demo: DemoGateway, url: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    secret = demo.example_keys()[0]
    async with begun(doors_of(tmp_path, url=url), demo, sign_in=False, size=size) as run:
        await run.shows("Password", "an API key (read-only)", "Cancel", "Browser", "Sign in")
        await run.press("down", "down")
        await run.press("right")
        await run.shows("[ API key ]")
        await run.press("enter")
        await run.shows("Use an API key", "stays in memory")
        await type_text(run, secret)
        await run.press("enter")
        await run.until(lambda: run.app.account.services.api_keys, "the account of the key")
        assert secret[8:40] not in run.text()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30), (120, 36)])
async def test_the_first_line_says_that_something_is_wrong_however_narrow(
    demo: DemoGateway, url: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with begun(doors_of(tmp_path, url=url, interval_s=1), demo, size=size) as run:
        await run.shows("● live")
        demo.options.backend_mode = True
        await run.until(lambda: "users are refused" in run.text().splitlines()[0], "the first line")
        if size[0] >= 80:
            await run.shows("backend mode and refuses")
