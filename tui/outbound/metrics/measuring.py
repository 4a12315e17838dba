"""One account asked and judged for its figures alone: nobody is told of anything."""

from collections.abc import Callable

from tui.account.context import AccountContext
from tui.account.services import Services
from tui.outbound.metrics.exporter import MetricsExporter
from tui.outbound.screenless import ScreenlessAccount


def hand_on(account: AccountContext, label: str, exporter: MetricsExporter, every_s: float) -> None:
    """Tell an exporter what is known of an account that is watched, by whomever; `every_s` is how often it is asked."""
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
    """Keeps the figures of one account ready until it is cancelled; `label` is what it is called in them."""

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
        """Ask, judge and hand on until cancelled."""
        await self._account.run(self._looked)

    async def _looked(self) -> None:
        hand_on(self._account.context, self._label, self._exporter, self._every_s)
