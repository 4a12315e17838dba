"""Pages of rows: order, totals, identity, determinism."""

from typing import Any

import pytest

from tests.unit.demo.site import Site, open_site


def ids(site: Site, **query: Any) -> list[int]:
    """The ids of a page of rows."""
    return [row["id"] for row in site.get("/usage", **query)["items"]]


@pytest.fixture(scope="module")
def live() -> Site:
    """An account with some live rows."""
    site = open_site("runaway")
    site.gateway.advance(900)
    return site


@pytest.mark.parametrize("sort", ["created_at", "id", "model", "nonsense"])
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("query", [{}, {"api_key_id": 2}, {"start_date": "2026-11-23", "timezone": "Asia/Kolkata"}])
def test_pages_follow_one_another(live: Site, sort: str, order: str, query: dict[str, Any]) -> None:
    asked = {"sort_by": sort, "sort_order": order} | query
    whole = ids(live, page_size=90, **asked)
    assert [each for page in (1, 2, 3) for each in ids(live, page_size=30, page=page, **asked)] == whole
    assert len(set(whole)) == 90


def test_ascending_is_descending_read_from_the_far_end(live: Site) -> None:
    asked = {"api_key_id": 2, "start_date": "2026-11-24", "page_size": 1000}
    total = live.get("/usage", **asked)["total"]
    pages = range(1, -(-total // 1000) + 1)
    rising = [each for page in pages for each in ids(live, page=page, sort_order="asc", **asked)]
    falling = [each for page in pages for each in ids(live, page=page, sort_order="desc", **asked)]
    assert rising == falling[::-1]
    assert len(rising) == total


def test_default_order_is_newest_first(live: Site) -> None:
    rows = live.get("/usage", page_size=200)["items"]
    keys = [(row["created_at"], row["id"]) for row in rows]
    assert [row["created_at"][:19] for row in rows] == sorted((row["created_at"][:19] for row in rows), reverse=True)
    assert len(set(keys)) == 200


@pytest.mark.parametrize("place", [0, 1, 777, 50_000])
def test_row_by_id_is_the_listed_row(live: Site, place: int) -> None:
    listed = live.get("/usage", sort_by="id", sort_order="asc", page_size=1, page=place + 1)["items"][0]
    got = live.get(f"/usage/{listed['id']}")
    assert got == {name: value for name, value in listed.items() if name in got}
    assert set(listed) - set(got) <= {"user", "api_key", "group", "subscription"}


def test_past_the_last_row_there_is_none(live: Site) -> None:
    newest = ids(live, sort_by="id", page_size=1)[0]
    assert live.panel("GET", f"/usage/{newest + 1}").status == 404


def test_same_seed_same_account_other_seed_other_account() -> None:
    first, again, other = (open_site(seed=seed).get("/usage", page_size=40)["items"] for seed in (5, 5, 6))
    assert first == again
    assert [row["created_at"] for row in first] != [row["created_at"] for row in other]


def test_live_traffic_is_the_same_however_time_passes() -> None:
    at_once, by_steps = open_site("runaway"), open_site("runaway")
    at_once.gateway.advance(300)
    for _ in range(30):
        by_steps.gateway.advance(10)
    assert at_once.get("/usage", page_size=60)["items"] == by_steps.get("/usage", page_size=60)["items"]


def test_rows_of_a_deleted_key_stay_without_the_key(quiet: Site) -> None:
    gone = next(key for key in quiet.gateway.world.keys.values() if key.deleted)
    assert quiet.panel("GET", "/usage", api_key_id=gone.id).status == 404
    rows = quiet.get("/usage", page_size=1000, start_date="2026-11-10", end_date="2026-11-11")["items"]
    orphans = [row for row in rows if row["api_key_id"] == gone.id]
    assert orphans
    assert all("api_key" not in row and "user" in row for row in orphans)


def test_subscription_rows_carry_the_subscription(quiet: Site) -> None:
    row = quiet.get("/usage", billing_type=1, page_size=1)["items"][0]
    assert (row["billing_type"], row["subscription_id"], row["subscription"]["id"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("query", "page", "size"),
    [
        ("", 1, 20), ("page_size=1001", 1, 20), ("page_size=0&limit=5", 1, 20), ("page_size=&limit=5", 1, 5),
        ("page_size=+5", 1, 20), ("page_size=05", 1, 5), ("page_size=7&page_size=9", 1, 7), ("page=-3", 1, 20),
        ("page=2&page=3", 2, 20), ("page=99999999999999999999", 7766279631452241919, 20), ("page=1e1", 1, 20),
    ],
)  # fmt: skip
def test_page_and_size(quiet: Site, query: str, page: int, size: int) -> None:
    data = quiet.panel("GET", f"/keys?{query}").data
    assert (data["page"], data["page_size"]) == (page, size)


def test_offset_that_wraps_around_is_an_internal_error(quiet: Site) -> None:
    reply = quiet.panel("GET", "/keys?page=922337203685477580")
    assert (reply.status, reply.json) == (500, {"code": 500, "message": "internal error"})
