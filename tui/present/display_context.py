"""How things are shown, whatever they are: the zone of times, and whether names are hidden."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_minute
from tui.domain.keys import ApiKey
from tui.domain.names import seen
from tui.monitor.snapshot import Snapshot


class DisplayContext(Struct, frozen=True):
    """The moment of the picture, the user's zone, and privacy: then names, e-mail and IPs are hidden too."""

    now: datetime
    zone: ZoneInfo
    privacy: bool = False

    @property
    def by_the_minute(self) -> "DisplayContext":
        """The same for what tells no seconds, so that it need not be made anew for every picture."""
        return replace(self, now=floor_minute(self.now))

    def in_zone(self, zone: ZoneInfo) -> "DisplayContext":
        """The same by another clock, such as the server's."""
        return replace(self, zone=zone)

    def key_name(self, key: ApiKey) -> str:
        """What a key is called on the screen: by its id as well where another looks the same, alone where it is blank.

        The id comes first, for what is cut off is the end.
        """
        number = f"#{key.id}"
        if not seen(key.name):
            return number
        return self.name(f"{number} {key.name.strip()}" if key.is_alike else key.name.strip(), number)

    def name(self, name: str, stand_in: str = "•••") -> str:
        """A name that privacy hides."""
        return stand_in if self.privacy else name

    def ip(self, ip: str | None) -> str:
        """An address that privacy hides."""
        if not ip:
            return "–"
        return "•••" if self.privacy else ip

    def email(self, email: str) -> str:
        """An e-mail address that privacy hides."""
        return "•••" if self.privacy else email


def context_of(snapshot: Snapshot, now: datetime, *, privacy: bool = False) -> DisplayContext:
    """How what is known of an account is shown at a moment."""
    return DisplayContext(now, snapshot.zone, privacy)
