"""Which account is opened: the API keys that are at hand, unless something else was asked for."""

from pathlib import Path

import pytest

from tui.account.services import open_services
from tui.config.api_key_files import FoundKey
from tui.config.sources import load

NAMED = {"AKTOP_API_KEYS": "sk-named-0000001111"}
FOUND = FoundKey("SOME_API_KEY", "https://found.example", "sk-found-0000002222")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["sk-nam…1111"]),
        ({"use_keys": False}, []),
        ({"demo_url": "http://127.0.0.1:9"}, []),
        ({"found": FOUND}, ["sk-fou…2222"]),
    ],
    ids=["whatever is there", "an account", "the demo", "a key that was found"],
)
async def test_api_keys_at_hand_are_used_unless_something_else_was_asked_for(
    asked: dict[str, object], shown: list[str], tmp_path: Path
) -> None:
    settings = load({"url": "https://gw.example"}, {}, tmp_path / "config.toml", tmp_path / "state")
    opened = open_services(settings, NAMED, **asked)  # type: ignore[arg-type]
    assert [key.masked for key in opened.api_keys] == shown
    await opened.aclose()
