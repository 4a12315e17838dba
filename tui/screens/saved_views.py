"""Saving views by name, opening and forgetting them: dialogs, and what follows from their answers."""

from collections.abc import Callable, Iterable

from tui.account.services import Services
from tui.present import view_words
from tui.present.dialogs import ChoiceModel
from tui.present.toasts import Toast
from tui.screens.dialogs import Ask, Next, choice_dialog, prompt_dialog
from tui.screens.messages import OpenView
from tui.store.saved_views import SavedView, SavedViews


def views_of(services: Services) -> SavedViews:
    """The views that a person has saved."""
    return SavedViews(services.settings.state_dir / "views.json")


def save(views: SavedViews, view_named: Callable[[str], SavedView]) -> Ask:
    """Ask for a name, and keep the view that is shown."""

    def take(name: str | None) -> Next:
        if name is None or not name.strip():
            return None
        view = view_named(name.strip())
        return _changed(lambda: views.keep(view), view_words.kept(view.name))

    return Ask(prompt_dialog(view_words.name_prompt()), take)


def choose(views: SavedViews, gateway_url: str) -> Next:
    """Offer the views of a gateway, to open one."""
    return _one_of(views, gateway_url, view_words.open_choices, OpenView)


def forget(views: SavedViews, gateway_url: str) -> Next:
    """Offer the views of a gateway, to forget one."""

    def drop(name: str) -> Toast:
        return _changed(lambda: views.forget(name, gateway_url), view_words.forgotten(name))

    return _one_of(views, gateway_url, view_words.forget_choices, drop)


def _one_of(
    views: SavedViews,
    gateway_url: str,
    model: Callable[[Iterable[str]], ChoiceModel],
    then: Callable[[str], Next],
) -> Next:
    try:
        names = tuple(views.of(gateway_url))
    except OSError as error:
        return view_words.not_kept(error)
    if not names:
        return view_words.none_yet()
    return Ask(choice_dialog(model(names)), lambda name: then(name) if name is not None else None)


def _changed(change: Callable[[], None], told: Toast) -> Toast:
    try:
        change()
    except OSError as error:
        return view_words.not_kept(error)
    return told
