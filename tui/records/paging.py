"""Reads records page by page, newest first, for lists too long to keep."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from tui.account.services import Services
from tui.domain.failure import ListProblem
from tui.domain.scope import Filters, Scope, Window, window_of
from tui.domain.usage import Call, DamagedRow, FailedCall, Page
from tui.gateway.budget import Tier
from tui.gateway.errors import BudgetSpent, RateLimited
from tui.gateway.pages import Walk, contradiction
from tui.gateway.sub2api.client import ERRORS_PER_PAGE
from tui.locale import _
from tui.monitor.patience import PATIENCE_S, Patience
from tui.records.progress import Progress

ROWS_PER_PAGE = 1000
LEAST_ROWS = 50
"""Even for fewer records: on a busy account calls come in faster than small pages are read."""
OVERLAP = timedelta(seconds=5)
"""A record can appear later than one made after it (contract 8.1)."""


class Record(Protocol):
    """A call record or an error request."""

    @property
    def id(self) -> int: ...

    @property
    def at(self) -> datetime: ...


@dataclass(slots=True)
class Extent:
    """How much of a list was written: `written` records, out of the gateway's `total`.

    The gateway counts whole days, and does not apply all filters: `is_exact` says whether its count is that of the
    records. `is_cut`: there are more than were wanted. `damaged` records were left out.
    """

    written: int = 0
    total: int | None = None
    is_exact: bool = False
    is_cut: bool = False
    may_wait: bool = True
    damaged: set[DamagedRow] = field(default_factory=set)


R = TypeVar("R", bound=Record)
ReadPage = Callable[[int], Awaitable[Page[R]]]


async def calls_in(
    scope: Scope,
    services: Services,
    limit: int,
    now: datetime,
    *,
    progress: Progress | None = None,
    extent: Extent | None = None,
) -> AsyncIterator[Call]:
    """The call records of a scope, at most `limit` (0: all). Raises GatewayError."""
    window, extent = window_of(scope.range, now, services.zone), extent or Extent()
    days = days_of(window, now, services)
    extent.is_exact = window.days is not None
    # One extra row reveals whether there are more.
    rows = min(max(limit + 1, LEAST_ROWS), ROWS_PER_PAGE) if limit else ROWS_PER_PAGE

    async def read(number: int) -> Page[Call]:
        zone = services.zone.key
        return await services.client.calls(days, scope.filters, zone=zone, page=number, page_size=rows)

    async for call in _limited(_records(read, window, services, progress, extent), limit, extent):
        yield call


async def errors_in(
    scope: Scope,
    services: Services,
    limit: int,
    now: datetime,
    *,
    progress: Progress | None = None,
    extent: Extent | None = None,
) -> AsyncIterator[FailedCall]:
    """The error requests of a scope, at most `limit` (0: all). Raises GatewayError."""
    window, extent = window_of(scope.range, now, services.zone), extent or Extent()
    extent.is_exact = window.days is not None and scope.filters.model is None
    days = days_of(window, now, services)
    filters = Filters(key_id=scope.filters.key_id, model=scope.filters.model)

    async def read(number: int) -> Page[FailedCall]:
        zone = services.zone.key
        return await services.client.errors(days, zone=zone, filters=filters, page=number, page_size=ERRORS_PER_PAGE)

    wanted = scope.filters.model
    found = _records(read, window, services, progress, extent)
    async for call in _limited((call async for call in found if wanted in (None, call.model)), limit, extent):
        yield call


def days_of(window: Window, now: datetime, services: Services) -> tuple[date, date]:
    """The whole days around a window, all that the gateway accepts."""
    last = min(window.end - timedelta(microseconds=1), now + timedelta(days=1))
    return window.days or (window.start.astimezone(services.zone).date(), last.astimezone(services.zone).date())


async def _limited(records: AsyncIterator[R], limit: int, extent: Extent) -> AsyncIterator[R]:
    async for record in records:
        if limit and extent.written == limit:
            extent.is_cut = True
            return
        extent.written += 1
        yield record


async def _records(
    read: ReadPage[R],
    window: Window,
    services: Services,
    progress: Progress | None = None,
    extent: Extent | None = None,
) -> AsyncIterator[R]:
    """Each record of the window once: new ones shift older ones to later pages, so pages can repeat some.

    Raises GatewayError after the last one if the gateway counts more than it sends.
    """
    walk, progress, extent, number = Walk(), progress or Progress(), extent or Extent(), 0
    while True:
        number += 1
        page = await _paced(read, number, services, progress, may_wait=extent.may_wait)
        extent.total = page.total
        progress.clear()
        extent.damaged.update(page.damaged)
        for record in walk.fresh(page):
            if window.start <= record.at < window.end:
                yield record
        if page.items and page.items[-1].at < window.start - OVERLAP:
            return
        if walk.is_over(page):
            if page.missing:
                raise contradiction(ListProblem.RECORDS_MISSING, page.total, page.total - page.missing)
            return
        text = _("{n} of {total} records read …")
        progress.show(text.format(n=len(walk.seen), total=page.total))


async def _paced(read: ReadPage[R], number: int, services: Services, progress: Progress, *, may_wait: bool) -> Page[R]:
    """A page, as soon as budget and gateway allow it; raises at once if it may not wait, or would wait too long."""
    patience = Patience(services.clock, PATIENCE_S if may_wait else 0.0)
    while True:
        try:
            return await read(number)
        except (BudgetSpent, RateLimited) as error:
            what = _("page {n} of the records").format(n=number)
            budget_s = services.client.budget.wait_s(Tier.HEAVY)
            if not await patience.wait_after(error.failure, budget_s, partial(progress.waiting, what)):
                raise
