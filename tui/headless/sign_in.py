"""`aktop login` and `aktop logout`. Passwords, codes and tokens are never arguments, and never shown."""

import os

from tui import exits
from tui.domain.account import Site
from tui.domain.failure import Failure, FailureKind
from tui.gateway.errors import GatewayError, error_of
from tui.gateway.sessions import FixedSession
from tui.gateway.values import LoggedIn, SecondFactor
from tui.headless import prompts
from tui.headless.output import WrongUse, say, tell
from tui.locale import _
from tui.present import failures
from tui.services import Services, services, sessions_file
from tui.settings import Settings
from tui.store.sessions import StoredSession

PASSWORD_VARIABLE = "AKTOP_PASSWORD"  # noqa: S105 - a variable's name, not a password
CODE_TRIES = 3


async def login(settings: Settings) -> int:
    """Sign in and keep the session. Raises GatewayError, BadSettings and WrongUse."""
    async with services(settings, os.environ, warn=say) as opened:
        if isinstance(opened.client.sessions, FixedSession):
            raise WrongUse(_("a token is given by --token-file or AKTOP_TOKEN: there is nothing to sign in to"))
        site = await opened.client.site()
        _require_possible(site)
        email = settings["email"] or _asked_email()
        outcome = await opened.client.login(email, _password(email))
        if isinstance(outcome, SecondFactor):
            outcome = await _with_code(opened, outcome)
        return _signed_in(opened, outcome)


async def logout(settings: Settings) -> int:
    """Forget the session here, and on the gateway if it can be reached. Raises BadSettings."""
    async with services(settings, os.environ, warn=say) as opened:
        client = opened.client
        if isinstance(client.sessions, FixedSession):
            raise WrongUse(_("the token comes from --token-file or AKTOP_TOKEN; aktop keeps none that it could forget"))
        session = client.sessions.current()
        if session is None:
            tell(_("Not signed in to {url}.").format(url=client.base_url))
            return exits.OK
        await client.logout()
        _require_kept(opened)
        tell(_("Signed out of {url}: {email}.").format(url=client.base_url, email=session.email or "–"))
        try:
            await client.site()
        except GatewayError as error:
            why = failures.short(error.failure)
            say(_("The gateway was not told ({why}); there the session ends by itself.").format(why=why))
    return exits.OK


def _require_possible(site: Site) -> None:
    """What a terminal cannot solve is said before a password is asked for."""
    if site.captcha is not None:
        raise error_of(Failure(FailureKind.CAPTCHA))


def _asked_email() -> str:
    if not prompts.has_person():
        raise WrongUse(_("which account? Give --email, set AKTOP_EMAIL, or write email into the configuration file"))
    email = prompts.ask(_("E-mail: "))
    if not email:
        raise WrongUse(_("an e-mail address is needed"))
    return email


def _password(email: str) -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if not prompts.has_person():
        text = _("there is no terminal to ask for the password on; scripts set {variable}")
        raise WrongUse(text.format(variable=PASSWORD_VARIABLE))
    return prompts.ask_secret(_("Password of {email}: ").format(email=email))


async def _with_code(opened: Services, second: SecondFactor) -> LoggedIn:
    """Ask for the code of the second factor; a mistyped one may be typed again."""
    if not prompts.has_person():
        raise WrongUse(_("this account needs a code at sign-in, and there is no terminal to ask for it on"))
    for left in reversed(range(CODE_TRIES)):
        code = prompts.ask(_("Code of the second factor for {email}: ").format(email=second.masked_email or "–"))
        try:
            return await opened.client.login_2fa(second.temp_token, code)
        except GatewayError as error:
            if error.failure.kind is not FailureKind.WRONG_CODE or not left:
                raise
            say(failures.sentence(error.failure))
    raise AssertionError("the last try returns or raises")


def _signed_in(opened: Services, outcome: LoggedIn) -> int:
    _require_kept(opened)
    text = _("Signed in to {url} as {email}. The session is kept in {path}, readable by you only.")
    path = sessions_file(opened.settings)
    tell(text.format(url=opened.client.base_url, email=outcome.profile.email, path=path))
    return exits.OK


def _require_kept(opened: Services) -> None:
    """Raises OSError when the disk did not take what became of the session."""
    keeper = opened.client.sessions
    if isinstance(keeper, StoredSession) and keeper.trouble is not None:
        raise keeper.trouble
