"""All accounts on one screen: each with its own client and failures, asked only while one looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.flows.doorway import begun, doors_of, write_profiles
from tests.flows.test_profiles import shows_keys_of, signed_in
from tui.account.kept_sessions import StoredSessions
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.gateway.auth.sessions import Session
from tui.screens.accounts.screen import AccountsScreen
from widgets.live_table import LiveTable


class Counting(DemoGateway):
    """A gateway that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(seed=2, scenario="quiet")
        self.asked: list[str] = []
        inner = self.asgi

        async def counting(scope: object, receive: object, send: object) -> None:
            self.asked.append(scope["path"])  # type: ignore[index]
            await inner(scope, receive, send)  # type: ignore[arg-type]

        self.asgi = counting


@pytest.fixture
def other() -> Counting:
    return Counting()


@pytest.fixture
def urls(demo: DemoGateway, other: Counting) -> Iterator[tuple[str, str]]:
    with running(demo) as first, running(other) as second:
        yield first, second


@pytest.fixture
async def profiles(demo: DemoGateway, other: Counting, urls: tuple[str, str], tmp_path: Path) -> Path:
    """Four profiles: one to be in, one beside it, one that nobody answers for, one that is not signed in."""
    await signed_in(tmp_path, urls[0], demo)
    await signed_in(tmp_path, urls[1], other)
    write_profiles(
        tmp_path,
        {
            "prod": {"url": f'"{urls[0]}"', "interval_s": "1"},
            "staging": {"url": f'"{urls[1]}"'},
            "away": {"url": '"http://127.0.0.1:9"'},
            "nobody": {"url": f'"{urls[1]}"', "email": '"nobody@example.com"'},
            "broken": {"url": '"http://gw.example"'},
        },
    )
    StoredSessions(tmp_path / "state" / "sessions.json").write("http://127.0.0.1:9", Session("eyJ.a.b"))
    other.asked.clear()
    return tmp_path


def line_of(run: Running, profile: str) -> str:
    """What the table shows for a profile."""
    table = run.app.screen.query_one("#accounts", LiveTable)
    index = table.rows.index_of(profile)
    row = table.rows.row(index) if index is not None else None
    return " ".join(cell.text for cell in row.cells) if row is not None else ""


async def test_every_profile_has_its_line_and_its_own_failure(
    demo: DemoGateway, other: Counting, profiles: Path
) -> None:
    async with begun(doors_of(profiles, "prod"), demo, sign_in=False) as run:
        await run.on_key("batch-nightly")
        assert not other.asked
        await run.press("A")
        await run.until(lambda: isinstance(run.app.screen, AccountsScreen), "the screen")
        await run.until(lambda: line_of(run, "staging").startswith("● staging"), "the other account")
        balance = next(word for word in line_of(run, "staging").split() if word.startswith("$"))
        assert float(balance[1:].replace(" ", "")) == pytest.approx(other.world.user.balance / 1e10, abs=1)
        await run.until(lambda: "gateway unreachable" in line_of(run, "away"), "who is away")
        assert "not signed in; enter signs in" in line_of(run, "nobody")
        assert "in clear" in line_of(run, "broken")
        await run.press("j", "j")
        for words in ("cannot be reached", "Enter goes there and signs in.", "allow_http = true"):
            await run.shows(words)
            await run.press("j")
        living = len(other.world.living_keys())
        assert f"/{living}" in line_of(run, "staging")
        await run.until(lambda: "spike batch-nightly" in line_of(run, "prod"), "the finding of the open account")
        heavy = [path for path in other.asked if "/usage" in path]
        assert len(heavy) == 1
        await run.press("escape")
        await run.until(lambda: not isinstance(run.app.screen, AccountsScreen), "back")
        await run.until(lambda: not other_workers(run), "nobody asks")
        asked = len(other.asked)
        await run.press("c")
        await run.shows("batch-nightly")
        assert len(other.asked) == asked


def other_workers(run: Running) -> list[object]:
    """What asks other accounts."""
    return [worker for worker in run.app.workers if worker.group == "roll" and worker.is_running]


async def test_enter_goes_there_and_privacy_hides_names(demo: DemoGateway, other: Counting, profiles: Path) -> None:
    async with begun(doors_of(profiles, "prod"), demo, sign_in=False) as run:
        await run.on_key("batch-nightly")
        await run.press("A")
        await run.shows("staging", "nobody")
        await run.press("P")
        await run.until(lambda: "staging" not in line_of(run, "staging"), "hidden")
        await run.press("P", "j", "enter")
        await shows_keys_of(run, other)
        assert run.app.account.services.settings.profile == "staging"
        await run.press("A")
        await run.until(lambda: isinstance(run.app.screen, AccountsScreen), "the screen")
        await run.until(lambda: "gateway unreachable" in line_of(run, "away"), "the others")


async def test_one_account_alone_says_how_to_have_more(
    demo: DemoGateway, urls: tuple[str, str], tmp_path: Path
) -> None:
    async with begun(doors_of(tmp_path, url=urls[0]), demo) as run:
        await run.on_key("batch-nightly")
        await run.press("A")
        await run.shows("(as started)", "[profile.NAME]")
