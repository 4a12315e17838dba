"""How everything is shown: the time zone, and whether names are hidden."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_minute
from tui.domain.keys import ApiKey
from tui.domain.names import seen
from tui.monitor.snapshot import Snapshot


class DisplayContext(Struct, frozen=True):
    """The time of the frame, the user's zone, and privacy, which also hides names, e-mail and IP addresses."""

    now: datetime
    zone: ZoneInfo
    privacy: bool = False

    @property
    def by_the_minute(self) -> "DisplayContext":
        """The same for texts without seconds, so that they are not rebuilt for every frame."""
        return replace(self, now=floor_minute(self.now))

    def in_zone(self, zone: ZoneInfo) -> "DisplayContext":
        """The same in another zone, such as the server's."""
        return replace(self, zone=zone)

    def key_name(self, key: ApiKey) -> str:
        """The shown name of a key: with its id if another looks alike, only the id if the name is blank.

        The id comes first, because the end may be cut off.
        """
        number = f"#{key.id}"
        if not seen(key.name):
            return number
        return self.name(f"{number} {key.name.strip()}" if key.is_alike else key.name.strip(), number)

    def name(self, name: str, stand_in: str = "•••") -> str:
        """A name, hidden by privacy."""
        return stand_in if self.privacy else name

    def ip(self, ip: str | None) -> str:
        """An address, hidden by privacy."""
        if not ip:
            return "–"
        return "•••" if self.privacy else ip

    def email(self, email: str) -> str:
        """An e-mail address, hidden by privacy."""
        return "•••" if self.privacy else email


def context_of(snapshot: Snapshot, now: datetime, *, privacy: bool = False) -> DisplayContext:
    """The context for an account at a moment."""
    return DisplayContext(now, snapshot.zone, privacy)
