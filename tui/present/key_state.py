"""The state of a key in words and signs, and how near it is to its limits."""

from datetime import datetime

from tui.domain.keys import ApiKey, KeyStatus, SpendWindow
from tui.locale import _
from widgets.values import Emphasis

GLYPHS = {
    KeyStatus.ACTIVE: "●",
    KeyStatus.INACTIVE: "○",
    KeyStatus.EXHAUSTED: "◌",
    KeyStatus.LIMITED: "◌",
    KeyStatus.EXPIRED: "✕",
    KeyStatus.ANSWERS: "●",
    KeyStatus.REFUSED: "✕",
    KeyStatus.UNKNOWN: "○",
}
NEARLY_FULL = 0.8


def status_word(status: KeyStatus) -> str:
    """The state of a key in a word."""
    return {
        KeyStatus.ACTIVE: _("active"),
        KeyStatus.INACTIVE: _("inactive"),
        KeyStatus.EXHAUSTED: _("exhausted"),
        KeyStatus.EXPIRED: _("expired"),
        KeyStatus.LIMITED: _("limited"),
        KeyStatus.ANSWERS: _("answers"),
        KeyStatus.REFUSED: _("refused"),
        KeyStatus.UNKNOWN: _("not known"),
    }[status]


def status_severity(status: KeyStatus) -> Emphasis:
    """How the state of a key stands out."""
    return {
        KeyStatus.ACTIVE: Emphasis.NORMAL,
        KeyStatus.INACTIVE: Emphasis.MUTED,
        KeyStatus.EXHAUSTED: Emphasis.WARNING,
        KeyStatus.LIMITED: Emphasis.WARNING,
        KeyStatus.EXPIRED: Emphasis.MUTED,
        KeyStatus.ANSWERS: Emphasis.GOOD,
        KeyStatus.REFUSED: Emphasis.WARNING,
        KeyStatus.UNKNOWN: Emphasis.MUTED,
    }[status]


def share_severity(share: float | None) -> Emphasis:
    """How a limit stands out by its use; a key that reached it is held back, so it is not critical."""
    return Emphasis.NORMAL if share is None or share < NEARLY_FULL else Emphasis.WARNING


def quota_share(key: ApiKey) -> float | None:
    """The used share of the quota; None without one."""
    return float(key.quota_used_usd / key.quota_usd) if key.quota_usd > 0 else None


def tightest(key: ApiKey, now: datetime) -> tuple[str, float] | None:
    """The limit closest to its maximum, by name, with its share."""
    limits = [(window.name.value, window.share(now)) for window in key.windows] + [(_("quota"), quota_share(key))]
    known = [(name, share) for name, share in limits if share is not None]
    return max(known, key=lambda limit: limit[1], default=None)


def window_text(window: SpendWindow) -> str:
    """A spend limit as the key page names it."""
    return {"5h": _("5 h limit"), "1d": _("1 d limit"), "7d": _("7 d limit")}[window.name.value]
