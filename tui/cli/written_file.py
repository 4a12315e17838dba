"""The file that a verb writes: what is wrong with it is told before anything is read from a gateway."""

from pathlib import Path

from tui.cli.output import WrongUse
from tui.config.complaints import file_complaint
from tui.config.paths import as_written
from tui.records.export import pending_file


def file_to_write(flag: str, name: str) -> Path:
    """The file as a person named it. Raises WrongUse if it cannot be written."""
    path = as_written(name)
    try:
        with pending_file(path, may_replace=True):
            return path
    except OSError as error:
        raise not_written(flag, path, error) from None


def not_written(flag: str, path: Path, error: OSError) -> WrongUse:
    """A file that could not be written, as wrong use."""
    return WrongUse(f"{flag} {path}: {file_complaint(error)}")
