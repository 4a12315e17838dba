"""Polls all accounts, each with its own client, session, budget and failures, while their screen is open."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from tui.account.profiles import Profiles
from tui.account.services import Services
from tui.config.complaints import complaint
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.gateway.address import ConfigError
from tui.monitor.account_summary import LOOK_EVERY, AccountSummary, summary_questions
from tui.monitor.loop import Monitor, Rates
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot


class AccountsPoller:
    """Summaries of all profiles but the one on the screen, whose figures are known anyway.

    Results are kept between two visits; `run` polls until cancelled.
    """

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._kept: dict[str, AccountSummary] = {}

    def summaries(self, here: Settings) -> tuple[AccountSummary, ...]:
        """What is known of each account, in the order of the configuration file. Raises BadSettings."""
        names = list(self._profiles.names())
        if here.profile is None or (self._profiles.start.profile is None and self._profiles.start.url):
            names.insert(0, "")
        return tuple(self._glance(name, here) for name in dict.fromkeys(names))

    def _glance(self, name: str, here: Settings) -> AccountSummary:
        if name == (here.profile or ""):
            return AccountSummary(name, here.url or "", is_here=True, own_usd=here.low_balance_usd)
        kept = self._kept.get(name)
        if kept is None:
            kept = self._kept[name] = self._begun(name)
        return kept

    def _begun(self, name: str) -> AccountSummary:
        try:
            settings = self._profiles.settings(name or None)
        except BadSettings as error:
            return AccountSummary(name, "", complaint=complaint(error))
        return AccountSummary(name, settings.url or "", own_usd=settings.low_balance_usd)

    async def run(self, here: Settings, changed: Callable[[], None]) -> None:
        """Poll all accounts but the open one until cancelled; calls `changed` for each answer. Raises BadSettings."""
        opened: list[Services] = []
        summaries = self.summaries(here)
        try:
            async with asyncio.TaskGroup() as group:
                for summary in summaries:
                    services = None if summary.is_here else self._opened(summary)
                    if services is not None:
                        opened.append(services)
                        group.create_task(self._monitor(summary.profile, services, changed).run())
        finally:
            await asyncio.gather(*(services.aclose() for services in opened))

    def _opened(self, summary: AccountSummary) -> Services | None:
        try:
            return self._profiles.open(self._profiles.settings(summary.profile or None))
        except (BadSettings, ConfigError) as error:
            self._kept[summary.profile] = replace(summary, complaint=complaint(error), snapshot=None)
            return None

    def _monitor(self, name: str, services: Services, changed: Callable[[], None]) -> Monitor:
        def publish(snapshot: Snapshot) -> None:
            self._kept[name] = _seen(self._kept[name], snapshot)
            changed()

        known = self._kept[name].snapshot
        begun = known or services.first_snapshot()
        monitor = Monitor(services.client, begun, services.clock, publish, Rates(LOOK_EVERY), services.api_keys)
        self._kept[name] = replace(self._kept[name], complaint="", snapshot=begun)
        monitor.watch("summary", summary_questions(begun, services.clock.now()))
        return monitor


def _seen(summary: AccountSummary, snapshot: Snapshot) -> AccountSummary:
    feed = snapshot.feed(AskProfile())
    trail = summary.trail
    if feed.data is not None and feed.fetched_at is not None and feed.failure is None:
        trail = trail.seen(feed.fetched_at, feed.data.balance_usd)
    return replace(summary, snapshot=snapshot, trail=trail)
