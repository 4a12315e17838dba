"""Views that a person saved by name: screen, scope and how it is shown; without names of keys."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from tui.domain.scope import Filters, HourRange, RangeName, Scope, parse_range, range_text
from tui.store.json_file import JsonFile
from tui.store.kept_file import Report

_WAIT_S = 2.0
"""For another aktop's lock: a person is waiting."""


class SavedView(Struct, frozen=True):
    """A view of a gateway's account: the screen, the scope, and how that screen shows it, each by its own ids."""

    name: str
    gateway_url: str
    place: str
    range: str
    filters: Filters = Filters()
    error_category: str | None = None
    error_status: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """The saved scope; an unknown range becomes the default one."""
        try:
            time_range = parse_range(self.range)
        except ValueError:
            time_range = RangeName.H24
        return Scope(time_range, self.filters, self.error_category, self.error_status)


def view_of(name: str, gateway_url: str, place: str, scope: Scope, details: Mapping[str, str]) -> SavedView:
    """A view to save; an entered hour will be over by then, so it becomes the last day."""
    time_range = RangeName.H24 if isinstance(scope.range, HourRange) else scope.range
    return SavedView(
        name,
        gateway_url,
        place,
        range_text(time_range),
        scope.filters,
        scope.error_category,
        scope.error_status,
        dict(details),
    )


class SavedViews:
    """One small file, shared by every aktop of this user. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, SavedView, report, wait_s=_WAIT_S)

    def of(self, gateway_url: str) -> dict[str, SavedView]:
        """The views of a gateway, by name."""
        found = (one for one in self._file.read().values() if one.gateway_url == gateway_url)
        return {one.name: one for one in sorted(found, key=lambda one: one.name.casefold())}

    def keep(self, view: SavedView) -> None:
        """Save a view, replacing one with the same name."""
        with self._file.changing() as views:
            numbers = [n for n, one in views.items() if (one.name, one.gateway_url) == (view.name, view.gateway_url)]
            views[next(iter(numbers), max(views, default=0) + 1)] = view

    def forget(self, name: str, gateway_url: str) -> None:
        """Delete a view."""
        with self._file.changing() as views:
            for number in [n for n, one in views.items() if (one.name, one.gateway_url) == (name, gateway_url)]:
                del views[number]
