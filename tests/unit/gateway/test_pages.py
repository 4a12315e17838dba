"""Lists whose counts lie: they end, and what was cut or cannot be is said."""

import pytest

from tests.unit.gateway.gateways import client_of, ok
from tests.unit.gateway.test_client import KEY, query
from tui.domain.failure import UNPROMISED_LIST, FailureKind
from tui.domain.scope import NO_FILTERS
from tui.domain.usage import DamagedRow, Page
from tui.gateway.errors import GatewayError
from tui.gateway.pages import Walk, checked
from tui.gateway.sub2api.client import KEYS_PER_PAGE, MAX_KEYS
from tui.present.failures import sentence

CALL = {
    "id": 1,
    "api_key_id": 7,
    "created_at": "2026-11-18T11:00:00+08:00",
    "input_tokens": 1,
    "output_tokens": 1,
    "cache_creation_tokens": 0,
    "cache_read_tokens": 0,
    "total_cost": 1.0,
    "actual_cost": 0.5,
    "model": "m",
}


class Row:
    def __init__(self, row_id: int) -> None:
        self.id = row_id


def rows(first: int, count: int) -> tuple[Row, ...]:
    return tuple(map(Row, range(first, first + count)))


@pytest.mark.parametrize(
    ("sent", "total", "number", "known"),
    [
        # rows, total as told, page, (total, is it the last, missing)
        (10, 25, 1, (25, False, 0)),
        (10, 10, 1, (10, True, 0)),
        (5, 25, 3, (25, True, 0)),
        (0, 0, 1, (0, True, 0)),
        (0, 20, 3, (20, True, 0)),
        (10, 0, 1, (10, False, 0)),
        (10, 9, 1, (10, False, 0)),
        (10, 15, 2, (20, False, 0)),
        (3, 0, 1, (3, True, 0)),
        (3, 10**9, 1, (10**9, True, 10**9 - 3)),
        (0, 10**9, 4, (10**9, True, 10**9 - 30)),
        (0, 5, 1, (5, True, 5)),
    ],
)
def test_a_count_is_believed_as_far_as_the_rows_bear_it_out(
    sent: int, total: int, number: int, known: tuple[int, bool, int]
) -> None:
    page = checked(Page(rows(1, sent), total), number, 10)
    assert (page.total, page.is_last, page.missing) == known


async def test_a_gateway_with_smaller_pages_is_read_in_its_own() -> None:
    def answer(request: object) -> object:
        number = int(query(request)["page"])  # type: ignore[arg-type]
        ids = range((number - 1) * 50, min(number * 50, 130))
        return ok({"items": [KEY | {"id": key_id} for key_id in ids], "total": 130, "page_size": 50})

    assert len(await client_of(answer).keys()) == 130  # type: ignore[arg-type]


def test_damaged_rows_are_rows_of_a_page_all_the_same() -> None:
    page = checked(Page(rows(1, 9), 30, damaged=(DamagedRow(99, "actual_cost"),)), 1, 10)
    assert (page.is_last, page.missing) == (False, 0)


def test_more_rows_than_were_asked_for_are_no_answer() -> None:
    with pytest.raises(GatewayError) as caught:
        checked(Page(rows(1, 11), 11), 1, 10)
    assert caught.value.failure.symbol == UNPROMISED_LIST


def test_pages_that_shift_while_rows_come_in_are_read_on() -> None:
    walk, found = Walk(), 0
    for first, total in ((100, 100), (95, 105), (95, 115), (85, 115)):
        found += len(walk.fresh(Page(rows(first - 10, 10), total, is_last=False)))
    assert found == 25


@pytest.mark.parametrize("added", [(10, 0, 12, 0, 0, 0), (0, 3, 0, 50, 0, 1), (7, 7), (40, 0)])
def test_a_list_that_grows_in_bursts_is_read_to_its_end(added: tuple[int, ...]) -> None:
    """New rows that an earlier page showed come again on several pages, long after they were added."""
    walk, newest, number, found = Walk(), 100, 0, list[int]()
    while True:
        end = newest - number * 3
        page = Page(rows(max(1, end - 2), min(3, end))[::-1], newest, is_last=end <= 3)
        found += [row.id for row in walk.fresh(page)]
        if walk.is_over(page):
            break
        newest += added[number % len(added)] if number < 30 else 0
        number += 1
    assert set(range(1, 101)) <= set(found)
    assert len(found) == len(set(found))


