"""Failures in words: what happened, and what to do about it. All their wording is here."""

from datetime import datetime, timedelta

from tui.domain.account import Site
from tui.domain.failure import (
    CHALLENGED,
    DAMAGED_ROWS,
    NO_RENEWAL,
    PROXY_DOWN,
    PROXY_REFUSED,
    PROXY_UNUSABLE,
    REDIRECTED,
    RENEWAL_REFUSED,
    SIGN_IN_HELPS,
    SPEAKS_HTTP,
    SPEAKS_TLS,
    STACKED_ENCODING,
    SYSTEM_SETTINGS,
    TOO_LARGE,
    UNPROMISED_LIST,
    UNTRUSTED,
    WRONG_CERTIFICATE,
    Failure,
    FailureKind,
    ListDetail,
    ListProblem,
    ProxyDetail,
    ProxyProblem,
    RedirectDetail,
)
from tui.locale import _, _n, plural
from tui.present.clauses import of
from tui.present.format import span

PASSING = frozenset(
    {
        FailureKind.TIMED_OUT,
        FailureKind.SERVER_ERROR,
        FailureKind.DATABASE_DOWN,
        FailureKind.RATE_LIMITED,
        FailureKind.SIGN_IN_LIMITED,
    }
)
"""Failures that end by themselves."""
_SOCKS_REPLIES = {
    1: _n("it failed"),
    2: _n("its rules forbid this connection"),
    3: _n("the network is unreachable from there"),
    4: _n("the host is unreachable from there, or its name is not known"),
    5: _n("the host refuses the connection"),
    6: _n("the way is too long"),
    7: _n("it does not connect for others"),
    8: _n("it does not know this kind of address"),
}
"""What a SOCKS5 proxy replies (RFC 1928, section 6)."""


def version_of(site: Site | None) -> str:
    """The gateway's version in brackets, to follow "this gateway"; nothing if unknown.

    >>> version_of(Site(version="0.1.83")), version_of(None)
    (' (0.1.83)', '')
    """
    return f" ({site.version})" if site is not None and site.version else ""


def short(failure: Failure) -> str:
    """The failure in a few words, for the edge of a pane."""
    if failure.symbol in (PROXY_DOWN, PROXY_REFUSED, PROXY_UNUSABLE):
        return _("no way through the proxy")
    if failure.symbol in (UNTRUSTED, WRONG_CERTIFICATE):
        return _("certificate not trusted")
    if failure.symbol in (DAMAGED_ROWS, UNPROMISED_LIST):
        return _("damaged records left out") if failure.symbol == DAMAGED_ROWS else _("the list contradicts itself")
    words = {
        FailureKind.UNREACHABLE: _("gateway unreachable"),
        FailureKind.TIMED_OUT: _("no answer in time"),
        FailureKind.NOT_A_GATEWAY: _("not a gateway"),
        FailureKind.ENDPOINT_MISSING: _("this gateway does not have it"),
        FailureKind.BAD_ANSWER: _("unreadable answer"),
        FailureKind.EMPTY_ANSWER: _("empty answer"),
        FailureKind.SERVER_ERROR: _("error in the gateway"),
        FailureKind.DATABASE_DOWN: _("the gateway's database is down"),
        FailureKind.RATE_LIMITED: _("rate limited"),
        FailureKind.SIGN_IN_LIMITED: _("sign-ins put off"),
        FailureKind.BUDGET_SPENT: _("request budget spent"),
        FailureKind.NOT_SIGNED_IN: _("not signed in"),
        FailureKind.SESSION_EXPIRED: _("session expired"),
        FailureKind.SESSION_LOST: _("session lost on the way"),
        FailureKind.SESSION_REVOKED: _("session revoked"),
        FailureKind.SESSION_BOUND_ELSEWHERE: _("session bound to another place"),
        FailureKind.ACCOUNT_DISABLED: _("account disabled"),
        FailureKind.ACCOUNT_GONE: _("account gone"),
        FailureKind.WRONG_PASSWORD: _("wrong e-mail or password"),
        FailureKind.WRONG_CODE: _("wrong code"),
        FailureKind.CAPTCHA: _("captcha required"),
        FailureKind.BACKEND_MODE: _("users are refused (backend mode)"),
        FailureKind.ERRORS_HIDDEN: _("error list not shared"),
        FailureKind.KEY_INVALID: _("API key not known"),
        FailureKind.KEY_DISABLED: _("API key disabled"),
        FailureKind.KEY_SPENT: _("API key may not spend"),
        FailureKind.FORBIDDEN: _("not allowed"),
        FailureKind.NOT_FOUND: _("not found"),
        FailureKind.INVALID: _("refused as invalid"),
        FailureKind.NOT_RECORDED: _("not in the recording"),
    }
    return words[failure.kind]


