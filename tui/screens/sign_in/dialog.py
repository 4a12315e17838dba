"""The sign-in dialog: password, then perhaps a code; or a session, or an access token, from the browser."""

from enum import StrEnum

from tui.account.sign_in import SignIn
from tui.config import complaints
from tui.domain.account import Profile
from tui.domain.failure import Failure, FailureKind
from tui.gateway.address import ConfigError
from tui.gateway.auth.handover import BadHandover, console_line, is_handover
from tui.gateway.errors import GatewayError
from tui.present import failures
from tui.present import sign_in as words
from tui.present.dialogs import critical_line, dialog_words
from tui.screens.messages import Copy
from widgets.dialog_values import EntryStep
from widgets.entry_dialog import EntryDialog
from widgets.values import Line


class Instead(StrEnum):
    """What a person chose instead of signing in."""

    API_KEY = "api_key"


class SignInDialog(EntryDialog[Profile | Instead]):
    """Signs in at one gateway; the result is the account, or None. Typed secrets are not stored."""

    def __init__(self, signing_in: SignIn, email: str = "", why: Line = ()) -> None:
        self._signing_in = signing_in
        self._why = why
        self._has_captcha = False
        super().__init__(words.dialog_title(), words.password_step(signing_in.base_url, why, email), dialog_words())

    def on_mount(self) -> None:
        """Check at once whether a password is enough, so that none is typed in vain."""
        self.run_worker(self._look_ahead(), group="look-ahead")

    async def _look_ahead(self) -> None:
        try:
            await self._signing_in.require_possible()
        except GatewayError as error:
            if self.step.id == "password" and not self.is_busy:
                await self._say(error.failure)

    async def go(self, way: str, values: dict[str, str]) -> None:
        match way:
            case "password":
                await self._try_password(values["email"].strip(), values["password"])
            case "code":
                await self._try_code("".join(values["code"].split()))
            case "token":
                await self._try_token(values["token"])
            case "copy-line":
                self.post_message(Copy(console_line(self._signing_in.base_url)))
            case "to-token":
                await self.show_step(words.token_step(self._signing_in.base_url, has_captcha=self._has_captcha))
            case "to-password" if self._has_captcha:
                await self.show_step(words.captcha_step(self._signing_in.base_url))
            case "to-password":
                await self.show_step(self._password_step())
            case "to-key":
                self.dismiss(Instead.API_KEY)
            case _:
                self.dismiss(None)

    async def _try_password(self, email: str, password: str) -> None:
        try:
            profile = await self._signing_in.with_password(email, password)
        except GatewayError as error:
            await self._say(error.failure)
        except OSError as error:
            self._say_text(words.not_kept(error))
        else:
            if profile is None:
                await self.show_step(words.code_step(self._signing_in.masked_email))
            else:
                self.dismiss(profile)

    async def _try_code(self, code: str) -> None:
        complaint = words.code_complaint(code)
        if complaint:
            self._say_text(complaint)
            return
        try:
            self.dismiss(await self._signing_in.with_code(code))
        except GatewayError as error:
            if error.failure.kind is FailureKind.SESSION_EXPIRED:
                await self.show_step(self._password_step(), critical_line(failures.sentence(error.failure)))
            else:
                await self._say(error.failure)
        except OSError as error:
            self._say_text(words.not_kept(error))

    async def _try_token(self, typed: str) -> None:
        try:
            if is_handover(typed):
                self.dismiss(await self._signing_in.with_browser_session(typed))
            elif complaint := words.token_complaint(typed):
                self._say_text(complaint)
            else:
                self.dismiss(await self._signing_in.with_token(words.bare_token(typed)))
        except BadHandover as error:
            self._say_text(words.handover_complaint(error, self._signing_in.base_url))
        except GatewayError as error:
            self._say_text(words.refused_token(error.failure))
        except ConfigError as error:
            self._say_text(complaints.complaint(error))
        except OSError as error:
            self._say_text(words.not_kept(error))

    async def _say(self, failure: Failure) -> None:
        if failure.kind is FailureKind.CAPTCHA:
            self._has_captcha = True
            await self.show_step(words.captcha_step(self._signing_in.base_url))
        else:
            self._say_text(failures.sentence(failure))

    def _say_text(self, text: str) -> None:
        self.show_note(critical_line(text))

    def _password_step(self) -> EntryStep:
        return words.password_step(self._signing_in.base_url, self._why)
