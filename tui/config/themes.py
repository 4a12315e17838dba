"""The names of all themes, so that a setting can be checked without importing Textual."""

OWN = ("aktop", "aktop-light", "aktop-safe", "aktop-safe-light")
"""The first is the default; the safe ones tell good from bad without red and green."""
OF_TEXTUAL = (
    "textual-dark",
    "textual-light",
    "nord",
    "gruvbox",
    "catppuccin-mocha",
    "dracula",
    "tokyo-night",
    "monokai",
    "flexoki",
    "catppuccin-latte",
    "catppuccin-frappe",
    "catppuccin-macchiato",
    "solarized-light",
    "solarized-dark",
    "rose-pine",
    "rose-pine-moon",
    "rose-pine-dawn",
    "atom-one-dark",
    "atom-one-light",
    "ansi-dark",
    "ansi-light",
)
NAMES = (*OWN, *OF_TEXTUAL)