def told(failure: Failure, login: str, *, is_by_hand: bool = False) -> str:
    """The failure for the command line, with what helps; `login` is the command, `is_by_hand` means a given token."""
    how = _("Try again later.") if failure.kind in PASSING else how_to_sign_in(failure, login, is_by_hand=is_by_hand)
    return f"{sentence(failure)} {how}".rstrip()


def how_to_sign_in(failure: Failure, login: str, *, is_by_hand: bool = False) -> str:
    """How a sign-in fixes a failure, without a screen; nothing if it does not."""
    if failure.kind not in SIGN_IN_HELPS:
        return ""
    if is_by_hand:
        how = _("Give a new one with --token-file or AKTOP_TOKEN, or leave them out and run: {command}")
        return how.format(command=login)
    return _("Run: {command}").format(command=login)


def sentence(failure: Failure) -> str:
    """The failure as a sentence that says what to do, except for how to sign in, which depends on the place."""
    told = f" ({found})" if (found := detail(failure)) else ""
    match failure.kind:
        case FailureKind.UNREACHABLE:
            return _unreachable(failure)
        case FailureKind.TIMED_OUT:
            return _("The gateway did not answer in time.")
        case FailureKind.NOT_A_GATEWAY if failure.symbol == CHALLENGED:
            return _(
                "Cloudflare wants to see a browser before it lets anybody through to this gateway, and a terminal is "
                "none. Ask the operator to let /api/ and /v1/ pass, or for an address without that check."
            )
        case FailureKind.NOT_A_GATEWAY if failure.symbol == REDIRECTED:
            return _("The gateway is not at this address: {told}.").format(told=detail(failure))
        case FailureKind.NOT_A_GATEWAY:
            return _(
                "What answers here is not a Sub2API gateway{told}: a proxy on the way, or a wrong address. Give --url "
                "without a path, for instance https://gateway.example."
            ).format(told=told)
        case FailureKind.ENDPOINT_MISSING:
            return _("This gateway does not offer this; it may be an older version.")
        case FailureKind.BAD_ANSWER:
            return _bad_answer(failure)
        case FailureKind.EMPTY_ANSWER:
            return _(
                "The gateway answered with nothing. One key that expires after the year 9999 does that to the key list."
            )
        case FailureKind.SERVER_ERROR:
            return _("The gateway met an error of its own{told}.").format(told=told)
        case FailureKind.DATABASE_DOWN:
            return _("The gateway's database is down. Nothing is lost, the session neither.")
        case FailureKind.RATE_LIMITED:
            return _("The gateway asks to slow down{told}.").format(told=told)
        case FailureKind.SIGN_IN_LIMITED if failure.symbol == "TOTP_TOO_MANY_ATTEMPTS":
            return _("Too many wrong codes: the gateway takes none of this account for a quarter of an hour.")
        case FailureKind.SIGN_IN_LIMITED:
            return _("No sign-in or renewal for a minute: too many from this address, or the gateway's Redis is down.")
        case FailureKind.BUDGET_SPENT:
            return _("aktop keeps to its share of the gateway's request limit; it goes on within a minute.")
        case FailureKind.NOT_SIGNED_IN:
            return _not_signed_in(failure)
        case FailureKind.SESSION_EXPIRED:
            return _expired(failure)
        case FailureKind.SESSION_LOST:
            return _("The answer to its last renewal was lost on the way, and each renewal token works only once.")
        case FailureKind.SESSION_REVOKED:
            return _("The session was ended by a change of password or e-mail.")
        case FailureKind.SESSION_BOUND_ELSEWHERE:
            return _("This gateway binds a session to network address and program; this one was used from another.")
        case FailureKind.ACCOUNT_DISABLED:
            return _disabled(failure)
        case FailureKind.ACCOUNT_GONE:
            return _("The gateway does not know this account any more.")
        case FailureKind.WRONG_PASSWORD:
            return _("E-mail or password is wrong.")
        case FailureKind.WRONG_CODE:
            return _("The code is wrong. Take the one that the app shows now.")
        case FailureKind.CAPTCHA:
            return _(
                "This gateway wants a captcha at sign-in, which a terminal cannot solve. Sign in with the browser, and "
                "hand its session over: aktop login --from-browser. For a day an access token does: --token-file FILE. "
                "Or see what API keys tell: aktop --api-key-file FILE."
            )
        case FailureKind.BACKEND_MODE:
            return _backend_mode(failure)
        case FailureKind.ERRORS_HIDDEN:
            return _("This gateway does not share its error list with users.")
        case FailureKind.KEY_INVALID:
            return _("The gateway does not know this API key: mistyped, deleted, or of another gateway.")
        case FailureKind.KEY_DISABLED:
            return _("The API key is disabled, and the gateway tells it nothing.")
        case FailureKind.KEY_SPENT:
            return _("The API key may not spend{told}, and this older gateway then tells it nothing.").format(told=told)
        case FailureKind.FORBIDDEN:
            return _("The gateway refuses this{told}.").format(told=told)
        case FailureKind.NOT_FOUND:
            return _("It is not there any more{told}.").format(told=told)
        case FailureKind.INVALID:
            return _("The gateway refuses this as invalid{told}.").format(told=told)
        case FailureKind.NOT_RECORDED:
            return _("Nobody asked for this while it was recorded.")


