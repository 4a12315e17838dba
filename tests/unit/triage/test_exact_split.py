"""Whatever the mix, the parts of an increase add up to the difference of the hourly cost."""

import random
from decimal import Decimal

import pytest

from tui.domain.usage import Sums
from tui.triage.causes import why

MODELS = ("opus", "sonnet", "haiku", "mini")


def _uses(dice: random.Random) -> dict[str, Sums]:
    """One to four models with 1 to 500 calls of USD 0.001 to 2 each."""
    found = {}
    for model in dice.sample(MODELS, dice.randint(1, len(MODELS))):
        calls = dice.randint(1, 500)
        found[model] = Sums(requests=calls, billed_usd=Decimal(str(round(calls * dice.uniform(0.001, 2.0), 8))))
    return found


def _hourly_usd(uses: dict[str, Sums], hours: float) -> float:
    return sum(float(sums.billed_usd) for sums in uses.values()) / hours


@pytest.mark.parametrize("seed", range(200))
def test_parts_add_up(seed: int) -> None:
    dice = random.Random(seed)
    now, usual = _uses(dice), _uses(dice)
    now_hours, usual_hours = dice.uniform(0.1, 24.0), dice.uniform(1.0, 336.0)
    found = why(now, now_hours, usual, usual_hours)
    assert found is not None
    difference = _hourly_usd(now, now_hours) - _hourly_usd(usual, usual_hours)
    assert found.total_usd == pytest.approx(difference, rel=1e-9, abs=1e-9)


def test_a_new_key_is_all_volume() -> None:
    now = {"opus": Sums(requests=20, billed_usd=Decimal(4))}
    found = why(now, 2.0, {}, 0.0)
    assert found is not None
    assert (found.volume_usd, found.mix_usd, found.rate_usd) == (2.0, 0.0, 0.0)
