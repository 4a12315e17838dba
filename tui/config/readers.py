"""Readers of settings: each returns the value, or raises ValueError with what was expected."""

import re
import unicodedata
from collections.abc import Callable
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tui.config import themes
from tui.locale import LANGUAGES, _

if TYPE_CHECKING:
    from tui.triage.findings import FindingKind
    from tui.triage.thresholds import QuietHours

_HOURS = re.compile(r"(\d\d?)(?::(\d\d))?\s*[-–]\s*(\d\d?)(?::(\d\d))?")


def a_path(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(_("a text"))
    if any(unicodedata.category(char) == "Cc" for char in raw.strip()):
        raise ValueError(_("a text without control characters"))
    return raw.strip()


def a_text(raw: object) -> str:
    text = a_path(raw)
    # What is not UTF-8 can be a file name, and nothing else.
    if any(unicodedata.category(char) == "Cs" for char in text):
        raise ValueError(_("a text in UTF-8"))
    return text


def a_switch(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        return raw.lower() in ("1", "true", "yes", "on")
    raise ValueError(_("true or false"))


def a_number(lowest: float, highest: float) -> Callable[[object], float]:
    def read(raw: object) -> float:
        try:
            number = float(raw) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else None
        except ValueError:
            number = None
        if number is None or not lowest <= number <= highest:
            text = _("a number from {lowest} to {highest}")
            raise ValueError(text.format(lowest=f"{lowest:g}", highest=f"{highest:g}"))
        return number

    return read


def an_amount_usd(raw: object) -> Decimal:
    try:
        amount = Decimal(str(raw)) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise ValueError(_("an amount in USD, 0 or more"))
    return amount


def a_zone(raw: object) -> ZoneInfo:
    try:
        return ZoneInfo(a_text(raw))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_("an IANA time zone such as Asia/Shanghai")) from None


def a_language(raw: object) -> str:
    if raw not in LANGUAGES:
        raise ValueError(_("one of {names}").format(names=", ".join(LANGUAGES)))
    return str(raw)


def a_theme(raw: object) -> str:
    if raw not in themes.NAMES:
        raise ValueError(_("one of {names}").format(names=", ".join(themes.NAMES)))
    return str(raw)


def a_proxy(raw: object) -> str:
    from tui.gateway.http.proxies import Proxy  # too slow for `--help`

    text = a_text(raw)
    if not Proxy(text).is_usable:
        raise ValueError(_("a proxy such as http://proxy.example:3128 or socks5://127.0.0.1:1080"))
    return text


def quiet_hours(raw: object) -> "QuietHours":
    """Hours of the day such as 22:00-07:00; 24:00 is midnight."""
    from tui.triage.thresholds import QuietHours  # as for a proxy

    match = _HOURS.fullmatch(raw.strip()) if isinstance(raw, str) else None
    try:
        begin, end = (_clock(*part) for part in (match.group(1, 2), match.group(3, 4))) if match else (None, None)
    except ValueError:
        begin = end = None
    if begin is None or end is None or begin == end:
        raise ValueError(_("hours of the day such as 22:00-07:00"))
    return QuietHours(begin, end)


def _clock(hour: str, minute: str | None) -> time:
    return time(0 if (hour, int(minute or 0)) == ("24", 0) else int(hour), int(minute or 0))


def finding_kinds(raw: object) -> "tuple[FindingKind, ...]":
    """A list of kinds, or their names separated by commas."""
    from tui.triage.findings import FindingKind  # as for a proxy

    try:
        return tuple(FindingKind(name) for name in several_names(raw))
    except ValueError:
        raise ValueError(_("a list of kinds among {names}").format(names=", ".join(FindingKind))) from None


def several_names(raw: object) -> tuple[str, ...]:
    """A list of names or ids, or these separated by commas; each once."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list) or any(isinstance(part, bool) or not isinstance(part, str | int) for part in parts):
        raise ValueError(_("a list of names or ids"))
    return tuple(dict.fromkeys(a_text(str(part)) for part in parts if str(part).strip()))