def detail(failure: Failure) -> str:
    """The gateway's message, or what aktop found out; empty if there is no more to say."""
    match failure.detail:
        case ProxyDetail() as proxy:
            return of(_proxy(proxy), _proxy_problem(proxy))
        case RedirectDetail(to=None):
            return _("it redirects to an unreadable address")
        case RedirectDetail(to=""):
            return _("it redirects to nowhere")
        case RedirectDetail(to=to, gateway_url=url):
            led = _("it redirects to {where}").format(where=to)
            if not url:
                return led
            return _("{redirect}; if that is the gateway, give --url {url}").format(redirect=led, url=url)
        case ListDetail() as found:
            return _list_problem(found)
        case _:
            return failure.message


def _proxy(proxy: ProxyDetail) -> str:
    if not proxy.origin:
        return proxy.address
    origin = _("the system's settings") if proxy.origin == SYSTEM_SETTINGS else proxy.origin
    return _("{proxy} from {origin}").format(proxy=proxy.address, origin=origin)


def _proxy_problem(proxy: ProxyDetail) -> str:
    match proxy.problem:
        case ProxyProblem.REFUSED if proxy.code is not None:
            reply = _SOCKS_REPLIES.get(proxy.code)
            return _(reply) if reply else _("it refuses with code {code}").format(code=proxy.code)
        case ProxyProblem.REFUSED | ProxyProblem.NO_CONNECTION:
            return proxy.told
        case ProxyProblem.UNUSABLE:
            return _("expected http://, https:// or socks5://")
        case ProxyProblem.NO_ANSWER:
            return _("no answer in time")
        case ProxyProblem.UNKNOWN_NAME:
            return _("its name is not known")
        case ProxyProblem.NOT_SOCKS5:
            return _("it does not speak SOCKS5")
        case ProxyProblem.BROKE_OFF:
            return _("it broke off: it may be no SOCKS5 proxy")
        case ProxyProblem.WANTS_PASSWORD:
            return _("it wants a user name and password")
        case ProxyProblem.WRONG_PASSWORD:
            return _("it does not accept this user name and password")
        case ProxyProblem.WANTS_OTHER_SIGN_IN:
            return _("it wants another sign-in")


def _list_problem(found: ListDetail) -> str:
    promised, sent = found.promised, found.sent
    match found.problem:
        case ListProblem.TOO_MANY_ROWS:
            return _("a page of {n} rows where {asked} were asked for").format(n=sent, asked=promised)
        case ListProblem.ENDLESS:
            return _("its pages repeat themselves without an end")
        case ListProblem.KEYS_ENDLESS:
            return _("more than {n} keys, and no end").format(n=promised)
        case ListProblem.KEYS_MISSING:
            words = plural(
                "{total} key by its own count, {n} sent", "{total} keys by its own count, {n} of them sent", promised
            )
            return words.format(total=promised, n=sent)
        case ListProblem.RECORDS_MISSING:
            words = plural(
                "{total} record by its own count, {n} sent",
                "{total} records by its own count, {n} of them sent",
                promised,
            )
            return words.format(total=promised, n=sent)


