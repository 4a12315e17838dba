"""Reads an account's past to judge it again: call records and error requests."""

from datetime import date, datetime

from msgspec import Struct

from tui.account.services import Services
from tui.domain.scope import NO_FILTERS, DayRange, Scope
from tui.domain.usage import Call, FailedCall
from tui.gateway.errors import EndpointMissing
from tui.gateway.sub2api.client import ERRORS_PER_PAGE
from tui.records.paging import ROWS_PER_PAGE, Extent, calls_in, errors_in
from tui.records.progress import Progress


class PastExtent(Struct, frozen=True):
    """How many records there are between two days; `errors` is None if the gateway shows none."""

    first: date
    last: date
    calls: int
    errors: int | None

    @property
    def requests(self) -> int:
        """The number of pages that they fill."""
        return max(1, -(-self.calls // ROWS_PER_PAGE)) + -(-(self.errors or 0) // ERRORS_PER_PAGE)


class PastRead(Struct, frozen=True):
    """The records; `damaged` ones were left out."""

    calls: tuple[Call, ...]
    failed: tuple[FailedCall, ...]
    damaged: int


async def count_past(services: Services, first: date, last: date, *, has_errors: bool) -> PastExtent:
    """Count the records, which costs two requests. Raises GatewayError."""
    days, zone = (first, last), services.zone.key
    calls = (await services.client.calls(days, NO_FILTERS, zone=zone, page_size=1)).total
    errors: int | None = None
    if has_errors:
        try:
            errors = (await services.client.errors(days, zone=zone, filters=NO_FILTERS, page_size=1)).total
        except EndpointMissing:
            errors = None
    return PastExtent(first, last, calls, errors)


async def read_past(services: Services, past: PastExtent, now: datetime, progress: Progress) -> PastRead:
    """Read them all, as fast as the rate limit allows. Raises GatewayError."""
    scope, damaged = Scope(DayRange(past.first, past.last)), 0
    extent = Extent()
    calls = [call async for call in calls_in(scope, services, 0, now, progress=progress, extent=extent)]
    damaged += len(extent.damaged)
    failed: list[FailedCall] = []
    if past.errors:
        extent = Extent()
        failed = [call async for call in errors_in(scope, services, 0, now, progress=progress, extent=extent)]
        damaged += len(extent.damaged)
    return PastRead(tuple(calls), tuple(failed), damaged)
