"""An API key: what the user may set, and the counters that charges change (contract 4.1, 4.5, 4.6)."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tui.demo.calendar import DAY, HOUR, Moment, day_start
from tui.demo.money import Number, Units, units

ACTIVE, INACTIVE, EXHAUSTED = "active", "inactive", "quota_exhausted"
SPANS: dict[str, int] = {"5h": 5 * HOUR, "1d": DAY, "7d": 7 * DAY}
TOUCH_EVERY = 30_000_000
"""`last_used_at` moves at most this often (contract 4.1)."""
LAST_EXPIRY_YEAR = 9999
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def escaped(name: str) -> str:
    """A name as stored: escaped like Go's `html` package, at every write (contract 4.7)."""
    return name.translate(ESCAPES)


@dataclass(slots=True)
class Window:
    """A spend limit and its window. A limit of 0 means unlimited."""

    span: int
    limit: Number = 0
    start: Moment | None = None
    used: Units = 0

    def live(self, now: Moment) -> bool:
        """Whether the window still counts."""
        return self.start is not None and now < self.start + self.span

    def used_at(self, now: Moment) -> Units:
        """The current use: 0 once the window has lapsed."""
        return self.used if self.live(now) else 0

    def full(self, now: Moment) -> bool:
        """Whether the limit refuses calls."""
        return self.limit > 0 and self.used_at(now) >= units(self.limit)

    def charge(self, amount: Units, now: Moment, zone: ZoneInfo) -> None:
        """Count a charge; a lapsed window restarts: 5 h at once, the others at the server's midnight."""
        if not self.live(now):
            self.start = now if self.span < DAY else day_start(now, zone)
            self.used = 0
        self.used += amount

    def reset(self) -> None:
        """Clear use and start."""
        self.start, self.used = None, 0


def fresh_windows() -> dict[str, Window]:
    """The three windows of a new key."""
    return {name: Window(span) for name, span in SPANS.items()}


@dataclass(slots=True)
class Key:
    """One API key of the user."""

    id: int
    secret: str
    name: str
    """As stored: HTML-escaped."""
    created: Moment
    updated: Moment
    group_id: int | None = None
    status: str = ACTIVE
    allowed: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    last_used: Moment | None = None
    last_address: str | None = None
    quota: Number = 0
    quota_used: Units = 0
    expires: Moment | None = None
    running: int = 0
    windows: dict[str, Window] = field(default_factory=fresh_windows)
    deleted: bool = False

    def expired(self, now: Moment) -> bool:
        """Whether it has expired; the stored status never says so."""
        return self.expires is not None and self.expires <= now

    def out_of_quota(self) -> bool:
        """Whether its quota is used up, whatever the stored status."""
        return self.quota > 0 and self.quota_used >= units(self.quota)

    def limited(self) -> bool:
        """Whether it has any limit of its own."""
        return self.quota > 0 or self.has_windows()

    def has_windows(self) -> bool:
        """Whether any window has a limit; only then all three count."""
        return any(window.limit > 0 for window in self.windows.values())

    def full_window(self, now: Moment) -> str | None:
        """The first window that refuses calls."""
        return next((name for name, window in self.windows.items() if window.full(now)), None)

    def touch(self, now: Moment) -> None:
        """Note that a call begins."""
        if self.last_used is None or now - self.last_used >= TOUCH_EVERY:
            self.last_used = self.updated = now

    def charge(self, amount: Units, now: Moment, zone: ZoneInfo) -> None:
        """Count a charge in the quota and the windows, if there are any."""
        if self.has_windows():
            for window in self.windows.values():
                window.charge(amount, now, zone)
            self.updated = now
        if self.quota > 0:
            self.quota_used += amount
            self.updated = now
            if self.status == ACTIVE and self.out_of_quota():
                self.status = EXHAUSTED

    def set_quota(self, quota: Number) -> None:
        """Set a quota; enough room revives an exhausted key (contract 4.5)."""
        self.quota = quota
        if self.status == EXHAUSTED and not self.out_of_quota():
            self.status = ACTIVE

    def reset_quota(self) -> None:
        """Clear the used quota; revives an exhausted key."""
        self.quota_used = 0
        if self.status == EXHAUSTED:
            self.status = ACTIVE