def _unreachable(failure: Failure) -> str:
    """Who is to blame, and what helps."""
    told = detail(failure)
    words = {
        PROXY_DOWN: _("The proxy cannot be reached ({told}). Start it, or correct or remove that setting."),
        PROXY_REFUSED: _("The proxy does not lead to the gateway ({told}). Check the proxy, and --url."),
        PROXY_UNUSABLE: _("The proxy cannot be used ({told}). Correct or remove that setting."),
        UNTRUSTED: _(
            "The gateway's certificate is of an authority that is not trusted here ({told}). If that is your own, give "
            "its PEM file with --ca-bundle FILE or ca_bundle; else somebody may be in between."
        ),
        WRONG_CERTIFICATE: _(
            "The gateway's certificate is not good for this address ({told}). Check --url and this machine's clock; "
            "else tell the operator."
        ),
        SPEAKS_HTTP: _(
            "There is no https at this port ({told}). Check the port, or give --url http://… if that is it."
        ),
        SPEAKS_TLS: _("This port speaks https, and http was asked of it ({told}). Give --url https://…"),
    }
    if failure.symbol in words:
        return words[failure.symbol].format(told=told)
    told = f" ({told})" if told else ""
    return _("The gateway cannot be reached{told}. Check --url and the network.").format(told=told)


def _bad_answer(failure: Failure) -> str:
    told = f" ({found})" if (found := failure.field or detail(failure)) else ""
    if failure.symbol == STACKED_ENCODING:
        return _(
            "The answer is compressed more than once{told}, as no gateway does it, and was not unpacked. "
            "Check --url and the proxy."
        ).format(told=told)
    if failure.symbol == TOO_LARGE:
        return _(
            "The answer was given up{told}: it is more than aktop asks for. "
            "Check --url, and what is between here and there."
        ).format(told=told)
    if failure.symbol == DAMAGED_ROWS:
        return _("Call records with impossible figures are in no sum here{told}. Tell the gateway's operator.").format(
            told=told
        )
    if failure.symbol == UNPROMISED_LIST:
        return _(
            "The gateway's list contradicts itself ({told}): what is there cannot be known. Tell its operator."
        ).format(told=detail(failure))
    return _("The gateway's answer cannot be read{where}.").format(where=told)


def _not_signed_in(failure: Failure) -> str:
    if failure.symbol == "INVALID_TOKEN":
        return _("The gateway does not accept this access token.")
    return _("The gateway does not accept this session.") if failure.symbol else _("Not signed in.")


def _backend_mode(failure: Failure) -> str:
    if failure.symbol == RENEWAL_REFUSED:
        return _("The gateway was in backend mode when the session was to be renewed, and has ended it.")
    return _("The gateway is in backend mode and refuses all users.")


def _disabled(failure: Failure) -> str:
    if failure.symbol == RENEWAL_REFUSED:
        return _("The account was disabled when the session was to be renewed, and the gateway has ended it.")
    return _("The account is disabled. Ask the gateway's operator.")


def _expired(failure: Failure) -> str:
    """Why a session is over, by the gateway's symbol (contract 2.2, 2.3)."""
    match failure.symbol:
        case "REFRESH_TOKEN_INVALID":
            return _("The gateway no longer knows it: signed out, renewed by another program, or lost by the gateway.")
        case "REFRESH_TOKEN_EXPIRED":
            return _("The session has expired: it was not used for longer than the gateway allows.")
        case _ if failure.symbol == NO_RENEWAL:
            return _("The access token has expired, and there is no renewal token with it.")
        case _ if failure.status == 400:
            return _("The sign-in took longer than the gateway allows; begin it again.")
        case _:
            return _("The session has expired.")


def with_retry(failure: Failure, retry_at: datetime | None, now: datetime) -> str:
    """The failure in a few words, with the time of the next retry."""
    left = until_retry(failure, retry_at, now)
    if left is None:
        return short(failure)
    return _("{failure}, next try in {time}").format(failure=short(failure), time=span(left))


def until_retry(failure: Failure, retry_at: datetime | None, now: datetime) -> timedelta | None:
    """The time until the next retry, in coarse steps; None if only a sign-in helps, or it is far away."""
    if failure.kind in SIGN_IN_HELPS or retry_at is None or retry_at <= now or retry_at - now > timedelta(minutes=3):
        return None
    seconds = (retry_at - now).total_seconds()
    return timedelta(seconds=max(2, seconds - seconds % 2) if seconds < 10 else seconds - seconds % 10)
