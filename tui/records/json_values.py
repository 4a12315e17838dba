"""Values as JSON members: exact numbers, times with their offset, null for unknown."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from tui.domain.usage import Slice, Sums

Members = dict[str, object]
_WHOLE = Decimal(1)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def number(amount: Decimal | None) -> Decimal | None:
    """An amount without trailing zeros or a needless exponent.

    >>> number(Decimal("5.00000000")), number(Decimal("1E+2")), number(None)
    (Decimal('5'), Decimal('100'), None)
    """
    if amount is None:
        return None
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(_WHOLE) if isinstance(exponent, int) and exponent > 0 else short + 0


def time(at: datetime | None, zone: ZoneInfo) -> str | None:
    """A moment to the second."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def exact_time(at: datetime, zone: ZoneInfo) -> str:
    """A moment to the microsecond, as the gateway keeps it."""
    return at.astimezone(zone).isoformat(timespec="microseconds")


def sums_of(part: Sums | Slice) -> dict[str, object]:
    """The sums of some calls."""
    return {
        "requests": part.requests,
        "tokens": part.tokens,
        "standard_usd": number(part.standard_usd),
        "billed_usd": number(part.billed_usd),
    }


NO_SUMS: dict[str, object] = {"requests": None, "tokens": None, "standard_usd": None, "billed_usd": None}


def json_line(members: object) -> str:
    """An object on one line; Decimals become exact numbers."""
    return _ENCODER.encode(members).decode()


def json_text(members: object) -> str:
    """An object, indented."""
    return msgspec.json.format(_ENCODER.encode(members), indent=2).decode()
