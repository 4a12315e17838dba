"""Values as people write them: what is read, and what is not meant."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui.config.readers import a_language, a_number, an_amount_usd
from tui.config.rerun_command import AS_ACCOUNT, command
from tui.config.sources import load

TO_NINE = a_number(1, 9)


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (TO_NINE, 1, 1.0),
        (TO_NINE, "9", 9.0),
        (TO_NINE, 0.99, None),
        (TO_NINE, 9.01, None),
        (TO_NINE, True, None),
        (TO_NINE, "nan", None),
        (TO_NINE, "five", None),
        (TO_NINE, [5], None),
        (an_amount_usd, 0, Decimal(0)),
        (an_amount_usd, "2.50", Decimal("2.5")),
        (an_amount_usd, 0.1, Decimal("0.1")),
        (an_amount_usd, -1, None),
        (an_amount_usd, True, None),
        (an_amount_usd, "inf", None),
        (an_amount_usd, "lots", None),
        (an_amount_usd, [5], None),
        (a_language, "zh", "zh"),
        (a_language, "de", None),
    ],
)
def test_numbers_and_amounts(read: Callable[[object], Any], raw: object, value: object) -> None:
    if value is None:
        with pytest.raises(ValueError):
            read(raw)
    else:
        assert read(raw) == value


@pytest.mark.parametrize(
    ("flags", "environ", "shown"),
    [
        ({}, {"AKTOP_URL": "https://gw.example"}, "aktop login"),
        ({"url": "https://gw.example"}, {}, "aktop login --url https://gw.example"),
        (
            {"url": "https://gw.example", "proxy": "http://me:secret@p:1"},
            {},
            "aktop login --url https://gw.example --proxy URL",
        ),
        (
            {"url": "https://gw.example", "ca_bundle": "/my file.pem"},
            {},
            "aktop login --url https://gw.example --ca-bundle '/my file.pem'",
        ),
    ],
)
def test_a_command_to_run_leads_to_the_same_gateway_and_shows_no_password(
    flags: dict[str, object], environ: dict[str, str], shown: str, tmp_path: Path
) -> None:
    settings = load(flags, environ, tmp_path / "config.toml", tmp_path / "state")
    assert command(settings, "login") == shown
    if flags:
        settings = load({**flags, "token_file": "/t"}, environ, tmp_path / "config.toml", tmp_path / "state")
        assert command(settings, "login", names=AS_ACCOUNT) == f"{shown} --token-file /t"
