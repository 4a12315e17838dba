"""The user's language: gettext, chosen once at the start."""

import gettext
import os
from pathlib import Path

DOMAIN = "aktop"
FOLDER = Path(__file__).parent
LANGUAGES = {"en": "English", "zh": "简体中文"}

_chosen: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str) -> None:
    """Speak a language from now on; English where a sentence is not translated."""
    global _chosen  # one language a process, as gettext has it
    catalog = {"zh": "zh_CN"}.get(language, language)
    _chosen = gettext.translation(DOMAIN, FOLDER, [catalog], fallback=True)


def from_environment(environ: dict[str, str] | None = None) -> str:
    """The language that the locale asks for, as far as aktop speaks it.

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
    """The form of a message that goes with a count."""
    return _chosen.ngettext(singular, several, count)
