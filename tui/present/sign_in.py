"""The words for a missing or expired session, and for signing in: why, what to do, where things are stored."""

from collections.abc import Iterator

from tui.domain.capabilities import Capability
from tui.domain.failure import SIGN_IN_HELPS, Failure, FailureKind
from tui.gateway.auth.handover import BadHandover, HandoverProblem, console_line, origin_of
from tui.locale import _
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from widgets.dialog_values import EntryField, EntryStep, Way
from widgets.layout import plain_line
from widgets.values import Cell, Emphasis, Line

_REFUSED = frozenset({FailureKind.ACCOUNT_DISABLED, FailureKind.BACKEND_MODE})
"""The account is refused, and a new sign-in would be too."""


def trouble(snapshot: Snapshot, look: DisplayContext) -> tuple[str, Line, Emphasis] | None:
    """An incident id, a line and its severity while the account cannot be read; None otherwise."""
    feed = snapshot.feed(AskProfile())
    failure = feed.failure
    if failure is None or not snapshot.capabilities.can(Capability.ACCOUNT):
        return None
    if failure.kind in SIGN_IN_HELPS:
        word = _("NOT SIGNED IN") if _is_first(failure) else _("SIGNED OUT")
        hint, severity = with_keys(_("i sign in"), "sign_in"), Emphasis.CRITICAL
    elif failure.kind in _REFUSED:
        word, hint, severity = _("REFUSED"), with_keys(_("i sign in as another"), "sign_in"), Emphasis.CRITICAL
    elif failure.kind is FailureKind.DATABASE_DOWN or _cannot_renew(failure):
        word, hint, severity = _("GATEWAY IN TROUBLE"), "", Emphasis.WARNING
    else:
        return None
    glyph = "■" if severity is Emphasis.CRITICAL else "▲"
    line = [Cell(f"{glyph} {word}  ", severity)]
    if hint:
        line.append(Cell(f"{hint}  ", Emphasis.STRONG))
    if not _is_first(failure):
        line.append(Cell(failures.sentence(failure)))
    if feed.fetched_at is not None:
        since = fmt.clock_time(feed.fetched_at, look.zone)
        line.append(Cell("  " + _("What you see is of {time}.").format(time=since), Emphasis.MUTED))
    started = feed.fetched_at.isoformat() if feed.fetched_at else "start"
    return f"session-{failure.kind.value}-{started}", tuple(line), severity


def _cannot_renew(failure: Failure) -> bool:
    """Whether the renewal itself was deferred: by the sign-in limit, or because Redis is down (contract 1.8, 1.9)."""
    return failure.kind is FailureKind.SIGN_IN_LIMITED


def _is_first(failure: Failure) -> bool:
    """Whether there was no session to begin with, so that nothing more needs saying."""
    return failure.kind is FailureKind.NOT_SIGNED_IN and not failure.symbol


def reason(snapshot: Snapshot) -> Line:
    """Why a sign-in is needed, for its dialog."""
    failure = snapshot.feed(AskProfile()).failure
    if failure is None or failure.kind not in SIGN_IN_HELPS | _REFUSED:
        return ()
    if _is_first(failure):
        return ()
    return (Cell(failures.sentence(failure), Emphasis.WARNING),)


def dialog_title() -> str:
    """The title of the dialog."""
    return _("Sign in")


def password_step(url: str, why: Line, email: str = "") -> EntryStep:
    """Ask for e-mail and password, or another way."""
    fields = (EntryField("email", _("E-mail"), email), EntryField("password", _("Password"), is_secret=True))
    ways = (
        Way("cancel", _("Cancel")),
        Way("to-key", _("API key")),
        Way("to-token", _("Browser")),
        Way("password", _("Sign in"), needs_fields=True),
    )
    return EntryStep("password", password_lines(url, why), ways, fields)


def code_step(masked_email: str) -> EntryStep:
    """Ask for the code of the second factor."""
    ways = (Way("cancel", _("Cancel")), Way("code", _("Sign in"), needs_fields=True))
    return EntryStep("code", code_lines(masked_email), ways, (EntryField("code", _("Code"), is_once=True),))


def captcha_step(url: str) -> EntryStep:
    """The alternatives when a password is not enough."""
    ways = (
        Way("cancel", _("Cancel")),
        Way("to-key", _("Use an API key")),
        Way("to-token", _("Use the browser")),
    )
    return EntryStep("captcha", captcha_lines(url), ways)


def token_step(url: str, *, has_captcha: bool) -> EntryStep:
    """Ask for an access token."""
    ways = (
        Way("cancel", _("Cancel")),
        Way("to-password", _("Back") if has_captcha else _("Password")),
        Way("copy-line", _("Copy the line")),
        Way("token", _("Sign in"), needs_fields=True),
    )
    return EntryStep("token", token_lines(url), ways, (EntryField("token", _("Copied"), is_secret=True),))


def not_kept(error: OSError) -> str:
    """The sign-in worked, but the session cannot be stored."""
    return _("Signed in, but the session cannot be kept: {error}").format(error=error.strerror or error)


