"""The first line of a screen of API keys alone: what must not leave it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.domain.api_key_mode import ApiKeyTag
from tui.domain.capabilities import API_KEY_MODE
from tui.domain.failure import Failure, FailureKind
from tui.monitor.api_key_mode import AskApiKeyReport
from tui.monitor.events import QuestionFailed
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode_header
from tui.present.header import HeaderState
from widgets.facts import laid_out

TAGS = tuple(ApiKeyTag(place, f"sk-123…{place:04}", "") for place in range(4))
SNAPSHOT = Snapshot(
    "https://a-gateway-with-a-long-name.example:8443", ZoneInfo("UTC"), capabilities=API_KEY_MODE, api_keys=TAGS
)
DOWN = reduce(
    SNAPSHOT,
    QuestionFailed(AskApiKeyReport(0), Failure(FailureKind.UNREACHABLE), NOW, NOW + timedelta(seconds=10)),
)


def first_line(snapshot: Snapshot, width: int) -> str:
    parts = api_key_mode_header.parts(snapshot, HeaderState(width=width), NOW)
    return "".join(cell.text for cell in laid_out(parts, width - 2, 3))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_read_only_stays_longest(width: int) -> None:
    assert "read-only" in first_line(DOWN, width)


@pytest.mark.parametrize("width", [80, 100, 140])
def test_trouble_is_told_before_names(width: int) -> None:
    assert "✕ gateway unreachable, next try in 10 s" in first_line(DOWN, width)


def test_where_there_is_room_the_gateway_is_named() -> None:
    assert "4 API keys   a-gateway-with-a-long-name.example:8443" in first_line(SNAPSHOT, 140)
