"""Saved views: what was looked at is opened again, and an hour that is over by then is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui.domain.scope import Filters, HourRange, RangeName, Scope
from tui.store.saved_views import SavedViews, view_of

URL, OTHER = "https://gw.example", "https://other.example"
SCOPE = Scope(RangeName.D7, Filters(key_id=7, model="opus"), "upstream", 529)
VIEW = view_of("evening", URL, "calls", SCOPE, {"sort": "billed"})


@pytest.fixture
def views(tmp_path: Path) -> SavedViews:
    return SavedViews(tmp_path / "views.json")


def test_the_scope_comes_back(views: SavedViews, tmp_path: Path) -> None:
    views.keep(VIEW)
    (kept,) = SavedViews(tmp_path / "views.json").of(URL).values()
    assert (kept, kept.scope) == (VIEW, SCOPE)


def test_an_hour_becomes_the_last_day() -> None:
    hour = HourRange(datetime(2026, 11, 24, 5, tzinfo=UTC), datetime(2026, 11, 24, 6, tzinfo=UTC))
    assert view_of("then", URL, "calls", replace(SCOPE, range=hour), {}).scope == replace(SCOPE, range=RangeName.H24)


def test_an_unknown_range_becomes_the_default_one() -> None:
    assert replace(VIEW, range="fortnight").scope == replace(SCOPE, range=RangeName.H24)


def test_a_name_belongs_to_one_gateway_and_is_replaced_there(views: SavedViews) -> None:
    for one in (VIEW, replace(VIEW, gateway_url=OTHER), replace(VIEW, name="Alarm"), replace(VIEW, place="errors")):
        views.keep(one)
    assert list(views.of(URL)) == ["Alarm", "evening"]
    assert (views.of(URL)["evening"].place, views.of(OTHER)["evening"].place) == ("errors", "calls")
    views.forget("evening", URL)
    assert (list(views.of(URL)), list(views.of(OTHER))) == (["Alarm"], ["evening"])
