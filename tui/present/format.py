"""Numbers, money, durations and times for people: all formatting is here."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from tui.locale import _

UNKNOWN = "–"
ZERO_USD = Decimal(0)
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")
_AGE_STEPS_S = (2, 10, 60)
MAX_TIMES = 999


def usd(amount: Decimal | None) -> str:
    """Money in totals: two decimals.

    >>> usd(Decimal("1234.567")), usd(Decimal("-0.5")), usd(None)
    ('$1 234.57', '−$0.50', '–')
    """
    if amount is None:
        return UNKNOWN
    rounded = amount.quantize(_CENT, ROUND_HALF_UP)
    sign = "−" if rounded < 0 else ""
    return f"{sign}${_grouped(f'{abs(rounded):.2f}')}"


def usd_float(amount: float) -> str:
    """Money from a plain float, as in comparisons and forecasts.

    >>> usd_float(18.932), usd_float(0.0)
    ('$18.93', '$0.00')
    """
    return usd(Decimal(str(round(amount, 6))))


def usd_exact(amount: Decimal | float | None) -> str:
    """Money of one call: six decimals in groups of three, without a currency sign.

    >>> usd_exact(Decimal("0.0803961")), usd_exact(None)
    ('0.080 396', '–')
    """
    if amount is None:
        return UNKNOWN
    rounded = Decimal(str(amount)).quantize(_MICRO, ROUND_HALF_UP)
    whole, _dot, part = f"{rounded:.6f}".partition(".")
    return f"{whole}.{part[:3]} {part[3:]}"


def usd_short(amount: float | Decimal) -> str:
    """Money on an axis, in as few characters as possible.

    >>> usd_short(18.93), usd_short(0), usd_short(0.0042), usd_short(12345), usd_short(-59_259_259_300)
    ('$18.9', '$0', '$0.0042', '$12.3k', '−$59.3B')
    """
    value = abs(float(amount))
    sign = "−" if amount < 0 else ""
    if value == 0:
        return "$0"
    for size, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size * 0.99995:
            return f"{sign}${_trim(value / size, 1)}{unit}"
    if value >= 100:
        return f"{sign}${value:.0f}"
    if value >= 0.1:
        return f"{sign}${_trim(value, 1 if value >= 10 else 2)}"
    if value >= 1e-4:
        return f"{sign}${value:.2g}"
    return f"{sign}${value:.0e}".replace("e-0", "e-")


def count(number: int | None) -> str:
    """A whole number with thousands separators.

    >>> count(2128), count(None)
    ('2 128', '–')
    """
    return UNKNOWN if number is None else _grouped(str(number))


def tokens(number: int | float | None) -> str:
    """A number of tokens: 940, 1 234, 12.3k, 4.5M.

    >>> tokens(940), tokens(1234), tokens(12345), tokens(4_512_000), tokens(2_100_000_000)
    ('940', '1 234', '12.3k', '4.5M', '2.1G')
    """
    if number is None:
        return UNKNOWN
    if number < 10_000:
        return _grouped(f"{number:.0f}")
    for limit, unit, size in ((1e6, "k", 1e3), (1e9, "M", 1e6), (1e12, "G", 1e9)):
        if number < limit * 0.99995:
            return f"{number / size:.1f}{unit}"
    return f"{number / 1e12:.1f}T"


def times(value: float) -> str:
    """How many times the usual, without the sign; large values are cut off.

    >>> times(6.12), times(123.4), times(3643.9)
    ('6.1', '123', '999+')
    """
    if value >= MAX_TIMES:
        return f"{MAX_TIMES}+"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def percent(share: float | None) -> str:
    """A share of 1 as whole percent.

    >>> percent(0.485), percent(None), percent(0.001)
    ('48 %', '–', '<1 %')
    """
    if share is None:
        return UNKNOWN
    if 0 < share < 0.005:
        return "<1 %"
    return f"{share * 100:.0f} %"


def duration_ms(milliseconds: float | None) -> str:
    """How long a call took: below 10 s with two decimals, then coarser.

    >>> duration_ms(610), duration_ms(8840), duration_ms(61_000), duration_ms(None)
    ('610 ms', '8 840 ms', '61.0 s', '–')
    """
    if milliseconds is None:
        return UNKNOWN
    if milliseconds < 10_000:
        return f"{_grouped(f'{milliseconds:.0f}')} ms"
    return f"{milliseconds / 1000:.1f} s"


def span(length: timedelta) -> str:
    """A length of time in its two largest units.

    >>> span(timedelta(hours=1, minutes=14)), span(timedelta(days=2, hours=18)), span(timedelta(seconds=40))
    ('1 h 14 min', '2 d 18 h', '40 s')
    """
    seconds = int(length.total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days} d {hours % 24} h" if days < 10 and hours % 24 else f"{days} d"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min"


def age(at: datetime | None, now: datetime) -> str:
    """How long ago, in coarse steps, so that an idle screen stays the same.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> [age(now - timedelta(seconds=s), now) for s in (1, 9, 45, 90, 7200, 400_000)]
    ['now', '8 s', '40 s', '1 min', '2 h', '4 d']
    """
    if at is None:
        return UNKNOWN
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 4:
        return _("now")
    if seconds < 60:
        step = _AGE_STEPS_S[0] if seconds < 10 else _AGE_STEPS_S[1]
        return f"{seconds - seconds % step} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 86_400 else f"{seconds // 86_400} d"


def clock_time(at: datetime, zone: ZoneInfo, *, seconds: bool = True) -> str:
    """The time of day."""
    return at.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment near now: the time if today, else with the day."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    if abs((local.date() - today.date()).days) < 300:
        return f"{local.strftime('%m-%d %H:%M')}"
    return local.strftime("%Y-%m-%d")


def day(at: datetime, zone: ZoneInfo) -> str:
    """The date."""
    return at.astimezone(zone).strftime("%Y-%m-%d")


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """A moment in full, with milliseconds and offset."""
    local = at.astimezone(zone)
    return f"{local.strftime('%Y-%m-%d %H:%M:%S')}.{local.microsecond // 1000:03d} {local.strftime('%z')}"


def zone_name(zone: ZoneInfo) -> str:
    """A zone as people read it: the IANA names of bare offsets have an inverted sign.

    >>> zone_name(ZoneInfo("Asia/Shanghai")), zone_name(ZoneInfo("Etc/GMT-8"))
    ('Asia/Shanghai', 'UTC+8')
    """
    offset = zone.key.removeprefix("Etc/GMT")
    if offset == zone.key or offset[:1] not in ("+", "-"):
        return zone.key
    return f"UTC{'+' if offset[0] == '-' else '-'}{offset[1:]}"


def midnight_elsewhere(server: ZoneInfo, own: ZoneInfo, now: datetime) -> str:
    """When the server's day began, by the user's clock; "" if both days are the same.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    >>> midnight_elsewhere(ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC"), now)
    '16:00'
    >>> midnight_elsewhere(ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Singapore"), now)
    ''
    """
    midnight = now.astimezone(server).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(own)
    is_own = midnight == now.astimezone(own).replace(hour=0, minute=0, second=0, microsecond=0)
    return "" if is_own else midnight.strftime("%H:%M")


def foreign_offset(server: ZoneInfo, own: ZoneInfo, now: datetime) -> str:
    """The server's offset from UTC if its day is not the user's; else "".

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    >>> [foreign_offset(ZoneInfo(zone), ZoneInfo("UTC"), now) for zone in ("Asia/Shanghai", "Asia/Kolkata", "UTC")]
    ['+8', '+5:30', '']
    """
    if not midnight_elsewhere(server, own, now):
        return ""
    offset = now.astimezone(server).utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "−" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


def _grouped(digits: str) -> str:
    whole, dot, part = digits.partition(".")
    return f"{int(whole):,}".replace(",", " ") + dot + part


def _trim(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
