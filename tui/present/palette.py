"""The entries of the palette, in words: commands with their keys, and places to go."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from tui.domain.keys import ZERO_USD, ApiKey
from tui.locale import _
from tui.monitor.questions import AskKeyCosts, AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.command_words import COMMAND_WORDS, help_of, title_of
from tui.present.display_context import DisplayContext
from tui.present.key_state import status_word
from tui.present.profiles import title as profile_title
from tui.present.toasts import Toast
from widgets.values import Align, Cell, Column, Emphasis, Row

TITLE_WIDTH, NOTE_WIDTH, KIND_WIDTH, KEY_WIDTH = 24, 44, 8, 8


class Target(Struct, frozen=True):
    """An entry: its identity, its name, and further search words."""

    id: str
    title: str
    note: str = ""
    kind: str = ""
    key: str = ""
    also: str = ""


def command_entry(command_id: str, shown_key: str) -> Target:
    """A command by its name, also found by its English name in any language."""
    also = f"{command_id.replace('_', ' ')} {COMMAND_WORDS[command_id][0]}"
    return Target(f"command:{command_id}", title_of(command_id), help_of(command_id), "", shown_key, also)


def key_entries(snapshot: Snapshot, look: DisplayContext) -> tuple[Target, ...]:
    """The keys, today's costliest first."""
    costs = snapshot.data(AskKeyCosts()) or {}

    def today_usd(key: ApiKey) -> Decimal:
        return costs[key.id].today_usd if key.id in costs else ZERO_USD

    keys = sorted(snapshot.data(AskKeys()) or (), key=lambda key: (-today_usd(key), key.name))
    return tuple(
        Target(f"key:{key.id}", look.key_name(key), _key_note(key, today_usd(key), look), _("key"), also=f"#{key.id}")
        for key in keys
    )


def _key_note(key: ApiKey, today_usd: Decimal, look: DisplayContext) -> str:
    status = status_word(key.status(look.now))
    return _("{status}, {amount} today").format(status=status, amount=fmt.usd(today_usd)) if today_usd else status


def model_entries(models: Iterable[str]) -> tuple[Target, ...]:
    """The models that were called."""
    return tuple(Target(f"model:{name}", name, "", _("model")) for name in models)


def screen_entries(command_ids: Iterable[str]) -> tuple[Target, ...]:
    """The screens that no command here leads to."""
    own = {"overview": (_("Overview"), _("trend, parts, keys and errors of the whole account"))}
    return tuple(
        Target(f"screen:{one}", *(own.get(one) or (title_of(one), help_of(one))), _("screen"), also=one)
        for one in command_ids
    )


def theme_entries(themes: Sequence[str], current: str) -> tuple[Target, ...]:
    """The themes; each is previewed while the cursor is on it."""
    now = _("in use")
    return tuple(Target(f"theme:{one}", one, now if one == current else "", _("theme")) for one in themes)


def profile_entries(names: Iterable[str]) -> tuple[Target, ...]:
    """The other profiles."""
    return tuple(Target(f"profile:{one}", profile_title(one), "", _("profile")) for one in names)


def view_entries(names: Iterable[str]) -> tuple[Target, ...]:
    """The saved views."""
    return tuple(Target(f"view:{one}", one, "", _("view")) for one in names)


def columns() -> tuple[Column, ...]:
    """Name, description, kind, key."""
    return (
        Column("title", "", TITLE_WIDTH, flex=1),
        Column("note", "", NOTE_WIDTH, flex=2, priority=2),
        Column("kind", "", KIND_WIDTH, priority=1),
        Column("key", "", KEY_WIDTH, Align.RIGHT),
    )


def rows(entries: Iterable[Target], recent: Sequence[str]) -> tuple[Row, ...]:
    """A row per entry, last used first."""
    place = {one: number for number, one in enumerate(recent)}
    ordered = sorted(entries, key=lambda entry: place.get(entry.id, len(place)))
    return tuple(
        Row(
            entry.id,
            (
                Cell(entry.title, Emphasis.STRONG if entry.id in place else Emphasis.NORMAL),
                Cell(entry.note, Emphasis.MUTED),
                Cell(entry.kind, Emphasis.MUTED),
                Cell(entry.key, Emphasis.STRONG),
            ),
        )
        for entry in ordered
    )


def title() -> str:
    """The title of the palette."""
    return _("Palette")


def no_match() -> str:
    """Nothing matches."""
    return _("nothing matches")


def theme_kept(theme: str, configured: str | None) -> Toast:
    """A theme is used from now on; a configured one returns at the next start."""
    if configured is None or configured == theme:
        return Toast(_("Theme {name}, also from now on.").format(name=theme), timeout_s=4)
    text = _('Theme {name} until aktop is left: the configuration says {other}. To keep it: theme = "{name}"')
    return Toast(text.format(name=theme, other=configured), timeout_s=10)
