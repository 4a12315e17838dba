"""The title of the terminal: the burn rate, and any problem. It contains no names."""

from tui.present.status_line import SIGNS, UNREACHED
from tui.store.last_known import LastKnown


def window_title(known: LastKnown) -> str:
    """The title text, kept narrow to fit a tab.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 6, 17, tzinfo=UTC)
    >>> window_title(LastKnown(at, "critical", burn_usd_per_h=23.14)), window_title(LastKnown(at, burn_usd_per_h=1.2))
    ('■ $23/h · aktop', '$1.2/h · aktop')
    >>> window_title(LastKnown(at, "warning")), window_title(LastKnown(at, burn_usd_per_h=5, trouble="not signed in"))
    ('▲ aktop', '✕ aktop')
    """
    if known.trouble:
        return f"{UNREACHED}aktop"
    sign = SIGNS.get(known.severity or "", "")
    return f"{sign}{_rate(known.burn_usd_per_h)}aktop"


def _rate(usd_per_h: float | None) -> str:
    if usd_per_h is None:
        return ""
    places = 0 if usd_per_h >= 9.95 or usd_per_h < 0.005 else 1 if usd_per_h >= 0.095 else 2
    return f"${usd_per_h:.{places}f}/h · "
