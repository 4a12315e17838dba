"""What is said when nothing is configured yet."""

from pathlib import Path

from tui.locale import _
from tui.present.sign_in import plain
from widgets.values import Cell, Emphasis, Line


def welcome_lines() -> tuple[Line, ...]:
    """What aktop is, and what it needs."""
    return (
        (Cell(_("aktop shows live what your API keys spend at an AI gateway (Sub2API)."), Emphasis.STRONG),),
        *plain(_("No gateway is configured yet. How do you want to begin?")),
    )


def address_lines() -> tuple[Line, ...]:
    """What stands above the address."""
    return plain(
        _("The address of the gateway, as in the browser – for instance https://gateway.example"),
        _("Plain http is accepted for this machine only."),
    )


def api_key_lines(url: str = "https://gateway.example") -> tuple[Line, ...]:
    """How to begin with an API key, and how to begin with it every time."""
    return (
        *plain(
            _("With an API key alone aktop shows what that key tells: its balance or quota, and what it used."),
            _("It does not show here, stays in memory, and goes to this gateway only."),
        ),
        (),
        *plain(_("To begin so every time, or with several, put them into a file that only you can read:")),
        (Cell(f"  aktop --url {url} --api-key-file ~/.aktop-key", Emphasis.ACCENT),),
    )


def keep_lines(url: str, path: Path) -> tuple[Line, ...]:
    """The offer to keep the address."""
    return plain(
        _("Start with {url} from now on?").format(url=url),
        _("It is written into {path}.").format(path=path),
    )


def kept_line(path: Path, line: str | None) -> Line:
    """That it is kept, or the line that a person may add to a file that is theirs."""
    if line is None:
        return (Cell(_("✓ written to {path}").format(path=path), Emphasis.GOOD),)
    text = _("{path} is there already and stays as it is; at its top, add: {line}")
    return (Cell(text.format(path=path, line=line), Emphasis.WARNING),)
