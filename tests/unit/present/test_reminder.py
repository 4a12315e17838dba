"""The low-balance reminder: what a typed threshold would do."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account, text
from tui.domain.account import Profile, Site
from tui.monitor.questions import AskProfile, AskSite
from tui.present import reminder

FIXED = Profile(1, "a@b.c", "lin", Decimal("23.41"), threshold=Decimal(10))
SHARE = replace(FIXED, threshold_type="percentage", total_recharged_usd=Decimal(200))


@pytest.mark.parametrize(
    ("profile", "typed", "told", "may_send"),
    [
        (FIXED, "", "", False),
        (FIXED, "much", "▲ not an amount", False),
        (FIXED, "-1", "▲ not an amount", False),
        (FIXED, "1,000", "▲ not an amount", False),
        (FIXED, "10", "as it is now", False),
        (FIXED, "$12,50", "", True),
        (FIXED, "30", "▲ the balance is below", True),
        (SHARE, "101", "▲ at most 100 %", False),
        (SHARE, "5", "$10.00 (", True),
        (SHARE, "50", "$100.00 (", True),
    ],
)
def test_the_note_says_what_it_would_do(profile: Profile, typed: str, told: str, may_send: bool) -> None:
    known = account((AskProfile(), profile), (AskSite(), Site(low_balance_enabled=True)))
    cell, is_ready = reminder.note(typed, profile, known)
    assert is_ready is may_send
    assert cell.text.startswith(told)
    assert bool(cell.text) is bool(told)


def test_a_share_that_the_balance_is_below_says_both() -> None:
    cell, may_send = reminder.note(
        "50", SHARE, account((AskProfile(), SHARE), (AskSite(), Site(low_balance_enabled=True)))
    )
    assert (cell.text.startswith("$100.00 ("), cell.text.endswith("▲ the balance is below"), may_send) == (
        True,
        True,
        True,
    )


def test_what_is_in_force_is_told_with_whose_it_is() -> None:
    known = account((AskProfile(), FIXED), (AskSite(), Site(low_balance_enabled=True)))
    assert reminder.now_words(FIXED, known).startswith("$10.00 (")
    assert text(reminder.outcome_line(FIXED, known)).startswith("✓ reminder: $10.00 (")
