"""What cannot be used, in words."""

from tui.locale import _
from tui.store.files import NotRegular


def file_complaint(error: OSError) -> str:
    """Why a file cannot be used."""
    return _("it is no regular file") if isinstance(error, NotRegular) else error.strerror or str(error)
