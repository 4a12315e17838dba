"""How near a key is to its limits, and how that and its state stand out."""

from datetime import timedelta

import pytest

from tests.unit.samples import NOW, key
from tui.domain.keys import KeyStatus
from tui.present.key_state import GLYPHS, quota_share, share_severity, status_severity, status_word, tightest
from widgets.values import Emphasis

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("share", "emphasis"),
    [(None, Emphasis.NORMAL), (0.79, Emphasis.NORMAL), (0.8, Emphasis.WARNING), (1.5, Emphasis.WARNING)],
)
def test_a_limit_stands_out_from_four_fifths_on(share: float | None, emphasis: Emphasis) -> None:
    assert share_severity(share) is emphasis


def test_the_tightest_limit_is_that_with_the_least_left() -> None:
    windows = {"5h": (10, 9, LATER), "1d": (10, 5, LATER), "7d": (0, 99, LATER)}
    assert tightest(key(windows=windows), NOW) == ("5h", 0.9)
    full = key(quota_usd=4, quota_used_usd=5, windows=windows)
    assert (tightest(full, NOW), quota_share(full)) == (("quota", 1.25), 1.25)
    assert (tightest(key(), NOW), quota_share(key(quota_used_usd=3))) == (None, None)
    assert quota_share(key(quota_usd=0.5, quota_used_usd=0.25)) == 0.5


def test_each_state_has_a_word_and_a_sign() -> None:
    assert len({status_word(status) for status in KeyStatus}) == len(KeyStatus)
    assert set(GLYPHS) == set(KeyStatus)
    assert status_severity(KeyStatus.REFUSED) is status_severity(KeyStatus.EXHAUSTED) is Emphasis.WARNING
