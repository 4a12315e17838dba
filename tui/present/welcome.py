"""The words shown before anything is configured."""

from pathlib import Path

from tui.locale import _
from tui.present.dialogs import ChoiceModel, ConfirmModel
from tui.present.sign_in import plain
from widgets.dialog_values import Choice, EntryField, EntryStep, Way
from widgets.values import Cell, Emphasis, Line


def welcome_lines() -> tuple[Line, ...]:
    """What aktop is, and what it needs."""
    return (
        (Cell(_("aktop shows live what your API keys spend at an AI gateway (Sub2API)."), Emphasis.STRONG),),
        *plain(_("No gateway is configured yet. How do you want to begin?")),
    )


def welcome_choices() -> ChoiceModel:
    """The ways to start."""
    choices = (
        Choice("demo", _("Look at the demo"), "d", _("made up: a key runs away in it")),
        Choice("sign_in", _("Sign in"), "s", _("e-mail, or a browser's token")),
        Choice("key", _("Use an API key"), "k", _("read-only: what it can tell")),
        Choice("quit", _("Quit"), "q"),
    )
    return ChoiceModel(_("Welcome to aktop"), choices, lines=welcome_lines())


def api_key_title() -> str:
    """The title of the API key prompt."""
    return _("Use an API key")


def api_key_step(url: str | None) -> EntryStep:
    """Ask for an API key, and for its gateway if unknown."""
    fields: tuple[EntryField, ...] = (EntryField("key", _("API key"), is_secret=True),)
    if url is None:
        fields = (_address_field(), *fields)
    lines = api_key_lines() if url is None else api_key_lines(url)
    return EntryStep("key", lines, _ways(), fields)


def address_title() -> str:
    """The title of the gateway prompt."""
    return _("Sign in")


def address_step() -> EntryStep:
    """Ask for the gateway's address."""
    return EntryStep("address", address_lines(), _ways(), (_address_field(),))


def keep_model(url: str, path: Path) -> ConfirmModel:
    """Offer to save the address as the default."""
    return ConfirmModel(_("Default gateway"), keep_lines(url, path), _("Yes, write it"), "y")


def _address_field() -> EntryField:
    return EntryField("url", _("Gateway"), placeholder="https://")


def _ways() -> tuple[Way, ...]:
    return Way("back", _("Back")), Way("go", _("Continue"), needs_fields=True)


def address_lines() -> tuple[Line, ...]:
    """The text above the address."""
    return plain(
        _("The address of the gateway, as in the browser – for instance https://gateway.example"),
        _("Plain http is accepted for this machine only."),
    )


def api_key_lines(url: str = "https://gateway.example") -> tuple[Line, ...]:
    """How to start with an API key, once and every time."""
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
    """The offer to save the address."""
    return plain(
        _("Start with {url} from now on?").format(url=url),
        _("It is written into {path}.").format(path=path),
    )


def kept_line(path: Path, line: str | None) -> Line:
    """The address is saved, or the line to add to an existing file."""
    if line is None:
        return (Cell(_("✓ written to {path}").format(path=path), Emphasis.GOOD),)
    text = _("{path} is there already and stays as it is; at its top, add: {line}")
    return (Cell(text.format(path=path, line=line), Emphasis.WARNING),)
