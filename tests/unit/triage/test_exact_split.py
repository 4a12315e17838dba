"""Whatever the mix, the parts of an increase add up to the difference of the hourly cost."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.domain.usage import Sums
from tui.triage.causes import why

SUMS = st.builds(
    lambda calls, each_usd: Sums(requests=calls, billed_usd=Decimal(str(round(calls * each_usd, 8)))),
    st.integers(1, 500),
    st.floats(0.001, 2.0),
)
"""1 to 500 calls of USD 0.001 to 2 each."""
USES = st.dictionaries(st.sampled_from(("opus", "sonnet", "haiku", "mini")), SUMS, min_size=1)


def _hourly_usd(uses: dict[str, Sums], hours: float) -> float:
    return sum(float(sums.billed_usd) for sums in uses.values()) / hours


@settings(max_examples=200)
@given(USES, st.floats(0.1, 24.0), USES, st.floats(1.0, 336.0))
def test_parts_add_up(now: dict[str, Sums], now_hours: float, usual: dict[str, Sums], usual_hours: float) -> None:
    found = why(now, now_hours, usual, usual_hours)
    assert found is not None
    difference = _hourly_usd(now, now_hours) - _hourly_usd(usual, usual_hours)
    assert found.total_usd == pytest.approx(difference, rel=1e-9, abs=1e-9)


def test_a_new_key_is_all_volume() -> None:
    now = {"opus": Sums(requests=20, billed_usd=Decimal(4))}
    found = why(now, 2.0, {}, 0.0)
    assert found is not None
    assert (found.volume_usd, found.mix_usd, found.rate_usd) == (2.0, 0.0, 0.0)
