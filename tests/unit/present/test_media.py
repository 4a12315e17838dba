"""Images, videos and calls charged as such: what was charged for is told, also where it cost nothing."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.unit.samples import NOW, call
from tui.domain.call import NO_MEDIA, Call, Media
from tui.gateway.sub2api.wire.calls import CallRow, call_of
from tui.monitor.snapshot import Snapshot
from tui.present import calls
from tui.present.call_filter import parse
from tui.present.display_context import DisplayContext
from tui.records.rows import call_members

UTC = ZoneInfo("UTC")
LOOK = DisplayContext(NOW, UTC)
EMPTY = Snapshot("https://gateway.example", UTC)
ROW = {
    "id": 9,
    "api_key_id": 7,
    "created_at": "2026-11-24T06:00:00Z",
    "input_tokens": 0,
    "output_tokens": 0,
    "cache_creation_tokens": 0,
    "cache_read_tokens": 0,
    "total_cost": 0.134,
    "actual_cost": 0.0,
    "rate_multiplier": 0,
}


def read(**changes: object) -> Call:
    """A call as the wire has it."""
    return call_of(msgspec.convert({**ROW, **changes}, CallRow))


def told(one: Call) -> str:
    """All that the page of a call says."""
    return "\n".join("".join(cell.text for cell in line) for line in calls.detail(one, EMPTY, LOOK))


IMAGE = read(
    billing_mode="image",
    image_count=2,
    image_size="2K",
    media_type="image",
    image_output_tokens=1290,
    image_output_cost=0.1,
    image_input_tokens=50,
    image_input_cost=0.004,
)


def test_the_page_of_an_image_tells_count_size_tokens_and_all_of_its_price() -> None:
    text = told(IMAGE)
    assert "2 · 2K · image" in text
    lines = {line[:11].strip(): line.split() for line in text.splitlines()}
    assert lines["images out"][2:] == ["1", "290", "77.52", "0.100", "000", "0.000", "000"]
    assert lines["images in"][2:] == ["50", "80.00", "0.004", "000", "0.000", "000"]
    # What is left of the price is told as what it was charged for.
    assert [line for line in text.splitlines() if line.startswith("images ") and "0.030 000" in line]


@pytest.mark.parametrize(
    ("mode", "word"), [("per_request", "per request"), ("video", "video"), ("image", "images"), (None, "other")]
)
def test_money_never_stands_over_rows_of_zeros(mode: str | None, word: str) -> None:
    line = next(line for line in told(read(billing_mode=mode)).splitlines() if line.startswith(word))
    assert "0.134 000" in line


def test_a_call_of_text_has_no_such_lines() -> None:
    plain = told(call(1, standard_usd=Decimal("0.3"), input_cost=0.1, output_cost=0.2))
    assert "images" not in plain
    assert "other" not in plain
    assert call(1).media is NO_MEDIA


def test_an_image_that_cost_nothing_is_found_and_its_row_tells_it() -> None:
    every = [IMAGE, call(1), call(2, billed="0")]
    assert [one.id for one in every if parse("images>0 cost=0").passes(one)] == [9]
    assert [one.id for one in every if parse("mode:image size:2k media:image").passes(one)] == [9]
    shown = calls.columns()
    at = [column.id for column in shown].index("images")
    assert [calls.row(one, shown, EMPTY, LOOK).cells[at].text for one in every] == ["2", "–", "–"]
    assert calls.SORT_KEYS["images"](IMAGE) == 2


def test_the_hour_of_cache_is_told_found_and_written() -> None:
    one = read(cache_creation_tokens=500, cache_creation_1h_tokens=300)
    assert "300 of 500 tokens written" in told(one)
    assert parse("cachehour>200").passes(one)
    assert not parse("cachehour>300").passes(one)
    assert call_members(one, EMPTY, UTC)["cache_creation_1h_tokens"] == 300


def test_exports_have_all_of_it() -> None:
    members = call_members(IMAGE, EMPTY, UTC)
    assert {name: members[name] for name in members if name.startswith(("image_", "media"))} == {
        "media_type": "image",
        "image_count": 2,
        "image_size": "2K",
        "image_input_tokens": 50,
        "image_output_tokens": 1290,
        "image_input_usd": Decimal("0.004"),
        "image_output_usd": Decimal("0.1"),
    }


def test_two_calls_with_different_images_are_different() -> None:
    assert call(1, media=Media(1)) != call(1, media=Media(2))
    assert call(1, media=Media(1)) == call(1, media=Media(1))
