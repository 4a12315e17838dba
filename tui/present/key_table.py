"""The key table of docs/keys.md."""

from tui.config.keys import PRESETS
from tui.domain.commands import COMMANDS
from tui.domain.key_map import DEFAULTS, KeyMap, written
from tui.present.command_words import COMMAND_WORDS, MOTION_WORDS


def key_table() -> str:
    """Every key with its command and its name in `[keys]`, as Markdown."""
    rows = [(keys, text, "") for keys, text in MOTION_WORDS]
    rows += [
        (
            KeyMap().shown(command.id),
            f"{COMMAND_WORDS[command.id][1]}{' (asks first)' if command.is_mutating else ''}",
            f"`{command.id}`",
        )
        for command in COMMANDS
    ]
    return "\n".join(
        ["| key | does | in `[keys]` |", "|---|---|---|", *(f"| `{k}` | {text} | {name} |" for k, text, name in rows)]
    )


def preset_table() -> str:
    """The differences of each preset from the default, as Markdown."""
    rows = [
        (f"`{name}`", f"`{command}`", " ".join(f"`{written(key)}`" for key in DEFAULTS[command]), _code(keys))
        for name, own in PRESETS.items()
        for command, keys in own.items()
    ]
    lines = [("preset", "command", "usual", "there"), ("---",) * 4, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(keys: str) -> str:
    return " ".join(f"`{key.strip()}`" for key in keys.split(",") if key.strip()) or "none"
