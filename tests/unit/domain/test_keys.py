"""The derived state of a key (contract 4.6), and when its windows count."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, key, window
from tui.domain.keys import ApiKey, KeyStatus, WindowName


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (key(), KeyStatus.ACTIVE),
        (key(stored_status="inactive"), KeyStatus.INACTIVE),
        (key(stored_status="disabled"), KeyStatus.INACTIVE),
        (key(stored_status="quota_exhausted"), KeyStatus.EXHAUSTED),
        (key(quota_usd=5, quota_used_usd=5), KeyStatus.EXHAUSTED),
        (key(quota_usd=5, quota_used_usd="4.99"), KeyStatus.ACTIVE),
        (key(quota_usd=0, quota_used_usd=9), KeyStatus.ACTIVE),
        (key(expires_at=NOW), KeyStatus.EXPIRED),
        (key(expires_at=NOW + timedelta(seconds=1)), KeyStatus.ACTIVE),
        (key(expires_at=NOW, stored_status="inactive"), KeyStatus.INACTIVE),
        (key(windows={"1d": window(10, 10, NOW + timedelta(hours=1))}), KeyStatus.LIMITED),
        (key(windows={"1d": window(10, 10, NOW)}), KeyStatus.ACTIVE),
        (key(windows={"5h": window(0, 10, NOW + timedelta(hours=1))}), KeyStatus.ACTIVE),
    ],
)
def test_status(changed: ApiKey, expected: KeyStatus) -> None:
    assert changed.status(NOW) is expected


def test_a_window_that_has_lapsed_since_it_was_read_counts_nothing() -> None:
    limited = key(windows={"5h": window(10, 4, NOW + timedelta(minutes=1))}).window(WindowName.FIVE_HOURS)
    assert limited.used_at(NOW) == 4
    assert limited.share(NOW) == 0.4
    assert limited.used_at(NOW + timedelta(minutes=1)) == 0


def test_no_limit_has_no_share() -> None:
    assert (
        replace(key().window(WindowName.ONE_DAY), used_usd=Decimal(3)).share(datetime(2026, 1, 1, tzinfo=UTC)) is None
    )
