"""`aktop login` and `aktop logout`. Passwords, codes and tokens are never arguments, and never shown."""

import argparse
import os
import sys

from tui.account.demo_account import DemoAccount
from tui.account.profiles import keep_default, url_line
from tui.account.services import services, sessions_file
from tui.account.sign_in import CODE_TRIES, SignIn, is_by_hand, require_kept
from tui.cli import prompts
from tui.cli.exit_code import exit_code_of
from tui.cli.output import WrongUse, plain_text, say, tell
from tui.config.settings import Settings
from tui.config.sources import read_config
from tui.domain.account import Profile
from tui.domain.failure import FailureKind
from tui.gateway.auth.handover import LONGEST, BadHandover
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.present import failures, welcome
from tui.present import sign_in as words
from tui.store import last_screen
from tui.terminal import exit_codes

PASSWORD_VARIABLE = "AKTOP_PASSWORD"  # noqa: S105 - a variable's name, not a password


async def login(options: argparse.Namespace, settings: Settings, _demo: DemoAccount | None) -> int:
    """Sign in and store the session. Raises GatewayError, BadSettings and WrongUse."""
    async with services(settings, os.environ, use_keys=False, warn=say) as opened:
        if is_by_hand(opened.client):
            raise WrongUse(_("a token is given by --token-file or AKTOP_TOKEN: there is nothing to sign in to"))
        signing_in = SignIn(opened.client)
        if options.from_browser:
            return await _take_over(signing_in, opened.settings)
        await signing_in.require_possible()
        email = settings.email or _asked_email()
        last_screen.forget()
        profile = await signing_in.with_password(email, _password(email)) or await _with_code(signing_in)
        text = _("Signed in to {url} as {email}. The session is kept in {path}, readable by you only.")
        path = sessions_file(opened.settings)
        tell(text.format(url=opened.client.base_url, email=profile.email, path=path))
        _offer_to_keep(opened.client.base_url, opened.settings)
        return exit_codes.OK


async def _take_over(signing_in: SignIn, settings: Settings) -> int:
    """Store a session pasted from a browser. Raises WrongUse, GatewayError and OSError."""
    url = signing_in.base_url
    if prompts.has_person():
        for text in words.handover_told(url):
            say(text)
        pasted = prompts.ask_long_secret(_("What it copied: "))
    else:
        pasted = sys.stdin.read(LONGEST + 1)
    try:
        profile = await signing_in.with_browser_session(pasted)
    except BadHandover as error:
        raise WrongUse(words.handover_complaint(error, url)) from None
    except GatewayError as error:
        say(f"aktop: {words.refused_token(error.failure)}")
        return exit_code_of(error.failure)
    last_screen.forget()
    text = _("Signed in to {url} as {email}. The session is kept in {path}, readable by you only.")
    tell(text.format(url=url, email=profile.email, path=sessions_file(settings)))
    tell(_("Close the private window now, without signing out in it. Both tokens are still in the clipboard."))
    _offer_to_keep(url, settings)
    return exit_codes.OK


async def logout(_options: argparse.Namespace, settings: Settings, _demo: DemoAccount | None) -> int:
    """Drop the session here, and on the gateway if that can be reached. Raises BadSettings."""
    async with services(settings, os.environ, use_keys=False, warn=say) as opened:
        client = opened.client
        if is_by_hand(client):
            raise WrongUse(_("the token comes from --token-file or AKTOP_TOKEN; aktop keeps none that it could forget"))
        session = client.sessions.current()
        if session is None:
            tell(_("Not signed in to {url}.").format(url=client.base_url))
            return exit_codes.OK
        untold = await client.logout()
        last_screen.forget()
        require_kept(client)
        tell(_("Signed out of {url}: {email}.").format(url=client.base_url, email=session.email or "–"))
        if untold is not None:
            why = failures.short(untold)
            say(_("The gateway was not told ({why}); there the session ends by itself.").format(why=why))
    return exit_codes.OK


def _offer_to_keep(url: str, settings: Settings) -> None:
    """Offer to begin with this gateway from now on, if nothing but this command line names it. Raises OSError."""
    path = settings.config_path
    if settings.profile is not None or settings.values["url"].origin != "--url" or read_config(path).top.get("url"):
        return
    if path.exists() or not prompts.has_person():
        text = _("To use it without --url, write into {path}: {line}")
        say(text.format(path=path, line=url_line(url)))
    elif prompts.agrees(f"{' '.join(map(plain_text, welcome.keep_lines(url, path)))} [y/N] "):
        say(plain_text(welcome.kept_line(path, keep_default(path, url))))


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


async def _with_code(signing_in: SignIn) -> Profile:
    """Ask for the code of the second factor, again after a wrong one."""
    if not prompts.has_person():
        raise WrongUse(_("this account needs a code at sign-in, and there is no terminal to ask for it on"))
    for left in reversed(range(CODE_TRIES)):
        typed = prompts.ask(_("Code of the second factor for {email}: ").format(email=signing_in.masked_email or "–"))
        code = "".join(typed.split())
        if (complaint := words.code_complaint(code)) and left:
            say(complaint)
            continue
        try:
            return await signing_in.with_code(code)
        except GatewayError as error:
            if error.failure.kind is not FailureKind.WRONG_CODE or not left:
                raise
            say(failures.sentence(error.failure))
    raise AssertionError("the last try returns or raises")
