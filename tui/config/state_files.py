"""Where what a running aktop keeps for others lies."""

from pathlib import Path

from tui.config.settings import Settings
from tui.store import last_known


def last_known_file(settings: Settings) -> Path:
    """The figures for the bars of other programs: the same file for settings that lead to the same account."""
    words = settings.url, settings.profile, settings.email, settings.token_file
    return last_known.path_of(settings.state_dir, *words)
