"""The time zone of what is shown."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tui.config.settings import Settings


def user_zone(settings: Settings) -> ZoneInfo:
    """The configured zone, otherwise the machine's, otherwise UTC."""
    if settings.tz is not None:
        zone: ZoneInfo = settings.tz
        return zone
    return _machine_zone()


def _machine_zone() -> ZoneInfo:
    names = [os.environ.get("TZ", "").lstrip(":")]
    link = Path("/etc/localtime")
    if link.is_symlink():
        names.append(str(link.resolve()).partition("zoneinfo/")[2])
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    offset = datetime.now().astimezone().utcoffset()
    hours = round(offset.total_seconds() / 3600) if offset else 0
    return ZoneInfo(f"Etc/GMT{-hours:+d}") if hours else ZoneInfo("UTC")
