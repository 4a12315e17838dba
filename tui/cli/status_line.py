"""`aktop status --line` from the figures of a running aktop, without a request and without slow imports."""

import argparse
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tui.cli.loading import loaded
from tui.config.file import BadSettings
from tui.config.state_files import last_known_file
from tui.config.zone import user_zone
from tui.present import status_line
from tui.store import last_known
from tui.store.last_known import LastKnown
from tui.terminal import exit_codes

FRESH = timedelta(minutes=2)
"""Older figures are fetched again."""


def from_last_known(options: argparse.Namespace) -> int | None:
    """Print the line; None if there is nothing fresh to print, or if the settings are invalid."""
    if getattr(options, "demo", False):
        return None
    try:
        settings = loaded(options)
    except BadSettings:
        return None  # reported by whoever reads them next
    known, now = last_known.read(last_known_file(settings)), datetime.now(UTC)
    if known is None or abs(now - known.at) > FRESH:
        return None
    try:
        print(text_of(options, known, now, user_zone(settings)))
    except status_line.UnknownField:
        return None
    return exit_codes.OK


def text_of(options: argparse.Namespace, known: LastKnown, now: datetime, zone: ZoneInfo) -> str:
    """The line in the requested format. Raises UnknownField."""
    if options.format is None:
        return status_line.line(known, now, zone)
    return status_line.formatted(options.format, known, now, zone)
