"""Messages about kept files that went wrong."""

from collections.abc import Callable

from tui.config.complaints import file_complaint
from tui.locale import _
from tui.store.kept_file import MovedAside, Report, Trouble


def telling(say: Callable[[str], None]) -> Report:
    """A report for the store that turns each trouble into a sentence."""
    return lambda trouble: say(_sentence(trouble))


def _sentence(trouble: Trouble) -> str:
    if isinstance(trouble, MovedAside):
        return _("{name} could not be read; it was moved to {path}").format(name=trouble.path.name, path=trouble.aside)
    text = _("{path} cannot be read ({reason}): earlier changes are not known, and no key can be changed")
    return text.format(path=trouble.path, reason=file_complaint(trouble.error))
