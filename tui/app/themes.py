"""aktop's own themes: quiet data, one colour for the focus, red and amber for the unusual.

The safe ones do not rely on red and green: good is blue, critical is vermilion.
"""

from textual.theme import Theme


def _theme(
    name: str,
    *,
    dark: bool,
    foreground: str,
    background: str,
    panel: str,
    focus: str,
    data: str,
    accent: str,
    good: str,
    warning: str,
    critical: str,
) -> Theme:
    """Return a theme whose text colours are exact rather than blended into Textual's tints."""
    return Theme(
        name=name,
        dark=dark,
        primary=focus,
        secondary=data,
        accent=accent,
        success=good,
        warning=warning,
        error=critical,
        foreground=foreground,
        background=background,
        surface=background,
        panel=panel,
        variables={
            "text-primary": focus,
            "text-secondary": data,
            "text-accent": accent,
            "text-success": good,
            "text-warning": warning,
            "text-error": critical,
            "scrollbar": panel,
            "scrollbar-background": background,
            "scrollbar-corner-color": background,
        },
    )


DEFAULT = _theme(
    "aktop",
    dark=True,
    foreground="#e0e0e0",
    background="#121212",
    panel="#2d3440",
    focus="#4cc9e0",
    data="#7892b8",
    accent="#b9a5e6",
    good="#6cc08b",
    warning="#e6b450",
    critical="#ff6259",
)
THEMES = (
    DEFAULT,
    _theme(
        "aktop-light",
        dark=False,
        foreground="#1f2328",
        background="#fbfbfa",
        panel="#dfe5ec",
        focus="#00718a",
        data="#56749e",
        accent="#6941b8",
        good="#1f7a3d",
        warning="#915e00",
        critical="#c4201c",
    ),
    _theme(
        "aktop-safe",
        dark=True,
        foreground="#e0e0e0",
        background="#121212",
        panel="#2f3438",
        focus="#e08fc0",
        data="#8a99a6",
        accent="#c8c8c8",
        good="#56b4e9",
        warning="#f0e442",
        critical="#ff7a1a",
    ),
    _theme(
        "aktop-safe-light",
        dark=False,
        foreground="#1f2328",
        background="#fbfbfa",
        panel="#e2e5e8",
        focus="#9c3a77",
        data="#5f7282",
        accent="#444444",
        good="#005f96",
        warning="#7a6a00",
        critical="#b34700",
    ),
)
