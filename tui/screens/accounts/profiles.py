"""Switching to another profile: type to find it, enter opens it."""

from tui.account.profiles import Profiles
from tui.config.settings import Settings
from tui.present import profiles as words
from tui.present.dialogs import dialog_words
from widgets.pick_dialog import PickDialog


def profiles_dialog(profiles: Profiles, here: Settings) -> PickDialog:
    """The dialog; its result is the name of a profile, blank for what aktop was started with. Raises BadSettings."""
    found = [(name, profiles.settings(name)) for name in profiles.names()]
    if profiles.start.profile is None and profiles.start.url:
        found.insert(0, ("", profiles.start))
    current = next((name for name, settings in found if settings is here or (name and name == here.profile)), None)
    return PickDialog(
        words.choose_title(),
        words.profile_rows(found, current),
        current,
        lines=() if found else words.none_yet(profiles.config_path),
        empty=words.no_match(),
        words=dialog_words(),
    )
