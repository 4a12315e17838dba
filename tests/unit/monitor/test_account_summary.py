from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tui.monitor.account_summary import BalanceTrail

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def trail(*readings: tuple[float, str]) -> BalanceTrail:
    """A trail of minutes and balances."""
    made = BalanceTrail()
    for minute, usd in readings:
        made = made.seen(START + timedelta(minutes=minute), Decimal(usd))
    return made


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def test_a_rate_needs_two_minutes_and_news() -> None:
    assert BalanceTrail().burn(START) is None
    assert trail((0, "10")).burn(at(0)) is None
    assert trail((0, "10"), (1, "9")).burn(at(1)) is None
    assert trail((0, "10"), (3, "9")).burn(at(6)) is None


def test_the_rate_and_when_it_empties_the_wallet() -> None:
    burn = trail((0, "10"), (3, "9.5"), (6, "9")).burn(at(6))
    assert burn is not None
    assert burn.usd_per_h == Decimal(10)
    assert burn.empty_at == at(6) + timedelta(minutes=54)


def test_a_top_up_is_no_negative_spending() -> None:
    burn = trail((0, "10"), (3, "9"), (4, "59"), (6, "58")).burn(at(6))
    assert burn is not None
    assert burn.usd_per_h == Decimal(20)


def test_what_is_older_than_the_window_does_not_count() -> None:
    burn = trail((0, "100"), (10, "50"), (20, "49"), (24, "48")).burn(at(24))
    assert burn is not None
    assert burn.usd_per_h == Decimal(2) * 60 / 14


def test_a_quiet_account_burns_nothing_and_never_empties() -> None:
    burn = trail((0, "10"), (5, "10")).burn(at(5))
    assert burn is not None
    assert (burn.usd_per_h, burn.empty_at) == (Decimal(0), None)
