"""How the screen is started."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from msgspec import Struct

from tui.account.demo_account import DemoAccount
from tui.account.profiles import Profiles
from tui.config.api_key_files import FoundKey
from tui.domain.scope import RangeName, TimeRange
from tui.monitor.moments import Recording


class FirstLook(Struct, frozen=True):
    """What a person wants to see first: a key by name or id, or a saved view."""

    key: str | None = None
    view: str | None = None


class RecordingStart(Struct, frozen=True, eq=False):
    """A recording to show, and the moment to begin at."""

    recording: Recording
    at: datetime | None = None


class ScreenStart(Struct, frozen=True):
    """Which account, and how the screen begins: time range, number of colours, driver, mouse.

    The account is that of `profiles.start`, unless a demo account, an API key that a person agreed to use, or a
    recording is given.
    """

    profiles: Profiles
    demo: DemoAccount | None = None
    found: FoundKey | None = None
    range: TimeRange = RangeName.H24
    color: str = "auto"
    driver: str = "diff"
    has_mouse: bool = True
    first: FirstLook = FirstLook()
    replay: RecordingStart | None = None


OpenScreen = Callable[[ScreenStart], Coroutine[Any, Any, int]]
"""Runs the screen until it is closed; returns the exit code."""
