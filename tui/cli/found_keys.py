"""API keys in other tools' variables: offered to a person at the terminal, never used unasked."""

from collections.abc import Mapping

from tui.account.services import session_keeper
from tui.cli import prompts
from tui.cli.output import say
from tui.config.api_key_files import VARIABLE, FoundKey, found_keys
from tui.config.settings import Settings
from tui.gateway.address import ConfigError, require_safe
from tui.locale import _


def agreed_key(settings: Settings, environ: Mapping[str, str]) -> FoundKey | None:
    """The first found key that the person agrees to use; None if there is another way in, or nobody to ask.

    A key is offered for its own base URL, if that is the gateway of the settings or they name none. Raises BadSettings.
    """
    if not prompts.has_person() or _has_other_way(settings, environ):
        return None
    for key in found_keys(environ, settings.url):
        if not _is_safe(key.base_url, allow_http=settings.allow_http):
            continue
        question = _("Use the API key found in {variable} ({masked}) for {url}? It is only asked about itself. [y/N] ")
        if prompts.agrees(question.format(variable=key.variable, masked=key.masked, url=key.base_url)):
            return key
    return None


def _has_other_way(settings: Settings, environ: Mapping[str, str]) -> bool:
    if settings.api_key_file or environ.get(VARIABLE) or settings.token_file or environ.get("AKTOP_TOKEN"):
        return True
    if not settings.url:
        return False
    return session_keeper(settings, environ, settings.url, say).current() is not None


def _is_safe(base_url: str, *, allow_http: bool) -> bool:
    try:
        require_safe(base_url, allow_http=allow_http)
    except ConfigError:
        return False
    return True
