"""Messages about what cannot be used: an address, a token, a key, a file."""

from tui.gateway.address import ConfigError, ConfigProblem
from tui.locale import _
from tui.store.files import NotRegular


def complaint(error: Exception) -> str:
    """The sentence for an unusable setting, without its value."""
    return _words(error.problem).format(**error.facts) if isinstance(error, ConfigError) else str(error)


def file_complaint(error: OSError) -> str:
    """Why a file cannot be used."""
    return _("it is no regular file") if isinstance(error, NotRegular) else error.strerror or str(error)


def _words(problem: ConfigProblem) -> str:
    match problem:
        case ConfigProblem.NO_HOST:
            return _("the gateway's address has no host name in it")
        case ConfigProblem.CREDENTIALS:
            return _("the gateway's address must not hold a user name or password")
        case ConfigProblem.SCHEME:
            return _("the gateway's address begins with {scheme}://, expected https:// or http://")
        case ConfigProblem.IN_CLEAR:
            return _(
                "http:// would send the session in clear: use https://, or write allow_http = true beside this url"
            )
        case ConfigProblem.CONTROL_CHARACTERS:
            return _("the gateway's address has control characters in it; type it anew")
        case ConfigProblem.SEVERAL:
            return _("there are several addresses in this; give one")
        case ConfigProblem.UNREADABLE:
            return _("the gateway's address cannot be read")
        case ConfigProblem.PORT:
            return _("the gateway's address has no valid port")
        case ConfigProblem.NO_TOKEN:
            return _("the access token is empty or contains characters that no token has")
        case ConfigProblem.NO_KEY:
            return _("an API key is empty or contains characters that no key has")
        case ConfigProblem.KEY_LENGTH:
            return _("an API key has {shortest} to {longest} characters; this is something else")