def password_lines(url: str, why: Line) -> tuple[Line, ...]:
    """The text above e-mail and password."""
    profiles = _("Or a browser's session, or an API key (read-only).")
    return (*_why(why), *plain(_("Gateway: {url}").format(url=url)), (Cell(profiles, Emphasis.MUTED),))


def code_lines(masked_email: str) -> tuple[Line, ...]:
    """The text above the code."""
    text = _("Code of the second factor for {email}, from your authenticator app. It is asked for within 5 minutes.")
    return plain(text.format(email=masked_email or "–"))


def code_complaint(code: str) -> str:
    """The error in a code, found before it is sent as one of five allowed tries; "" if it may be valid.

    >>> code_complaint("123456"), bool(code_complaint("12345"))
    ('', True)
    """
    is_code = len(code) == 6 and code.isascii() and code.isdigit()
    return "" if is_code else _("A code has six digits. It was not sent.")


def captcha_lines(url: str) -> tuple[Line, ...]:
    """The text when a terminal cannot sign in with a password, and the other profiles."""
    return (
        plain_line(
            _("This gateway wants a captcha, which a terminal cannot solve. There are other ways in:"),
            Emphasis.WARNING,
        ),
        (),
        *plain(
            _("1  The session of a browser, which can solve the captcha; aktop renews it from then on."),
            _("2  An access token in a file, for a day: aktop --url {url} --token-file FILE").format(url=url),
            _("3  An API key, without a sign-in: it tells its balance or quota, and what it used."),
        ),
    )


def token_lines(url: str) -> tuple[Line, ...]:
    """How to hand over a browser's session, and what happens to the browser."""
    return (
        *plain(
            _sign_in_there(url),
            _("2  Type in its console (F12) what `Copy the line` copies; it says what it takes."),
            _paste_and_close(),
            "",
            handover_end(),
        ),
        (Cell(_("No copy arrives? `aktop login --from-browser` says the line."), Emphasis.MUTED),),
        (Cell(_("For a day an access token does: copy(localStorage.auth_token)"), Emphasis.MUTED),),
    )


def handover_told(url: str) -> tuple[str, ...]:
    """The same for the command line."""
    return (
        _sign_in_there(url),
        _("2  Type this line in its console (F12). It works on that site alone, and says what it takes:"),
        "",
        console_line(url),
        "",
        _paste_and_close(),
        handover_end(),
    )


def _sign_in_there(url: str) -> str:
    return _("1  Sign in at {url} in a private window of the browser.").format(url=url)


def _paste_and_close() -> str:
    return _("3  Paste that here, where it is not shown; close the window without signing out.")


def handover_end() -> str:
    """What happens to the window."""
    return _(
        "aktop renews the session from then on. Its refresh token works once: a window left open is signed out by "
        "that, or signs aktop out when it is first."
    )


def token_complaint(text: str) -> str:
    """The error in a pasted text, before anything is sent; "" if it may be an access token."""
    text = text.strip().strip("\"'")
    if text.startswith("rt_"):
        return _("This is the refresh token alone. Copy both with the line above, or auth_token alone.")
    if text.startswith("sk-"):
        return _("This is an API key, not an access token. It was not sent.")
    if text.removeprefix("Bearer ").count(".") != 2:
        return _("This is no access token: it begins with eyJ and has two dots in it. It was not sent.")
    return ""


def handover_complaint(error: BadHandover, url: str) -> str:
    """Why a pasted session cannot be used; none of it was sent."""
    match error.problem:
        case HandoverProblem.OTHER_SITE:
            text = _("This is a session of {other}, and aktop signs in to {url}. It was not sent.")
            return text.format(other=error.site, url=origin_of(url))
        case HandoverProblem.NO_ACCESS_TOKEN:
            return _("There is no access token in it: sign in there first. It was not sent.")
        case HandoverProblem.NO_REFRESH_TOKEN:
            return _("There is no refresh token in it: sign in there anew. It was not sent.")
        case HandoverProblem.UNREADABLE:
            return _("This is not what the line copies, or not all of it. It was not sent.")


def bare_token(text: str) -> str:
    """A pasted token without the quotes copied from the browser's table."""
    return text.strip().strip("\"'")


def refused_token(failure: Failure) -> str:
    """Why a pasted token is not accepted."""
    match failure.kind:
        case FailureKind.SESSION_EXPIRED:
            return _("This access token has expired. Reload the page in the browser and copy it anew.")
        case FailureKind.SESSION_BOUND_ELSEWHERE:
            return _(
                "This gateway binds a session to the program where it began, so that a token of the browser does not "
                "work here; the browser may ask you to sign in again. Use the password, or an API key."
            )
        case _:
            return failures.sentence(failure)


def signed_in(email: str, *, is_kept: bool) -> Toast:
    """The sign-in worked."""
    if is_kept:
        return Toast(_("Signed in as {email}. The session is kept.").format(email=email))
    return Toast(_("Signed in as {email}, for this run only: aktop was started with a token.").format(email=email))


def plain(*texts: str) -> tuple[Line, ...]:
    """Texts as lines."""
    return tuple((Cell(text),) for text in texts)


def _why(why: Line) -> Iterator[Line]:
    if why:
        yield why
        yield ()
