"""Help in words: commands of the current pane and screen, navigation, and the meaning of signs."""

from collections.abc import Sequence

from tui.domain.capabilities import Capabilities
from tui.domain.commands import Command, ScreenKind, commands_of
from tui.domain.key_map import KeyMap, written
from tui.locale import _
from tui.present.command_words import help_of
from tui.present.playback import off_word
from widgets.dialog_values import HelpRow, HelpSection


def title() -> str:
    """The title of the help."""
    return _("Help · type to find, enter does it")


def no_match() -> str:
    """Nothing matches."""
    return _("nothing matches")


def sections(place: ScreenKind, pane: str | None, capabilities: Capabilities, keys: KeyMap) -> tuple[HelpSection, ...]:
    """All sections, nearest first."""
    here = [one for one in commands_of(place) if one.is_offered(capabilities)]
    of_pane = [one for one in here if pane in one.panes]
    others = [one for one in here if pane not in one.panes]
    found = (
        _commands(_("In this pane"), of_pane, capabilities, keys),
        _commands(_("On this screen"), others, capabilities, keys),
        *((_fast(keys),) if any(command.is_mutating and command.is_possible(capabilities) for command in here) else ()),
        _moving(keys),
        _dialogs(),
        _mouse(),
        _signs(),
        _column_titles(),
        _words(),
    )
    return tuple(section for section in found if section.rows)


def _commands(title: str, shown: Sequence[Command], capabilities: Capabilities, keys: KeyMap) -> HelpSection:
    """Commands with all their keys, and why some are off."""
    rows = (
        HelpRow(
            " ".join(map(written, keys.keys_of(command.id))),
            help_of(command.id),
            "" if command.is_possible(capabilities) else off_word(command, capabilities),
            command.id,
        )
        for command in shown
    )
    return HelpSection(title, tuple(rows))


def _fast(keys: KeyMap) -> HelpSection:
    """The shortest ways through a dialog: its underlined letter confirms."""
    disable, triage = keys.shown("disable"), keys.shown("triage")
    agree = _("d")
    return HelpSection(
        _("Fast ways"),
        (
            HelpRow(f"{disable} {agree}", _("disable the key under the cursor: the first asks, the second agrees")),
            HelpRow(f"{triage} {disable} {agree}", _("from anywhere: triage, and disable the key that runs away")),
        ),
    )


def _moving(keys: KeyMap) -> HelpSection:
    def of(*names: str) -> str:
        return " ".join(dict.fromkeys(written(key) for name in names for key in keys.keys_of(name)))

    rows = (
        HelpRow("1 2 3 4", _("focus a pane; the same digit again gives it the whole screen")),
        HelpRow("tab", _("next pane")),
        HelpRow(of("up", "down"), _("move the cursor")),
        HelpRow(of("page_up", "page_down"), _("move by pages")),
        HelpRow(of("half_page_up", "half_page_down"), _("move by half pages")),
        HelpRow(of("first", "last"), _("to the first, to the last row")),
        HelpRow(of("chart_left", "chart_right"), _("in the chart: one bucket on")),
    )
    return HelpSection(_("Moving"), rows)


def _dialogs() -> HelpSection:
    rows = (
        HelpRow("tab ← →", _("go to the next button or field")),
        HelpRow("enter", _("press the button; at first that is Cancel")),
        HelpRow(_("the underlined letter"), _("agree at once")),
        HelpRow("esc", _("leave, and change nothing")),
        HelpRow("↑ ↓ pgup pgdn", _("scroll what is longer than the window")),
    )
    return HelpSection(_("In dialogs"), rows)


def _mouse() -> HelpSection:
    rows = (
        HelpRow(_("click"), _("a row puts the cursor there, a second click opens it; a frame focuses its pane")),
        HelpRow(_("click"), _("a column title sorts by it, again turns the order round")),
        HelpRow(_("click"), _("a key in the last line, a button or the banner does what it says")),
        HelpRow(_("click"), _("a bucket of the chart tells its figures")),
        HelpRow(_("wheel"), _("scrolls what is under the pointer")),
        HelpRow(_("shift+drag"), _("selects text in the terminal, to copy it (in some terminals alt or option)")),
    )
    return HelpSection(_("Mouse"), rows)


def _signs() -> HelpSection:
    rows = (
        HelpRow("●", _("key: active")),
        HelpRow("○", _("key: inactive, somebody has disabled it")),
        HelpRow("◌", _("key: active, but a limit or its quota refuses its calls")),
        HelpRow("✕", _("key: expired, or refused")),
        HelpRow("*active", _("this key is the likely cause of what goes on")),
        HelpRow("■", _("critical; beside what is above usual: at least five times the usual")),
        HelpRow(
            "▲", _("warning; beside what is above usual: at least twice that. In the chart: an hour that stands out")
        ),
        HelpRow("░", _("the hour that still runs")),
        HelpRow("✓", _("marked")),
        HelpRow("–", _("nothing, or not known (yet)")),
        HelpRow("≈", _("worked out, not told by the gateway")),
        HelpRow("•••", _("hidden by privacy")),
    )
    return HelpSection(_("Signs"), rows)


def _column_titles() -> HelpSection:
    rows = (
        HelpRow(_("TODAY"), _("cost since the gateway's midnight; +8 is its clock, where it is not yours")),
        HelpRow(_("×USUAL"), _("today against what the key usually has cost by this time of the day")),
        HelpRow(
            _("ABOVE USUAL"), _("cost above the usual, and how many times that: since an incident began, else today")
        ),
        HelpRow(_("OF EXCESS"), _("its part of what an incident has cost above the usual")),
        HelpRow(_("{n} H").format(n=24), _("cost by the hour, the last hour at the right; 12 where it is narrow")),
        HelpRow(_("NOW"), _("calls that are being answered at this moment")),
        HelpRow(_("30 D"), _("cost of the last 30 days")),
        HelpRow(_("LIMIT"), _("the fullest of its limits: quota, or of 5 hours, a day, 7 days")),
        HelpRow(_("USED"), _("how long ago it was used last")),
    )
    return HelpSection(_("Columns"), rows)


def _words() -> HelpSection:
    rows = (
        HelpRow(_("scope"), _("what is looked at: time range, key, model, group and types")),
        HelpRow(_("budget"), _("requests that aktop has sent this minute, of those that it allows itself")),
        HelpRow(_("by plan"), _("cost that a subscription pays, and not the balance")),
        HelpRow(_("burn"), _("what is taken from the balance in an hour, at the pace of now")),
        HelpRow(_("empty ≈"), _("when the balance is used up at this pace")),
        HelpRow(_("usual"), _("what is normal at this hour of the week")),
        HelpRow(_("excess"), _("what was spent above the usual")),
    )
    return HelpSection(_("Words"), rows)
