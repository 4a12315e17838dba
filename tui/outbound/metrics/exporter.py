"""Keeps the metrics of watched accounts ready for scrapers."""

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tui.account.file_troubles import telling
from tui.config.complaints import file_complaint
from tui.domain.capabilities import Capability
from tui.domain.clock import WORTH_TELLING
from tui.domain.scope import Scope
from tui.domain.text import legible
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import TRIAGE_CALLS
from tui.outbound.metrics.bounds import Bounds
from tui.outbound.metrics.counters import Counters, KeptCounters
from tui.outbound.metrics.families import Family, Figures, Sort
from tui.outbound.metrics.figures import PATIENCE, View, blind, figures_of
from tui.store.json_file import JsonFile
from tui.triage.incidents import Incidents
from tui.triage.report import Report

if TYPE_CHECKING:
    from prometheus_client import Metric

LABEL_LENGTH = 128
SILENT_AFTER_S = 300.0
"""An account silent for this long counts as not watched any more, whatever hangs."""
_RECORD = 1
"""The number of the only record in a file of counters."""


class NoPrometheusClient(Exception):
    """The package prometheus_client is not installed; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            _("aktop metrics needs the package prometheus-client beside it, see docs/install.md: {command}").format(
                command="pipx inject aktop prometheus-client"
            )
        )


class _Watched:
    """An account: its counters and its exposed figures."""

    def __init__(self) -> None:
        self.counters: Counters | None = None
        self.store: JsonFile[KeptCounters] | None = None
        self.written = 0
        """The version of the counters on disk."""
        self.figures: Figures = {}
        self.heard_s = 0.0


class _News(Struct, frozen=True):
    """Figures to expose once the counters behind them are on disk."""

    figures: Figures
    version: int
    kept: KeptCounters | None


class MetricsExporter:
    """Collects what is known of accounts for Prometheus. Raises NoPrometheusClient if the library is missing.

    Counters are kept in `folder` and exposed only once on disk, so that they never shrink in a restart. `target` names
    the consumer, since two exporters of one account do not share their counters. A disk failure is passed to `report`
    once, and delays nobody.
    """

    def __init__(
        self,
        folder: Path | None,
        target: str = "",
        *,
        bounds: Bounds | None = None,
        has_names: bool = True,
        report: Callable[[str], None] = lambda _text: None,
        steady_s: Callable[[], float] = time.monotonic,
    ) -> None:
        try:
            from prometheus_client import CollectorRegistry
        except ImportError:
            raise NoPrometheusClient from None
        self._folder = folder
        self._target = target
        self._bounds = bounds or Bounds()
        self._has_names = has_names
        self._report = report
        self._steady_s = steady_s
        self._watched: dict[str, _Watched] = {}
        self._news: dict[str, _News] = {}
        self._lock = threading.Lock()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="metrics")
        self._writing: Future[None] | None = None
        self.registry: CollectorRegistry = CollectorRegistry()
        self.registry.register(self)

    def hear(
        self,
        account: str,
        snapshot: Snapshot,
        report: Report | None,
        incidents: Incidents,
        now: datetime,
        *,
        own_usd: Decimal | None = None,
        interval_s: float = 5.0,
    ) -> None:
        """Take what is known of an account; `now` is by the gateway's clock, `interval_s` its polling interval."""
        watched = self._watched.setdefault(account, _Watched())
        if watched.counters is None:
            self._take_up(watched, snapshot)
        counters = watched.counters or Counters(self._bounds)
        _count(counters, snapshot, now)
        ahead = datetime.now(UTC) - now
        view = View(
            _label(account),
            self._has_names,
            own_usd,
            max(PATIENCE, timedelta(seconds=3 * interval_s)),
            ahead if abs(ahead) >= WORTH_TELLING else timedelta(0),
        )
        figures = figures_of(snapshot, report, incidents, counters, now, view)
        watched.heard_s = self._steady_s()
        kept = counters.kept() if watched.store is not None and counters.version != watched.written else None
        with self._lock:
            self._news[account] = _News(figures, counters.version, kept)
            if self._writing is None:
                self._writing = self._disk.submit(self._tell)

    def hear_nothing(self, account: str) -> None:
        """Note that an account cannot even be queried."""
        watched = self._watched.setdefault(account, _Watched())
        watched.figures, watched.heard_s = blind(watched.figures, _label(account)), self._steady_s()

    def forget(self, account: str) -> None:
        """Drop an account that is not watched any more."""
        self._watched.pop(account, None)

    def settle(self) -> None:
        """Wait until everything heard is exposed."""
        with self._lock:
            writing = self._writing
        if writing is not None:
            writing.result()

    def close(self) -> None:
        """Write what was counted to disk, and stop."""
        self._disk.shutdown()

    def _take_up(self, watched: _Watched, snapshot: Snapshot) -> None:
        """Continue the counters of an earlier run, once the account is known."""
        profile = snapshot.data(AskProfile())
        if profile is None or not snapshot.capabilities.can(Capability.ACCOUNT):
            return
        kept = None
        if self._folder is not None:
            whose = f"{snapshot.gateway_url}\n{profile.id}\n{self._target}"
            path = self._folder / f"{hashlib.sha256(whose.encode()).hexdigest()[:16]}.json"
            watched.store = JsonFile(path, KeptCounters, telling(self._report))
            try:
                kept = watched.store.read().get(_RECORD)
            except OSError as error:
                self._give_up(watched, error)
        watched.counters = Counters(self._bounds, kept)

    def _tell(self) -> None:
        """Write counters, then expose them; news that arrives meanwhile comes next."""
        while True:
            with self._lock:
                if not self._news:
                    self._writing = None
                    return
                account, news = self._news.popitem()
            watched = self._watched.get(account)
            if watched is None:
                continue
            if news.kept is not None and watched.store is not None:
                try:
                    watched.store.write({_RECORD: news.kept})
                    watched.written = news.version
                except OSError as error:
                    self._give_up(watched, error)
            watched.figures = news.figures

    def _give_up(self, watched: _Watched, error: OSError) -> None:
        watched.store = None
        text = _("counters are not kept, and begin anew at the next start: {reason}")
        self._report(text.format(reason=file_complaint(error)))

    def collect(self) -> "Iterator[Metric]":
        """All metrics of all accounts, as the library expects from a collector."""
        merged: dict[Family, list[tuple[tuple[str, ...], float]]] = {}
        for account, watched in list(self._watched.items()):
            figures, silent_s = watched.figures, self._steady_s() - watched.heard_s
            if figures and silent_s > SILENT_AFTER_S:
                figures = blind(figures, _label(account))
            for family, samples in figures.items():
                merged.setdefault(family, []).extend(samples.items())
        for family in sorted(merged, key=lambda one: one.name):
            yield _metric(family, merged[family])

    def exposition(self, accept: str = "", *, is_packed: bool = False) -> tuple[str, bytes]:
        """Content type and text in the format that a scraper accepts: OpenMetrics on request."""
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(accept)
        text: bytes = encode(self.registry)
        return content_type, gzip.compress(text, 5) if is_packed else text

    def write(self, path: Path) -> None:
        """Replace a file for the textfile collector of node_exporter. Raises OSError."""
        from prometheus_client import write_to_textfile

        write_to_textfile(str(path), self.registry)


