"""Why a file could not be used, in words."""

from tui.locale import _
from tui.store.files import NotRegular


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Why, without the content: the text of a decoding error quotes it, and so perhaps a secret."""
    if isinstance(error, UnicodeDecodeError):
        return _("it is not UTF-8 text")
    if isinstance(error, NotRegular):
        return _("it is no regular file")
    return error.strerror or str(error) or type(error).__name__
