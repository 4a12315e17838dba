"""One line for the bars of other programs, from the last known figures; imports little."""

import string
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tui.locale import _
from tui.present import format as fmt
from tui.store.last_known import LastKnown

SIGNS = {"info": "", "warning": "▲ ", "critical": "■ "}
"""The prefix; none while all is calm."""
UNREACHED = "✕ "
FIELDS = (
    *("sign", "severity", "burn", "balance", "empty", "left"),
    *("key", "key_id", "sentence", "account", "age", "trouble"),
)


class UnknownField(ValueError):
    """A format that cannot be filled in; the message names the field."""


def line(known: LastKnown, now: datetime, zone: ZoneInfo) -> str:
    """The status in one line.

    >>> from datetime import UTC
    >>> at = datetime(2026, 6, 17, 3, tzinfo=UTC)
    >>> burning = LastKnown(at, "critical", 26.4, 23.1, at + timedelta(hours=1), key="batch-nightly")
    >>> line(burning, at, ZoneInfo("UTC")), line(LastKnown(at, None, 26.4, 1.2), at, ZoneInfo("UTC"))
    ('■ $23.1/h · $26.40 · empty 04:00 · batch-nightly', '$1.2/h · $26.40')
    """
    values = _values(known, now, zone)
    empty = _("empty {time}").format(time=values["empty"]) if values["empty"] else ""
    parts = (values["burn"], values["balance"], empty, values["key"], values["trouble"])
    return values["sign"] + " · ".join(part for part in parts if part)


def formatted(form: str, known: LastKnown, now: datetime, zone: ZoneInfo) -> str:
    """A line from a format such as `{sign}{burn} {key}`. Raises UnknownField.

    >>> from datetime import UTC
    >>> now = datetime(2026, 6, 17, tzinfo=UTC)
    >>> formatted("[{balance}]", LastKnown(now, balance_usd=3), now, ZoneInfo("UTC"))
    '[$3.00]'
    """
    return "".join(_filled(form, _values(known, now, zone)))


def _filled(form: str, values: Mapping[str, str]) -> Iterator[str]:
    try:
        parts = list(string.Formatter().parse(form))
    except ValueError as error:
        raise UnknownField(str(error)) from None
    for text, field, spec, conversion in parts:
        yield text
        if field is None:
            continue
        if field not in values or spec or conversion:
            raise UnknownField(f"{{{field}}}")
        yield values[field]


def _values(known: LastKnown, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """The fields by name; unknown ones are empty."""
    sign = UNREACHED if known.trouble else SIGNS.get(known.severity or "", "")
    empty = fmt.moment(known.empty_at, now, zone) if known.empty_at is not None else ""
    left = fmt.span(known.empty_at - now) if known.empty_at is not None and known.empty_at > now else ""
    return {
        "sign": sign,
        "severity": known.severity or "",
        "burn": _rate(known.burn_usd_per_h),
        "balance": fmt.usd_float(known.balance_usd) if known.balance_usd is not None else "",
        "empty": empty,
        "left": left,
        "key": known.key or "",
        "key_id": str(known.key_id) if known.key_id is not None else "",
        "sentence": known.sentence,
        "account": known.account,
        "age": fmt.span(max(now - known.at, timedelta(0))),
        "trouble": known.trouble,
    }


def _rate(usd_per_h: float | None) -> str:
    """A rate in as few characters as possible.

    >>> _rate(23.14), _rate(0.0), _rate(123.4), _rate(0.034), _rate(None)
    ('$23.1/h', '$0/h', '$123/h', '$0.03/h', '')
    """
    if usd_per_h is None:
        return ""
    if usd_per_h >= 100:
        return f"${usd_per_h:.0f}/h"
    return f"${usd_per_h:.1f}/h" if usd_per_h >= 0.1 else f"${usd_per_h:.2f}/h" if usd_per_h >= 0.005 else "$0/h"