def test_pages_that_go_round_in_a_circle_end() -> None:
    walk = Walk()
    page = Page(rows(1, 10), 10**9, is_last=False)
    assert len(walk.fresh(page)) == 10
    assert not walk.fresh(page)
    with pytest.raises(GatewayError) as caught:
        walk.fresh(page)
    assert caught.value.failure.symbol == UNPROMISED_LIST


def test_a_count_that_shrinks_ends_nothing() -> None:
    walk = Walk()
    first, second, third = Page(rows(1, 10), 50, is_last=False), Page(rows(11, 10), 20), Page[Row]((), 20)
    walk.fresh(first)
    walk.fresh(second)
    assert not walk.is_over(second)
    walk.fresh(third)
    assert walk.is_over(third)


@pytest.mark.parametrize("total", [10**9, 0, 201])
async def test_the_same_keys_for_ever_end_soon(total: int) -> None:
    asked: list[int] = []

    def answer(request: object) -> object:
        asked.append(1)
        return ok({"items": [KEY | {"id": key_id} for key_id in range(1, KEYS_PER_PAGE + 1)], "total": total})

    with pytest.raises(GatewayError) as caught:
        await client_of(answer).keys()  # type: ignore[arg-type]
    failure = caught.value.failure
    assert (failure.kind, failure.symbol) == (FailureKind.BAD_ANSWER, UNPROMISED_LIST)
    assert "contradicts itself" in sentence(failure)
    assert len(asked) <= 4


@pytest.mark.parametrize(("total", "requests"), [(0, MAX_KEYS // KEYS_PER_PAGE), (9999, 50), (10**9, 1)])
async def test_new_keys_for_ever_end_at_a_bound(total: int, requests: int) -> None:
    asked: list[int] = []

    def answer(request: object) -> object:
        first = len(asked) * KEYS_PER_PAGE
        asked.append(1)
        return ok({"items": [KEY | {"id": first + n} for n in range(KEYS_PER_PAGE)], "total": total})

    with pytest.raises(GatewayError, match="keys_endless"):
        await client_of(answer).keys()  # type: ignore[arg-type]
    assert len(asked) == requests


async def test_a_count_of_nothing_cuts_no_list_of_keys() -> None:
    def answer(request: object) -> object:
        number = int(query(request)["page"])  # type: ignore[arg-type]
        ids = range((number - 1) * KEYS_PER_PAGE, min(number * KEYS_PER_PAGE, 450))
        return ok({"items": [KEY | {"id": key_id} for key_id in ids], "total": 0})

    assert len(await client_of(answer).keys()) == 450  # type: ignore[arg-type]


async def test_keys_that_are_counted_and_not_sent_are_asked_for_again_and_then_missed() -> None:
    asked: list[int] = []

    def answer(request: object) -> object:
        asked.append(1)
        return ok({"items": [KEY], "total": 1 if len(asked) > is_late else 3})

    is_late = 1
    assert len(await client_of(answer).keys()) == 1  # type: ignore[arg-type]
    is_late = 9
    with pytest.raises(GatewayError, match="keys_missing"):
        await client_of(answer).keys()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "field",
    ["input_tokens", "cache_read_tokens", "total_cost", "actual_cost", "rate_multiplier", "duration_ms", "input_cost"],
)
async def test_a_call_that_cannot_be_is_left_out_and_named(field: str) -> None:
    found = [CALL, CALL | {"id": 2, field: -1}, CALL | {"id": 3}]
    page = await client_of(lambda _: ok({"items": found, "total": 3})).calls(None, NO_FILTERS, zone=None)
    assert [call.id for call in page.items] == [1, 3]
    assert page.damaged == (DamagedRow(2, field),)
