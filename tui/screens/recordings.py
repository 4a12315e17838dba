"""Saving recent events as a recording: which kind, where, and writing it in the background."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from tui.account.context import AccountContext
from tui.present import playback, toasts
from tui.present.toasts import Toast
from tui.screens.dialogs import Ask, Next, choice_dialog, save_as
from tui.screens.messages import WriteRecording
from tui.screens.picture import Picture


def offer(picture: Picture) -> Ask:
    """Ask which kind of recording, and where."""
    return Ask(
        choice_dialog(playback.record_choices()),
        lambda choice: where(choice == playback.PRIVATE_RECORDING, picture) if choice is not None else None,
    )


def where(is_private: bool, picture: Picture) -> Next:
    """Ask for the file."""

    def save(path: Path, may_replace: bool) -> Next:
        return WriteRecording(path, may_replace, is_private)

    return save_as(playback.suggested_path(picture.now, picture.look), save)


async def write(wish: WriteRecording, account: AccountContext, tell: Callable[[Toast], None]) -> None:
    """Write it, and report the result."""
    from tui.records.recording.files import write_recording  # rarely needed

    if account.heard is None:
        return
    heard = account.heard.since()
    try:
        await asyncio.to_thread(
            write_recording,
            wish.path,
            heard,
            is_private=wish.is_private,
            is_demo=account.services.is_demo,
            may_replace=wish.may_replace,
        )
    except OSError as error:
        tell(toasts.not_written(wish.path, error))
    else:
        tell(playback.recorded(wish.path))
