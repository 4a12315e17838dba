"""How many colours are sent: decided before the App is built, because later is too late (terminal-facts §8).

TERM and COLORTERM are the terminal's to say and are never set here.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

CHOICES = ("auto", "truecolor", "256", "16", "none")
_SYSTEMS = {"truecolor": "truecolor", "256": "256", "16": "standard"}


def app_options(color: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what the App is built with: without colour, the terminal's own colours and bold alone.

    >>> app_options("auto", {}), app_options("none", {}), app_options("auto", {"NO_COLOR": ""})
    ({}, {'ansi_color': True}, {'ansi_color': True})
    """
    return {"ansi_color": True} if is_colourless(color, environ) else {}


def prepare(color: str, environ: MutableMapping[str, str]) -> None:
    """Put what the person asks for into the environment, before Textual is imported and its App is built.

    Textual's own switch for the depth is read at import, NO_COLOR when the App is built. What is asked for by hand
    goes before NO_COLOR.
    """
    if color in _SYSTEMS:
        environ.pop("NO_COLOR", None)
        environ["TEXTUAL_COLOR_SYSTEM"] = _SYSTEMS[color]
    elif color == "none":
        environ["NO_COLOR"] = "1"


def is_colourless(color: str, environ: Mapping[str, str]) -> bool:
    """Whether nothing may be coloured: asked for by hand, or by NO_COLOR where nothing else is asked for."""
    return color == "none" or (color == "auto" and "NO_COLOR" in environ)


def depth() -> str:
    """How many colours the framework sends to this terminal unless told otherwise: one of the CHOICES."""
    from rich.console import Console  # takes time that the start need not wait for

    found = Console(force_terminal=True).color_system
    names = {system: choice for choice, system in _SYSTEMS.items()}
    return names.get(found or "", "none")
