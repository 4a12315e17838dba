"""API keys for API-key mode: those that were named, and those that might be used once a person agrees.

Secrets come from a file or from the environment, never from the configuration or the command line, where they would be
kept or shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tui.config.complaints import complaint, file_complaint
from tui.config.file import BadSettings
from tui.config.paths import as_written
from tui.config.settings import Settings
from tui.domain.text import inert, masked
from tui.gateway.address import ConfigError, normalised_base_url
from tui.gateway.api_key.client import clean_key
from tui.locale import _
from tui.store.files import is_open_to_others, read_given, text_of

VARIABLE = "AKTOP_API_KEYS"
MAX_KEYS = 40
"""No more than this: the 121st wrong key in a minute locks out good keys of this IP address too (contract 6)."""
LABEL_LENGTH = 40
NOT_GATEWAYS = frozenset({"api.openai.com", "api.anthropic.com"})
"""Where the tools' own variables lead if no gateway is meant."""
_TOOLS = (
    ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"),
    ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
    ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
)


@dataclass(frozen=True, slots=True)
class NamedKey:
    """An API key that aktop was told to use. The secret is hidden from its repr."""

    secret: str = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class FoundKey:
    """An API key in another tool's variable: for that tool's base URL only, and only once a person agrees."""

    variable: str
    base_url: str
    secret: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The masked secret."""
        return masked(self.secret)


def named_keys(
    settings: Settings, environ: Mapping[str, str], warn: Callable[[str], None] = lambda _text: None
) -> tuple[NamedKey, ...]:
    """The keys of `api_key_file`, otherwise those of AKTOP_API_KEYS; none without either. Raises BadSettings.

    AKTOP_API_KEYS is for the gateway that aktop was started with, and is not passed to others (`account.profiles`).
    """
    if settings.api_key_file:
        return _from_file(as_written(settings.api_key_file), warn)
    words = environ.get(VARIABLE, "").replace(",", " ").split()
    return _checked((VARIABLE, word, "") for word in words)


def found_keys(environ: Mapping[str, str], only_for: str | None = None) -> tuple[FoundKey, ...]:
    """Keys of other tools that have their own base URL; with `only_for`, those for that gateway only."""
    wanted = normalised_base_url(only_for) if only_for else None
    found: dict[tuple[str, str], FoundKey] = {}
    for variable, url_variable in _TOOLS:
        secret, url = environ.get(variable, ""), environ.get(url_variable, "")
        if not secret.strip() or not url.strip():
            continue
        try:
            key = FoundKey(variable, normalised_base_url(url), clean_key(secret))
        except ConfigError:
            continue  # another tool's setting, not ours to complain about
        is_gateway = urlsplit(key.base_url).hostname not in NOT_GATEWAYS
        if is_gateway and wanted in (None, key.base_url):
            found.setdefault((key.base_url, key.secret), key)
    return tuple(found.values())


def _from_file(path: Path, warn: Callable[[str], None]) -> tuple[NamedKey, ...]:
    """One key per line, followed by its label; empty lines and those beginning with # are skipped."""
    try:
        text = text_of(read_given(path))
    except (OSError, UnicodeDecodeError) as error:
        # The text of a decoding error quotes the file, and so perhaps a key.
        why = file_complaint(error) if isinstance(error, OSError) else _("it is not UTF-8 text")
        sentence = _("--api-key-file: {path} cannot be read: {error}")
        raise BadSettings(sentence.format(path=path, error=why)) from None
    if is_open_to_others(path):
        warn(_("{path} can be read by others; run: chmod 600 {path}").format(path=path))
    rows = ((f"{path}:{number}", line.split(maxsplit=1)) for number, line in enumerate(text.splitlines(), 1))
    words = ((where, parts) for where, parts in rows if parts and not parts[0].startswith("#"))
    keys = _checked((where, parts[0], parts[1] if len(parts) > 1 else "") for where, parts in words)
    if not keys:
        raise BadSettings(_("{path}: there is no API key in it; expected one a line").format(path=path))
    return keys


def _checked(rows: Iterable[tuple[str, str, str]]) -> tuple[NamedKey, ...]:
    """Each key once. A text that cannot be a key is reported by its place, never quoted."""
    keys: dict[str, NamedKey] = {}
    for where, secret, label in rows:
        try:
            clean = clean_key(secret)
        except ConfigError as error:
            raise BadSettings(f"{where}: {complaint(error)}") from None
        keys.setdefault(clean, NamedKey(clean, inert(label).strip()[:LABEL_LENGTH]))
    if len(keys) > MAX_KEYS:
        raise BadSettings(_("more than {n} API keys; aktop watches at most so many").format(n=MAX_KEYS))
    return tuple(keys.values())
