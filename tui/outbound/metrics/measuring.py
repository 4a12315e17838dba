"""Polls and judges one account for its metrics only: no notices are given."""

from collections.abc import Callable

from tui.account.context import AccountContext
from tui.account.services import Services
from tui.outbound.metrics.exporter import MetricsExporter
from tui.outbound.screenless import ScreenlessAccount


def hand_on(account: AccountContext, label: str, exporter: MetricsExporter, every_s: float) -> None:
    """Pass what is known of a watched account to an exporter; `every_s` is the polling interval."""
    services, tracker = account.services, account.tracker
    exporter.hear(
        label,
        account.monitor.snapshot,
        tracker.report,
        tracker.incidents,
        services.clock.now(),
        own_usd=services.settings.low_balance_usd,
        interval_s=every_s,
    )


class MeasuredAccount:
    """Keeps the metrics of one account ready until cancelled; `label` is its name in them."""

    def __init__(
        self,
        services: Services,
        label: str,
        exporter: MetricsExporter,
        every_s: float,
        warn: Callable[[str], None],
    ) -> None:
        self._account = ScreenlessAccount(services, every_s, warn, has_guard=False)
        self._label = label
        self._exporter = exporter
        self._every_s = every_s

    async def run(self) -> None:
        """Poll, judge and export until cancelled."""
        await self._account.run(self._looked)

    async def _looked(self) -> None:
        hand_on(self._account.context, self._label, self._exporter, self._every_s)