def _count(counters: Counters, snapshot: Snapshot, now: datetime) -> None:
    """Feed what is new into the counters."""
    keys, costs = snapshot.feed(AskKeys()), snapshot.data(AskKeyCosts()) or {}
    view, calls = snapshot.calls.get(BASE_CALLS), snapshot.feed(BASE_CALLS)
    if keys.data is None:
        return
    spent_usd = {key_id: float(cost.last_30_days_usd or cost.today_usd) for key_id, cost in costs.items()}
    counters.settle({key.id: key.name for key in keys.data}, spent_usd, now)
    if view is not None and snapshot.capabilities.can(Capability.CALLS):
        is_reading = TRIAGE_CALLS.wants_more(view, now, snapshot.zone)
        is_well = calls.failure is None and keys.failure is None and calls.fetched_at is not None
        counters.take_calls(view, now, is_reading=is_reading, is_well=is_well)
    asked = errors_question(Scope(), snapshot, now)
    page = snapshot.data(asked)
    if page is not None:
        counters.take_errors(page, asked, now)


def _metric(family: Family, samples: list[tuple[tuple[str, ...], float]]) -> "Metric":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    sort: Any = CounterMetricFamily if family.sort is Sort.COUNTER else GaugeMetricFamily
    metric: Metric = sort(family.name, family.help, labels=family.labels)
    for labels, value in samples:
        metric.add_metric([_label(label) for label in labels], value)  # type: ignore[attr-defined]
    return metric


def _label(text: str) -> str:
    """A label value: one legible line of limited length."""
    line = " ".join(legible(text).split())
    return line if len(line) <= LABEL_LENGTH else f"{line[: LABEL_LENGTH - 1]}…"
