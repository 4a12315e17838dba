"""Commands for a person to run, which must work exactly as shown."""

import shlex

from tui.config.settings import Settings

TO_GATEWAY = ("url", "proxy", "ca_bundle")
"""Settings that lead to the gateway."""
AS_ACCOUNT = (*TO_GATEWAY, "token_file")
"""Those, and what it takes to sign in."""


def command(settings: Settings, *words: str, names: tuple[str, ...] = TO_GATEWAY) -> str:
    """An aktop command for the gateway of this run, with the flags without which it would go elsewhere.

    Settings from the environment or the configuration file will apply again. An address with a password is left for the
    person to fill in.
    """
    named = ((name, settings.values[name]) for name in names)
    given = [(name, one.value) for name, one in named if one.origin == _flag(name)]
    if settings.profile is not None and settings.profile_origin == _flag("profile"):
        given.insert(0, ("profile", settings.profile))
    flags = [text for name, value in given for text in (_flag(name), _shown(str(value)))]
    return shlex.join(["aktop", *words, *flags])


def _shown(value: str) -> str:
    return "URL" if "://" in value and "@" in value else value


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
