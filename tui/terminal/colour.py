"""Number of colours: decided before the App is created, because later is too late (terminal-facts §8).

TERM and COLORTERM are the terminal's to set and are never changed here.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

CHOICES = ("auto", "truecolor", "256", "16", "none")
_SYSTEMS = {"truecolor": "truecolor", "256": "256", "16": "standard"}


def app_options(color: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the App's options: without colour, the terminal's own colours and bold only.

    >>> app_options("auto", {}), app_options("none", {}), app_options("auto", {"NO_COLOR": ""})
    ({}, {'ansi_color': True}, {'ansi_color': True})
    """
    return {"ansi_color": True} if is_colourless(color, environ) else {}


def prepare(color: str, environ: MutableMapping[str, str]) -> None:
    """Put the person's choice into the environment, before Textual is imported and its App created.

    Textual's own switch for the depth is read at import, NO_COLOR when the App is created. An explicit choice takes
    precedence over NO_COLOR.
    """
    if color in _SYSTEMS:
        environ.pop("NO_COLOR", None)
        environ["TEXTUAL_COLOR_SYSTEM"] = _SYSTEMS[color]
    elif color == "none":
        environ["NO_COLOR"] = "1"


def is_colourless(color: str, environ: Mapping[str, str]) -> bool:
    """Whether nothing may be coloured: by explicit choice, or by NO_COLOR without one."""
    return color == "none" or (color == "auto" and "NO_COLOR" in environ)


def depth() -> str:
    """How many colours Textual sends to this terminal by default: one of the CHOICES."""
    from rich.console import Console  # too slow for the start

    found = Console(force_terminal=True).color_system
    names = {system: choice for choice, system in _SYSTEMS.items()}
    return names.get(found or "", "none")
