"""The screen of those who have API keys alone: what each tells, what it is refused, where secrets go."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tui.account.cache import AccountCache
from tui.account.profiles import Profiles
from tui.account.screen_start import FirstLook
from tui.account.services import services
from tui.app import last_picture
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.domain.scope import RangeName, Scope
from tui.monitor.api_key_mode import report_feeds, reporting_days
from tui.monitor.questions import AskCalls, AskGroups
from tui.monitor.scoped import usage_of
from tui.present import format as fmt
from widgets.banner import Banner
from widgets.live_table import LiveTable

WALLET, PLAN, LIMITED = "never-used", "team-max", "laptop"


class Start:
    """Starts aktop with API keys of the embedded gateway."""

    def __init__(self, demo: DemoGateway, folder: Path) -> None:
        self.demo, self.folder = demo, folder

    def secret(self, name: str) -> str:
        return next(key.secret for key in self.demo.world.keys.values() if key.name == name)

    @asynccontextmanager
    async def __call__(
        self,
        *names: str,
        more: Sequence[str] = (),
        size: tuple[int, int] = (120, 36),
        first: FirstLook | None = None,
    ) -> AsyncIterator[Running]:
        file = self.folder / "keys"
        file.write_text("\n".join([*(f"{self.secret(name)} my {name}" for name in names), *more]))
        os.chmod(file, 0o600)
        with running(self.demo) as url:
            flags = {"url": url, "api_key_file": str(file), "tz": "Europe/Berlin"}
            settings = load(flags, {}, self.folder / "config.toml", self.folder / "state")
            async with services(settings, {}) as opened:
                app = AktopApp(opened, profiles=Profiles(settings, flags, {}), first=first)
                async with app.run_test(size=size, notifications=True) as pilot:
                    yield Running(app, pilot, self.demo)


async def point_at(run: Running, key_id: int) -> None:
    """Put the cursor on a key."""
    table = run.widget("#keys")
    assert isinstance(table, LiveTable)
    await run.press("g")
    while table.cursor_id != key_id:
        await run.press("down")


@pytest.fixture
def api_key_mode(demo: DemoGateway, tmp_path: Path) -> Start:
    return Start(demo, tmp_path)


async def test_each_kind_of_key_tells_what_it_can(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET, PLAN, LIMITED) as run:
        await run.shows("API keys only · read-only", "● live", "balance $", "my never")
        await run.shows("own limits", "claude-max", "wallet", "not told    single calls")
        await point_at(run, 1)
        await run.shows("whether this key has expired is not told", "×0.8 of the list price")
        await point_at(run, 2)
        await run.shows("4 Key #2 · my team-max", "week", "month", "a span that is over shows its old use")
        await point_at(run, 3)
        await run.shows("4 Key #3 · my laptop", "up to 5½ min old", "not told to keys with limits of their own")


async def test_the_cursor_begins_on_the_key_that_cost_most(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET, LIMITED, PLAN) as run:
        await run.until(lambda: _all_told(run), "all keys told")
        table = run.widget("#keys")
        assert isinstance(table, LiveTable)
        await run.until(lambda: (row := table.rows.row(0)) is not None and table.cursor_id == row.id != 1, "on top")


@pytest.mark.parametrize("width", [40, 60, 80, 99])
async def test_a_narrow_screen_says_that_it_is_read_only_and_how_fresh(api_key_mode: Start, width: int) -> None:
    async with api_key_mode(WALLET, PLAN, LIMITED, size=(width, 24)) as run:
        await run.shows("read-only", "● live")
        first = run.text().splitlines()[0]
        assert all(word in first for word in ("aktop", "read-only", "● live", "$"))


async def test_the_days_add_up_to_what_the_gateway_counts(api_key_mode: Start) -> None:
    async with api_key_mode(PLAN, LIMITED) as run:
        await run.shows("own limits", "claude-max")
        await run.until(lambda: len(reporting_days(report_feeds(run.app.snapshot))) == 2, "both keys told")
        month = Scope(RangeName.D30)
        both = usage_of(month, run.app.snapshot, run.app.now)
        one, other = (usage_of(month.narrowed(key_id=key), run.app.snapshot, run.app.now) for key in (1, 2))
        assert both.sums is not None
        assert one.sums is not None
        assert other.sums is not None
        assert both.sums == one.sums + other.sums
        assert len(both.trend or ()) == 30
        assert both.sums.billed_usd > 0
        assert sum(model.requests for model in both.models or ()) == both.sums.requests
        await run.shows(fmt.usd(both.sums.billed_usd))
        await point_at(run, 1)
        await run.press("f")
        await run.shows("[my team-max]", fmt.usd(one.sums.billed_usd))
        await run.press("escape")
        await run.shows("all keys")


async def test_the_key_to_begin_with_is_looked_at_alone(api_key_mode: Start) -> None:
    async with api_key_mode(PLAN, LIMITED, first=FirstLook(key="my laptop")) as run:
        await run.shows("[my laptop]")
        await run.press("escape")
        await run.shows("all keys")


async def test_nothing_of_keys_is_kept_on_this_machine(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET, LIMITED) as run:
        await run.until(lambda: _all_told(run), "all keys told")
        assert last_picture.picture(run.app, run.app.account.services.settings) is None
        cache = AccountCache(
            api_key_mode.folder / "history", run.app.snapshot.gateway_url, run.app.account.tracker, print
        )
        await cache.recall(run.app.snapshot, lambda *_kept: None)
        await cache.keep(run.app.snapshot, run.app.now, at_once=True)
    assert not [path for path in api_key_mode.folder.rglob("history/*") if path.is_file()]


async def test_no_secret_is_anywhere(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET, LIMITED) as run:
        await run.shows("own limits", "wallet")
        secrets = [api_key_mode.secret(name) for name in (WALLET, LIMITED)]
        shown = run.text() + repr(run.app.snapshot) + repr(run.app.account)
        assert not any(secret in shown for secret in secrets)
        assert not any(secret[8:-6] in shown for secret in secrets)
        await run.press("P")
        await run.until(lambda: "my laptop" not in run.text(), "names hidden")


async def test_what_a_key_is_refused_stands_at_that_key(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET, "old-prototype", "no-group", more=["sk-0000000000000000000 wrong"]) as run:
        await run.shows("API key disabled", "API key not known", "not allowed", "● live", "answers")
        await point_at(run, 4)
        await run.shows("The gateway does not know this API key: mistyped, deleted, or of another gateway.")


async def test_a_gateway_that_goes_away_keeps_the_figures(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET) as run:
        await run.shows("● live", "balance $")
        run.demo.options.trouble.database = True
        await run.press("r")
        await run.shows("error in the gateway", "balance $", "as of")
        run.demo.options.trouble.database = False
        await run.press("r")
        await run.shows("● live")


async def test_a_low_balance_is_told(api_key_mode: Start) -> None:
    api_key_mode.demo.options.balance_low_threshold_usd = 1_000_000
    async with api_key_mode(WALLET, LIMITED) as run:
        await run.shows("LOW BALANCE", "the site's reminder")
        await run.press("a")
        banner = run.widget("#banner")
        assert isinstance(banner, Banner)
        await run.until(lambda: banner.notice is None, "the banner seen")


async def test_keys_that_tell_no_balance_raise_no_alarm(api_key_mode: Start) -> None:
    api_key_mode.demo.options.balance_low_threshold_usd = 1_000_000
    async with api_key_mode(LIMITED) as run:
        await run.shows("balance not told", "own limits")
        assert "LOW BALANCE" not in run.text()


async def test_nothing_can_be_changed(api_key_mode: Start) -> None:
    async with api_key_mode(LIMITED) as run:
        await run.shows("own limits")
        before = {key.id: key.status for key in run.demo.world.keys.values()}
        await run.press("D", "enter", "L", "enter", "u", "T", "c", "e", "w", "b", "t")
        assert {key.id: key.status for key in run.demo.world.keys.values()} == before
        assert len(run.app.screen_stack) == 2
        await run.press("question_mark")
        await run.shows("ask the gateway now")
        assert "disable the key" not in run.text()


async def test_the_list_of_accounts_tells_of_the_keys_and_asks_for_nothing_else(api_key_mode: Start) -> None:
    async with api_key_mode(WALLET) as run:
        await run.shows("● live")
        await run.press("A")
        await run.shows("Accounts · 1", "1 API key", "● live", "API keys only · read-only")
        assert not [question for question in run.app.snapshot.feeds if isinstance(question, AskCalls | AskGroups)]


async def test_where_sign_in_needs_a_captcha_the_other_door_is_named(api_key_mode: Start) -> None:
    api_key_mode.demo.options.captcha = "turnstile"
    async with api_key_mode(WALLET) as run:
        await run.shows("aktop login --from-browser")
        assert "aktop login --url" not in run.text()


async def test_a_site_in_backend_mode_says_whom_to_ask(api_key_mode: Start) -> None:
    api_key_mode.demo.options.backend_mode = True
    async with api_key_mode(WALLET) as run:
        await run.shows("refuses sign-ins of users (backend mode)")


@pytest.mark.parametrize("size", [(80, 24), (90, 16), (50, 12), (38, 9), (20, 4)])
async def test_it_fits_into_small_terminals(api_key_mode: Start, size: tuple[int, int]) -> None:
    async with api_key_mode(WALLET, PLAN, LIMITED, size=size) as run:
        await run.shows("$")
        await run.until(lambda: _all_told(run), "all keys told")
        for keys in ("1", "2", "3", "4", "4", "4", "tab", "enter", "escape"):
            await run.press(keys)
        assert all(len(line) <= size[0] for line in run.text().splitlines())


def _all_told(run: Running) -> bool:
    return all(feed.data is not None for feed in report_feeds(run.app.snapshot))
