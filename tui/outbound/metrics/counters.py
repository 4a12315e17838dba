"""Persistent counters: every call and every failed request is counted exactly once.

The gateway's own sums do not work as counters: daily ones restart at midnight, those of thirty days and of all time
shrink, a key's use stands still without a quota, and none has key and model at once. Call records do, and have ids: the
moment up to which they were counted and the ids of the last minutes say what was. After a restart, counting continues
where it stopped.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct, field

from tui.domain.clock import CLOCK_AHEAD, floor_minute
from tui.domain.usage import Call, FailedCall, Page
from tui.monitor.calls.log import EVERYTHING, CallLog, CallView, Dimensions, UsageSum
from tui.outbound.metrics.bounds import OTHER, OTHER_KEY, Bounds, settled

DAY = timedelta(hours=24)
OVERLAP = timedelta(minutes=2)
"""How long after a later record an earlier one may still turn up."""
IDLE_FOR = timedelta(days=30)
"""After this time without news a series ends."""
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)

Moment = Annotated[datetime, Meta(tz=True)]
CallsKey = tuple[int, str, str]
"""Key, group and model."""
ErrorsKey = tuple[int, str, str, str]
"""Key, its name if the key is unknown, status and category."""
UNKNOWN_KEY = 0
"""Stands for one of several keys with the same name: failed requests have only the name."""


_OTHER_ERRORS = OTHER_KEY, OTHER, OTHER, OTHER


class Total(Struct):
    """The sums of one series of calls."""

    last_at: Moment
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_tokens: int = 0
    cache_read_tokens: int = 0
    billed_usd: Decimal = Decimal(0)

    def add(self, other: UsageSum, at: datetime) -> None:
        """Add a tally."""
        self.last_at = max(self.last_at, at)
        self.requests += other.requests
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.cache_creation_tokens += other.cache_creation_tokens
        self.cache_read_tokens += other.cache_read_tokens
        self.billed_usd += other.billed_usd


class ErrorTotal(Struct):
    """The count of one series of failed requests."""

    last_at: Moment
    requests: int = 0


class KeptCounters(Struct, frozen=True, omit_defaults=True):
    """The counters of an account as stored in a file."""

    whole_from: Moment
    until: Moment
    recent: tuple[tuple[int, Moment], ...] = ()
    calls: tuple[tuple[int, str, str, Total], ...] = ()
    wallet_usd: Decimal = Decimal(0)
    keys: tuple[int, ...] = ()
    models: tuple[str, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    errors_until: Moment | None = None
    errors_recent: tuple[tuple[int, Moment], ...] = ()
    errors: tuple[tuple[int, str, str, str, ErrorTotal], ...] = ()


class _Counted:
    """How far rows were counted, and the ids of the last ones, so that a repeated row counts once."""

    def __init__(self, until: datetime, recent: Iterable[tuple[int, datetime]] = ()) -> None:
        self.until = until
        self.recent = dict(recent)

    def is_new(self, row_id: int, at: datetime) -> bool:
        """Whether a row was not counted yet, as far as is still known."""
        return row_id not in self.recent and at >= self.until - OVERLAP

    def move(self, until: datetime) -> None:
        """Mark everything up to a moment as counted."""
        self.until = max(self.until, until)
        floor = self.until - OVERLAP
        if any(at < floor for at in self.recent.values()):
            self.recent = {row_id: at for row_id, at in self.recent.items() if at >= floor}

    def kept(self) -> tuple[tuple[int, datetime], ...]:
        """The ids as stored in a file."""
        return tuple(self.recent.items())


class Counters:
    """The counters of one account. `is_counting` is False until the records reach back to where counting stopped."""

    def __init__(self, bounds: Bounds, kept: KeptCounters | None = None) -> None:
        self._bounds = bounds
        self._calls = _Counted(kept.until, kept.recent) if kept is not None else None
        self._errors = None
        if kept is not None and kept.errors_until is not None:
            self._errors = _Counted(kept.errors_until, kept.errors_recent)
        self._log: CallLog | None = None
        self._floor = EVERYTHING
        """Earlier calls are counted, or never will be."""
        self._kept_until = self._calls.until if self._calls is not None else EVERYTHING
        self._page: tuple[object, int] | None = None
        self.whole_from = kept.whole_from if kept is not None else None
        """Since when no call is missing."""
        self.calls: dict[CallsKey, Total] = {one[:3]: one[3] for one in kept.calls} if kept is not None else {}
        self.errors: dict[ErrorsKey, ErrorTotal] = {one[:4]: one[4] for one in kept.errors} if kept is not None else {}
        self.wallet_usd = kept.wallet_usd if kept is not None else Decimal(0)
        self.keys = kept.keys if kept is not None else ()
        """The keys that have series of their own."""
        self._models: dict[str, None] = dict.fromkeys(kept.models) if kept is not None else {}
        self.names = dict(kept.names) if kept is not None else {}
        self.is_counting = False
        self.counts_errors = False
        self.version = 0
        """Changes with the counters."""

    def settle(self, names: Mapping[int, str], spent_usd: Mapping[int, float], now: datetime) -> None:
        """Choose the keys that have series: those of the account, and for a day those that it had."""
        last = self._last_used()
        held = [one for one in self.keys if one in names or now - last.get(one, now - DAY) < DAY]
        spent = {one: spent_usd.get(one, 0.0) for one in {*names, *held}}
        self.keys = settled(held, spent, self._bounds.keys)
        self.names = {one: names.get(one, self.names.get(one, "")) for one in self.keys}
        self._let_go(now - IDLE_FOR)

    def take_calls(self, view: CallView, now: datetime, *, is_reading: bool, is_well: bool) -> None:
        """Count new records. `is_reading`: they will reach further back."""
        if not self._begin(view, now, is_reading=is_reading):
            return
        assert self._calls is not None
        if self._log is not None and view.log.follows(self._log):
            self._count(view.log.heard_after(len(self._log)), now)
        else:
            self._floor = self._calls.until - OVERLAP
            self._count_span(view.log, now)
        self._log = view.log
        if is_well:
            # Nothing else was billed: the key list would show it.
            self._calls.move(now - OVERLAP)
        if self._calls.until - self._kept_until > _HOUR:
            self._kept_until = self._calls.until
            self.version += 1  # otherwise a quiet day would look as if nobody had counted

    def _begin(self, view: CallView, now: datetime, *, is_reading: bool) -> bool:
        """Whether the records reach back to where counting stopped, or as far as they ever will."""
        if view.covered_from is None:
            return False
        left_at = self._calls.until if self._calls is not None else None
        if left_at is None or view.covered_from > left_at - (OVERLAP if is_reading else timedelta(0)):
            if is_reading:
                self.is_counting = False
                return False
            self.whole_from = max(view.covered_from, floor_minute(now - DAY))
            self._calls, self._log = _Counted(self.whole_from), None
            self.version += 1
        self.is_counting = True
        return True

    def _count_span(self, log: CallLog, now: datetime) -> None:
        """Count all records since the last one: whole minutes at once, since there may be many."""
        assert self._calls is not None
        first = floor_minute(self._calls.until) + _MINUTE
        last = floor_minute(now - OVERLAP) - OVERLAP
        if last > first:
            self._count(log.between(self._floor, first), now)
            sums = log.facets(first, last)
            for facet in sorted(sums, key=lambda one: -sums[one].billed_usd):
                self._add(facet, sums[facet], last)
            self._calls.move(last + OVERLAP)
        self._count(log.between(max(self._floor, last), now + CLOCK_AHEAD), now)

    def _count(self, rows: Iterable[Call], now: datetime) -> None:
        """Count rows one by one, except those already counted and those from before the counters began."""
        assert self._calls is not None
        assert self.whole_from is not None
        floor, newest = max(self._floor, self.whole_from), self._calls.until
        for row in rows:
            if row.at >= floor and row.id not in self._calls.recent:
                facet = Dimensions(row.key_id, row.model, row.group_id, row.endpoint, row.is_wallet)
                self._add(facet, UsageSum.of(row), row.at)
                self._calls.recent[row.id] = row.at
                newest = max(newest, row.at)
        self._calls.move(min(newest, now))

    def _add(self, facet: Dimensions, tally: UsageSum, at: datetime) -> None:
        self.version += 1
        if facet.is_wallet:
            self.wallet_usd += tally.billed_usd
        series = self._series_of(facet)
        if series not in self.calls:
            self.calls[series] = Total(at)
        self.calls[series].add(tally, at)

    def _series_of(self, facet: Dimensions) -> CallsKey:
        if facet.key_id not in self.names:
            return OTHER_KEY, OTHER, self._model(facet.model)
        group = str(facet.group_id) if facet.group_id is not None else ""
        series = facet.key_id, group, self._model(facet.model)
        if series in self.calls or len(self.calls) < self._bounds.combinations:
            return series
        return OTHER_KEY, OTHER, OTHER

    def _model(self, model: str) -> str:
        if model not in self._models and len(self._models) < self._bounds.models:
            self._models[model] = None
        return model if model in self._models else OTHER

    def take_errors(self, page: Page[FailedCall], asked: object, now: datetime) -> None:
        """Count new failed requests; `asked` identifies the days of the page.

        In a storm some rows are gone before they are read, or are read late: the gateway's own count says how many
        there were.
        """
        if self._errors is None:
            self._errors = _Counted(now - DAY)
        fresh = [one for one in page.items if self._errors.is_new(one.id, one.at)]
        more = page.total - self._page[1] if self._page is not None and self._page[0] == asked else len(fresh)
        self._page = asked, page.total
        for number, failed in enumerate(sorted(fresh, key=lambda one: one.at, reverse=True)):
            self._errors.recent[failed.id] = failed.at
            if number < more:
                self._add_error(self._error_of(failed), 1, failed.at)
        if more > len(fresh):
            self._add_error(_OTHER_ERRORS, more - len(fresh), now)
        self._errors.move(min(now, max((one.at for one in fresh), default=self._errors.until)))
        self.counts_errors = True

    def _error_of(self, failed: FailedCall) -> ErrorsKey:
        of_name = [key_id for key_id, name in self.names.items() if name == failed.key_name]
        what = str(failed.status_code), failed.category
        if not of_name:
            return OTHER_KEY, OTHER, *what
        return (of_name[0], "", *what) if len(of_name) == 1 else (UNKNOWN_KEY, failed.key_name, *what)

    def _add_error(self, series: ErrorsKey, count: int, at: datetime) -> None:
        if series not in self.errors and len(self.errors) >= self._bounds.errors:
            series = _OTHER_ERRORS
        total = self.errors.setdefault(series, ErrorTotal(at))
        total.requests += count
        total.last_at = max(total.last_at, at)
        self.version += 1

    def shown_calls(self) -> Iterator[tuple[CallsKey, Total]]:
        """The series of calls to expose: those of keys that have series."""
        shown = {*self.keys, OTHER_KEY}
        return (one for one in self.calls.items() if one[0][0] in shown)

    def shown_errors(self) -> Iterator[tuple[ErrorsKey, ErrorTotal]]:
        """The series of failed requests to expose."""
        shown = {*self.keys, OTHER_KEY, UNKNOWN_KEY}
        return (one for one in self.errors.items() if one[0][0] in shown)

    def kept(self) -> KeptCounters | None:
        """The counters as stored in a file; None before there are any."""
        if self._calls is None or self.whole_from is None:
            return None
        return KeptCounters(
            whole_from=self.whole_from,
            until=self._calls.until,
            recent=self._calls.kept(),
            calls=tuple((*series, _copied(total)) for series, total in self.calls.items()),
            wallet_usd=self.wallet_usd,
            keys=self.keys,
            models=tuple(self._models),
            names=dict(self.names),
            errors_until=self._errors.until if self._errors is not None else None,
            errors_recent=self._errors.kept() if self._errors is not None else (),
            errors=tuple((*series, ErrorTotal(one.last_at, one.requests)) for series, one in self.errors.items()),
        )

    def _last_used(self) -> dict[int, datetime]:
        last: dict[int, datetime] = {}
        for (key_id, _group, _model), total in self.calls.items():
            last[key_id] = max(total.last_at, last.get(key_id, total.last_at))
        return last

    def _let_go(self, before: datetime) -> None:
        """End series in which nothing has happened for long."""
        idle = [series for series, total in self.calls.items() if total.last_at < before and series[0] != OTHER_KEY]
        for series in idle:
            del self.calls[series]
        for failed in [one for one, total in self.errors.items() if total.last_at < before and one[0] != OTHER_KEY]:
            del self.errors[failed]
        if idle:
            used = {model for _key, _group, model in self.calls}
            self._models = {model: None for model in self._models if model in used}


def _copied(total: Total) -> Total:
    """A copy that no longer grows: it is written while counting goes on."""
    return Total(
        total.last_at,
        total.requests,
        total.input_tokens,
        total.output_tokens,
        total.cache_creation_tokens,
        total.cache_read_tokens,
        total.billed_usd,
    )
