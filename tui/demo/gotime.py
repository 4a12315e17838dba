"""Parses RFC 3339 times as Go's `time.Parse` does, complaints included (contract 4.5)."""

import re
from collections.abc import Iterator
from datetime import date

from tui.demo.calendar import SECOND, Moment

LAYOUT = "2006-01-02T15:04:05Z07:00"
PARTS: tuple[tuple[str, str, str], ...] = (
    ("year", r"\d{4}", "2006"),
    ("", "-", "-"),
    ("month", r"\d{2}", "01"),
    ("", "-", "-"),
    ("day", r"\d{2}", "02"),
    ("", "T", "T"),
    ("hour", r"\d{1,2}", "15"),
    ("", ":", ":"),
    ("minute", r"\d{2}", "04"),
    ("", ":", ":"),
    ("second", r"\d{2}", "05"),
    ("zone", r"(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})", "Z07:00"),
)
BOUNDS = {"month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)}


class TimeFault(ValueError):
    """Go's message for a text that is not a time."""


def parse_rfc3339(text: str) -> Moment:
    """The moment, cut to microseconds. Raises TimeFault."""
    found = dict(_parts(text))
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    shifted = year if year >= 1 else 400  # the Gregorian calendar repeats, and Python's begins a year late
    try:
        days = date(shifted, month, day).toordinal() - date(1970, 1, 1).toordinal() - (146_097 if year < 1 else 0)
    except ValueError:
        raise TimeFault(f'parsing time "{text}": day out of range') from None
    seconds = int(found["hour"]) * 3600 + int(found["minute"]) * 60 + int(found["second"])
    fraction, offset_s = _zone(text, found["zone"])
    return (days * 86_400 + seconds - offset_s) * SECOND + fraction


def _parts(text: str) -> Iterator[tuple[str, str]]:
    rest = text
    for name, pattern, layout in PARTS:
        found = re.match(pattern, rest, re.ASCII)
        if found is None:
            raise TimeFault(f'parsing time "{text}" as "{LAYOUT}": cannot parse "{rest}" as "{layout}"')
        low, high = BOUNDS.get(name, (0, 0))
        if name in BOUNDS and not low <= int(found.group()) <= high:
            raise TimeFault(f'parsing time "{text}": {name} out of range')
        rest = rest[found.end() :]
        yield name, found.group()
    if rest:
        raise TimeFault(f'parsing time "{text}": extra text: "{rest}"')


def _zone(text: str, zone: str) -> tuple[int, int]:
    """Microseconds of the fraction, and seconds of the offset."""
    digits = re.match(r"[.,](\d+)", zone)
    micros = int(digits.group(1)[:6].ljust(6, "0")) if digits else 0
    if zone.endswith("Z"):
        return micros, 0
    sign, hours, minutes = zone[-6], int(zone[-5:-3]), int(zone[-2:])
    for name, value, largest in (("hour", hours, 24), ("minute", minutes, 60)):
        if value > largest:
            raise TimeFault(f'parsing time "{text}": time zone offset {name} out of range')
    return micros, (hours * 3600 + minutes * 60) * (-1 if sign == "-" else 1)
