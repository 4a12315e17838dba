"""The calls of whole days in an order that the gateway knows: their beginning, while the range is not all here."""

from msgspec import Struct

from tui.domain.scope import NO_FILTERS, Filters, Window
from tui.domain.usage import Call, Page
from tui.gateway.budget import Tier
from tui.monitor.question import Asking, Days
from tui.monitor.refresh_policy import when_active

PAGE_ROWS = 1000
SORTED_BY = {"at": "created_at", "model": "model"}
"""What the gateway can sort by (contract 5.2), by the columns of the call list."""
NEWEST_FIRST = ("at", True)


class AskFirstCalls(Struct, frozen=True):
    """The first thousand calls of some days in an order of the gateway."""

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
    """What to ask for the beginning of an order, column and whether it descends.

    None where the order begins with what is read first anyway, where the gateway does not know it, and in ranges that
    are no whole days: of these the gateway would begin with calls that are outside.
    """
    column, is_descending = sort
    if window.days is None or sort == NEWEST_FIRST or column not in SORTED_BY:
        return None
    return AskFirstCalls(window.days, SORTED_BY[column], not is_descending, filters)
