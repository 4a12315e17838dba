"""`aktop config --init`, `--edit` and `--check`: the configuration file itself."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from tui.cli import prompts
from tui.cli.output import WrongUse, say, tell
from tui.config import paths
from tui.config.complaints import file_complaint
from tui.config.settings import OPTIONS, Settings
from tui.config.template import template
from tui.locale import _
from tui.outbound.config_check import Checked, checked
from tui.store.atomic import create_file
from tui.terminal import exit_codes

_EDITORS = ("sensible-editor", "editor", "nano", "vim", "vi")
"""Tried if neither VISUAL nor EDITOR is set."""


def init(settings: Settings) -> int:
    """Write a file that explains every setting, with the flags of this run set in it. Raises WrongUse."""
    flags = {option.name: option.flag_name for option in OPTIONS if option.flag is not None}
    given = {name: one.value for name, one in settings.values.items() if one.origin == flags.get(name)}
    try:
        _create(settings.config_path, given)
    except FileExistsError:
        text = _("{path} is there already, and stays as it is; `aktop config --edit` opens it")
        raise WrongUse(text.format(path=settings.config_path)) from None
    tell(_("{path} is written, readable by you only; `aktop config --edit` opens it").format(path=settings.config_path))
    return exit_codes.OK


def edit() -> int:
    """Open the file in the person's editor until it is valid or the person gives up. Raises WrongUse."""
    path, words = paths.config_file(), _editor()
    if not os.path.lexists(path):
        _create(path, {})
    while True:
        try:
            code = subprocess.run([*words, str(path)], check=False).returncode  # noqa: S603 - the person's own program
        except OSError as error:
            raise WrongUse(f"{words[0]}: {error.strerror}") from None
        if code:
            raise WrongUse(_("{program} ended with {code}; nothing was checked").format(program=words[0], code=code))
        if check(path) == exit_codes.OK:
            return exit_codes.OK
        if not prompts.has_person() or not prompts.agrees(_("Edit it again? [y/N] ")):
            return exit_codes.WRONG_USE


def check(path: Path) -> int:
    """Print everything wrong in the file and in the files that it names. Asks no gateway."""
    found = checked(path, os.environ)
    for note in found.notes:
        say(note)
    for complaint in found.complaints:
        tell(complaint)
    if found.complaints:
        return exit_codes.WRONG_USE
    tell(_summary(path, found))
    return exit_codes.OK


def _summary(path: Path, found: Checked) -> str:
    if not os.path.lexists(path):
        return _("there is no {path}, and aktop can do without; `aktop config --init` writes one").format(path=path)
    text = _("{path}: nothing is wrong. Profiles: {profiles}. Channels for notices: {channels}.")
    names = ", ".join(found.profiles) or _("none")
    return text.format(path=path, profiles=names, channels=", ".join(found.channels) or _("none"))


def _create(path: Path, given: dict[str, object]) -> None:
    try:
        create_file(path, template(given).encode())
    except FileExistsError:
        raise
    except OSError as error:
        text = _("{path} cannot be written: {error}")
        raise WrongUse(text.format(path=path, error=file_complaint(error))) from None


def _editor() -> list[str]:
    """The person's editor with its arguments. Raises WrongUse."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named:
        try:
            words = shlex.split(named)
        except ValueError:
            words = []
        if not words:
            raise WrongUse(_("VISUAL or EDITOR cannot be read as a command: {value}").format(value=repr(named)))
        return words
    found = next((name for name in _EDITORS if shutil.which(name)), None)
    if found is None:
        raise WrongUse(_("no editor was found; set VISUAL or EDITOR"))
    return [found]
