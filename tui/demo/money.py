"""USD as whole units of 1e-10, so that every sum over call records is exact.

Rows keep ten decimals (contract 8.2). Prices and multipliers are chosen so that each call costs a whole number of
units; only values on the wire become doubles.
"""

from typing import TypeAlias

Units: TypeAlias = int
Number: TypeAlias = int | float

UNITS_PER_USD = 10**10
WALLET_STEP = 100
"""The wallet keeps eight decimals: charges are rounded to this many units (contract 8.2)."""


def units(amount_usd: float) -> Units:
    """The whole units nearest to a decimal amount."""
    return round(amount_usd * UNITS_PER_USD)


def usd(amount: Units) -> Number:
    """The JSON number: the double nearest to the amount, without a fraction if it is whole."""
    return plain(amount / UNITS_PER_USD)


def plain(value: float) -> Number:
    """Go writes 5 where Python would write 5.0; numbers on the wire follow Go."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def wallet_charge(amount: Units) -> Units:
    """What a charge takes from the wallet: rounded to eight decimals, halves away from zero."""
    return (amount + WALLET_STEP // 2) // WALLET_STEP * WALLET_STEP
