"""Spans as a person types them."""

import re
from datetime import timedelta

_SPAN = re.compile(r"(\d{1,5}) ?(s|m|min|h)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600}


def span_of(text: str) -> timedelta | None:
    """Parse a span such as 90s, 10m or 12h; None if it is none.

    >>> span_of("90s"), span_of("10 min"), span_of("1d"), span_of("٣m")
    (datetime.timedelta(seconds=90), datetime.timedelta(seconds=600), None, None)
    """
    match = _SPAN.fullmatch(text.strip())
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]]) if match else None
