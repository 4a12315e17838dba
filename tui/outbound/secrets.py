"""Secrets of channels, read from the files and variables in the settings."""

import os
from collections.abc import Mapping
from pathlib import Path

from tui.config.complaints import file_complaint
from tui.config.file import BadSettings
from tui.config.paths import as_written
from tui.locale import _
from tui.store.files import is_open_to_others, read_regular, text_of

MAX_BYTES = 64 * 1024


def secret_of(file: str | None, variable: str | None, environ: Mapping[str, str]) -> str | None:
    """The stripped content of a file or variable; None if neither is named. Raises BadSettings."""
    if file is not None:
        path = as_written(file)
        text, where = _from_file(path, environ), str(path)
    elif variable is not None:
        text, where = environ.get(variable, ""), f"${variable}"
    else:
        return None
    if not (text := text.strip()):
        raise BadSettings(_("{where} is empty").format(where=where))
    return text


def one_line(text: str | None, where: str) -> str | None:
    """A secret for a request header. Raises BadSettings if it cannot be sent."""
    if text is not None and not (text.isascii() and text.isprintable()):
        raise BadSettings(_("{where} has characters in it that cannot be sent").format(where=where))
    return text


def _from_file(path: Path, environ: Mapping[str, str]) -> str:
    try:
        text = text_of(read_regular(path, MAX_BYTES))
    except (OSError, UnicodeDecodeError) as error:
        # The text of a decoding error quotes the file.
        why = file_complaint(error) if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise BadSettings(_("{path} cannot be read: {error}").format(path=path, error=why)) from None
    if is_open_to_others(path) and not _is_credential(path, environ):
        raise BadSettings(_("{path} can be read by others; run: chmod 600 {path}").format(path=path))
    return text


def _is_credential(path: Path, environ: Mapping[str, str]) -> bool:
    """Whether systemd gave it to this service alone, which its mode does not show."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return bool(folder) and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(str(folder)))
