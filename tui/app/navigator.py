"""The ways into an account: welcome and first run, signing in, profiles. Each ends in a message to the app."""

from dataclasses import dataclass

from textual.message import Message

from tui.account.context import AccountContext
from tui.account.profiles import Profiles
from tui.account.services import Services
from tui.account.sign_in import SignIn
from tui.config import complaints
from tui.config.file import BadSettings
from tui.domain.account import Profile
from tui.gateway.address import ConfigError
from tui.monitor.questions import AskProfile
from tui.present import sign_in, toasts
from tui.present.toasts import Toast
from tui.screens.accounts.profiles import profiles_dialog
from tui.screens.dialogs import Ask, Next
from tui.screens.messages import GoTo, Quit
from tui.screens.sign_in.dialog import Instead, SignInDialog
from tui.screens.sign_in.welcome import AddressDialog, ApiKeyDialog, WelcomeDialog


@dataclass
class EnterAccount(Message):
    """Leave the current account, if any, and enter another. The app will close its services."""

    services: Services
    is_first_run: bool = False
    """Whether its address was typed: the app then offers to keep it, once a sign-in has worked."""


@dataclass
class EnterDemo(Message):
    """Enter the demo account of an embedded gateway."""


@dataclass
class SignedIn(Message):
    """Continue as an account of the gateway on the screen."""

    profile: Profile
    services: Services
    is_kept: bool


def welcome(profiles: Profiles) -> Ask:
    """Offer the ways in when nothing is configured."""

    def take(way: str | None) -> Next:
        match way:
            case None | "quit":
                return Quit()
            case "demo":
                return EnterDemo()
            case "key":
                return Ask(ApiKeyDialog(profiles), lambda opened: EnterAccount(opened) if opened else welcome(profiles))
            case _:
                return Ask(
                    AddressDialog(profiles), lambda opened: EnterAccount(opened, True) if opened else welcome(profiles)
                )

    return Ask(WelcomeDialog(), take)


def ask_to_sign_in(account: AccountContext, profiles: Profiles | None) -> Next:
    """Ask for e-mail and password, or a token, of the gateway on the screen; or for an API key of it."""
    services, snapshot = account.services, account.monitor.snapshot
    if services.is_demo:
        return toasts.signed_in_already()
    profile, kept = snapshot.data(AskProfile()), services.client.sessions.current()
    known = (profile and profile.email, services.settings.email, kept and kept.email)
    signing_in = SignIn(services.client)

    def take(found: Profile | Instead | None) -> Next:
        if found is Instead.API_KEY:
            return Ask(ApiKeyDialog(profiles, services), _enter) if profiles is not None else None
        return SignedIn(found, services, signing_in.is_kept) if isinstance(found, Profile) else None

    email = next((one for one in known if one), "")
    return Ask(SignInDialog(signing_in, email, sign_in.reason(snapshot)), take)


def _enter(opened: Services | None) -> Next:
    return EnterAccount(opened) if opened is not None else None


def choose_profile(profiles: Profiles, account: AccountContext) -> Next:
    """Ask which profile to open."""
    try:
        dialog = profiles_dialog(profiles, account.services.settings)
    except BadSettings as error:
        return complaint(error)
    return Ask(dialog, lambda name: GoTo(name or None) if name is not None else None)


def way_to(profiles: Profiles, profile: str | None) -> EnterAccount | Toast:
    """The entry into a profile's account; a complaint if its settings are wrong, and nothing is left then."""
    try:
        return EnterAccount(profiles.open(profiles.settings(profile)))
    except (BadSettings, ConfigError) as error:
        return complaint(error)


def complaint(error: Exception) -> Toast:
    """What is wrong with the settings."""
    return Toast(complaints.complaint(error), "error", 10)
