"""Going to another profile: type to find it, enter goes there."""

from tui.account.profiles import Profiles
from tui.config.settings import Settings
from tui.locale import _
from tui.present.profiles import profile_rows
from tui.screens.dialog_words import dialog_words
from widgets.pick_dialog import PickDialog
from widgets.values import Cell


def profiles_dialog(profiles: Profiles, here: Settings) -> PickDialog:
    """The dialog; its result is the name of a profile, blank for what aktop was started with. Raises BadSettings."""
    found = [(name, profiles.settings(name)) for name in profiles.names()]
    if profiles.start.profile is None and profiles.start["url"]:
        found.insert(0, ("", profiles.start))
    current = next((name for name, settings in found if settings is here or (name and name == here.profile)), None)
    lines = () if found else ((Cell(_("No profiles yet. In {path}:").format(path=profiles.config_path)),), *_example())
    return PickDialog(
        _("Profiles"),
        profile_rows(found, current),
        current,
        lines=lines,
        empty=_("no profile matches"),
        words=dialog_words(),
    )


def _example() -> tuple[tuple[Cell, ...], ...]:
    return (Cell("  [profile.staging]"),), (Cell('  url = "https://staging.example"'),)
