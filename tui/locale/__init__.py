"""The user's language: gettext, chosen once at the start."""

import gettext
import os
from pathlib import Path

DOMAIN = "aktop"
FOLDER = Path(__file__).parent
LANGUAGES = {"en": "English", "zh": "简体中文"}

_chosen: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use(language: str) -> None:
    """Set the language; English where a sentence has no translation."""
    global _chosen, _language  # one language per process, as gettext has it
    catalog = {"zh": "zh_CN"}.get(language, language)
    _language = language
    _chosen = gettext.translation(DOMAIN, FOLDER, [catalog], fallback=True)
    # argparse words usage and errors itself, by the process's own domain and LANGUAGE.
    os.environ["LANGUAGE"] = catalog
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)


def chosen() -> str:
    """The current language."""
    return _language


def from_environment(environ: dict[str, str] | None = None) -> str:
    """The language of the locale, if aktop has it, otherwise English.

    >>> from_environment({"LANG": "zh_CN.UTF-8"}), from_environment({"LC_ALL": "de_DE.UTF-8"})
    ('zh', 'en')
    """
    variables = os.environ if environ is None else environ
    named = next((variables[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if variables.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"


def _(message: str) -> str:
    """The message in the user's language."""
    return _chosen.gettext(message)


def plural(singular: str, several: str, count: int) -> str:
    """The plural form of a message for a count."""
    return _chosen.ngettext(singular, several, count)


def _n(message: str) -> str:
    """Mark a message that is translated elsewhere."""
    return message


OF_ARGPARSE = (
    _n("usage: "),
    _n("options"),
    _n("positional arguments"),
    _n("show this help message and exit"),
    _n("argument %(argument_name)s: %(message)s"),
    _n("the following arguments are required: %s"),
    _n("expected one argument"),
    _n("invalid %(type)s value: %(value)r"),
    _n("not allowed with argument %s"),
)
"""argparse's own messages, verbatim."""
