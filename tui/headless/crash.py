"""When aktop itself fails: a sentence for the person, details in a file. No variables there: they can be secret."""

import os
import traceback

from tui import paths
from tui.headless.output import say
from tui.locale import _
from tui.version import VERSION


def report(error: BaseException) -> None:
    """Write down where it happened, and say where that is written."""
    path = paths.state_dir() / "crash.txt"
    text = f"aktop {VERSION}\n{''.join(traceback.format_exception(error))}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        say(_("aktop failed: {kind}. The details could not be written down.").format(kind=type(error).__name__))
        return
    say(_("aktop failed: {kind}. Please report it with {path}.").format(kind=type(error).__name__, path=path))
