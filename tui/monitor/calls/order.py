"""The first calls of whole days in a sort order of the gateway, for ranges that are not read whole."""

from msgspec import Struct

from tui.domain.scope import NO_FILTERS, Filters, Window
from tui.domain.usage import Call, Page
from tui.gateway.budget import Tier
from tui.monitor.question import Asking, Days
from tui.monitor.refresh_policy import when_active

PAGE_ROWS = 1000
SORTED_BY = {"at": "created_at", "model": "model"}
"""The gateway's sort fields (contract 5.2), by column of the call list."""
NEWEST_FIRST = ("at", True)


class AskFirstCalls(Struct, frozen=True):
    """The first thousand calls of some days in one of the gateway's sort orders."""

    days: Days
    sorted_by: str
    ascending: bool
    filters: Filters = NO_FILTERS

    tier = Tier.HEAVY
    pace = when_active(60)

    async def ask(self, asking: Asking) -> Page[Call]:
        return await asking.client.calls(
            self.days,
            self.filters,
            zone=asking.zone.key,
            page_size=PAGE_ROWS,
            sort_by=self.sorted_by,
            ascending=self.ascending,
        )


def first_calls(window: Window, filters: Filters, sort: tuple[str, bool]) -> AskFirstCalls | None:
    """The question for the beginning of a sort order; `sort` is the column and whether it descends.

    None for newest first, which is read anyway, for columns that the gateway cannot sort by, and for ranges other than
    whole days, where the gateway would begin with calls outside the range.
    """
    column, is_descending = sort
    if window.days is None or sort == NEWEST_FIRST or column not in SORTED_BY:
        return None
    return AskFirstCalls(window.days, SORTED_BY[column], not is_descending, filters)
