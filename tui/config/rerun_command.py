"""Commands that a person is told to run: they must work as they stand there."""

import shlex

from tui.config.settings import Settings

TO_GATEWAY = ("url", "proxy", "ca_bundle")
"""Settings that lead to the gateway."""
AS_ACCOUNT = (*TO_GATEWAY, "token_file")
"""Those, and what it takes to be let in."""


def command(settings: Settings, *words: str, names: tuple[str, ...] = TO_GATEWAY) -> str:
    """An aktop command for the gateway of this run, with those flags of it without which it would go elsewhere.

    What stands in the environment or in the configuration file will be there again. An address with a password in it
    is left for the person to fill in.
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
