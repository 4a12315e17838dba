"""When aktop itself fails: a sentence for the person, details in a file. Without variables, which can be secret."""

import traceback

from tui import VERSION
from tui.cli.output import say
from tui.config import paths
from tui.locale import _
from tui.store.atomic import replace_file


def report(error: BaseException) -> None:
    """Write the traceback to a file, and print where."""
    path = paths.state_dir() / "crash.txt"
    text = f"aktop {VERSION}\n{''.join(traceback.format_exception(error))}"
    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError:
        say(_("aktop failed: {kind}. The details could not be written down.").format(kind=type(error).__name__))
        return
    say(_("aktop failed: {kind}. Please report it with {path}.").format(kind=type(error).__name__, path=path))
