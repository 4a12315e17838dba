"""Channels for notices: one `[[alerts]]` table each.

Anything that may be secret – an address with a token in its path, a password, a signing key – is named by a file or a
variable. It is read when the channel is opened, and is in no value here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import PurePath
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tui.config import readers
from tui.config.tables import BadTable, require_none
from tui.domain.text import inert
from tui.gateway.address import is_loopback
from tui.locale import _
from tui.triage.severity import Severity
from tui.triage.thresholds import QuietHours

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME_LENGTH = 60


class ChannelKind(StrEnum):
    """A kind of channel."""

    COMMAND = "command"
    APPRISE = "apprise"
    WEBHOOK = "webhook"
    ALERTMANAGER = "alertmanager"
    TERMINAL = "terminal"


class AlertSettings(Struct, frozen=True, kw_only=True):
    """One channel as configured. Members of other kinds keep their defaults."""

    kind: ChannelKind
    name: str
    """Unique among channels."""
    least: Severity = Severity.WARNING
    """Less severe notices are not sent."""
    quiet: QuietHours | None = None
    """When everything but critical notices waits."""
    max_per_hour: int | None = 6
    """Above this, notices are merged into one line. None: no limit, for programs, which sort notices themselves."""
    privacy: bool = False
    """Whether names and addresses are left out."""
    timeout_s: float = 15.0

    run: tuple[str, ...] = ()
    """The program and its arguments, for a command."""

    url: str | None = None
    url_file: str | None = None
    url_variable: str | None = None
    secret_file: str | None = None
    """What a webhook is signed with."""
    secret_variable: str | None = None
    user: str | None = None
    """For basic authentication, with the token as password."""
    token_file: str | None = None
    token_variable: str | None = None
    ca_bundle: str | None = None
    proxy: str | None = None
    """Instead of the environment's."""
    allow_http: bool = False

    title: bool = True
    """Whether the terminal's title shows the state."""
    desktop: bool = True
    bell: bool = True

    def __repr__(self) -> str:
        return f"AlertSettings({self.shown!r})"

    @property
    def shown(self) -> str:
        """All in one line, without anything that may be secret."""
        parts = [self.name, self.place, self.least.value]
        if self.quiet is not None:
            parts.append(f"{self.quiet.begin:%H:%M}-{self.quiet.end:%H:%M}")
        parts += [f"≤ {self.max_per_hour}/h"] if self.max_per_hour is not None else []
        parts += ["privacy"] if self.privacy else []
        return " · ".join(part for part in parts if part)

    @property
    def place(self) -> str:
        """Where it leads: the program, the host, or the file or variable that names the address."""
        if self.run:
            return inert(self.run[0])
        if self.url is not None:
            return shown_url(self.url)
        return inert(self.url_file or (f"${self.url_variable}" if self.url_variable else ""))


def shown_url(url: str) -> str:
    """The part of an address that a person may see: a path or a query may be a token.

    >>> shown_url("https://me:secret@hooks.example:8443/T0/B0/abc?x=1")
    'https://hooks.example:8443/…'
    >>> shown_url("http://127.0.0.1:9093/")
    'http://127.0.0.1:9093'
    """
    parts = urlsplit(url)
    rest = "/…" if parts.path.strip("/") or parts.query else ""
    return inert(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{rest}")


def require_url(url: str, *, allow_http: bool) -> None:
    """Raise ValueError, without quoting the address, unless it may be sent to."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not url.isprintable() or " " in url:
        raise ValueError(_("expected an address such as https://hooks.example/aktop"))
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
        raise ValueError(_("http:// would send it in clear: use https://, or write allow_http = true beside it"))


def alerts(raw: object) -> tuple[AlertSettings, ...]:
    """The channels of a list of tables. Raises BadTable."""
    if not isinstance(raw, list) or not all(isinstance(table, dict) for table in raw):
        raise BadTable(_("expected tables, each with [[alerts]] above it"))
    found: list[AlertSettings] = []
    troubles: list[BadTable] = []
    given = [table["name"] for table in raw if isinstance(table.get("name"), str)]
    for number, table in enumerate(raw, 1):
        wrong: list[str] = []
        one = _alert(table, wrong)
        if one is not None and one.name in (other.name for other in found):
            wrong.append(_("name: there is another one with this name; each needs its own"))
        troubles += [BadTable(_("table {number}: {what}").format(number=number, what=what), number) for what in wrong]
        if one is not None and not wrong:
            taken = {*given, *(other.name for other in found)}
            found.append(one if "name" in table else _called(one, taken))
    require_none(troubles)
    return tuple(found)


def _alert(table: Mapping[str, object], wrong: list[str]) -> AlertSettings | None:
    """A channel; None if its table cannot be read, with the reasons in `wrong`."""
    try:
        kind = _kind(table.get("channel"))
    except ValueError as error:
        wrong.append(str(error))
        return None
    known = ("channel", *_COMMON, *_OF_KIND[kind])
    values: dict[str, object] = {}
    for member, raw in table.items():
        if member not in known:
            wrong.append(_unknown(member, kind, known))
        elif member != "channel":
            try:
                values[member] = _read(member, raw)
            except ValueError as error:
                wrong.append(str(error))
    if wrong:
        return None
    if kind in _PROGRAMS:
        values.setdefault("max_per_hour", None)
    alert = AlertSettings(kind=kind, **{"name": "", **values})  # type: ignore[arg-type]
    try:
        _require_whole(alert)
    except ValueError as error:
        wrong.append(str(error))
    return alert


def _kind(raw: object) -> ChannelKind:
    try:
        return ChannelKind(str(raw))
    except ValueError:
        raise ValueError(_("channel: expected one of {names}").format(names=", ".join(ChannelKind))) from None


def _unknown(member: str, kind: ChannelKind, known: Iterable[str]) -> str:
    others = [other for other, members in _OF_KIND.items() if member in members]
    if others:
        text = _("{member}: belongs to {kinds}, and not to {kind}")
        return text.format(member=member, kinds=", ".join(others), kind=kind)
    text = _("{member}: unknown; expected one of {names}")
    return text.format(member=inert(member)[:_NAME_LENGTH], names=", ".join(known))


def _read(member: str, raw: object) -> object:
    try:
        return _READERS[member](raw)
    except ValueError as error:
        if member in _QUOTED:
            text = _("{member}: expected {what}, got {value}")
            raise ValueError(text.format(member=member, what=error, value=inert(repr(raw))[:80])) from None
        raise ValueError(_("{member}: expected {what}").format(member=member, what=error)) from None


def _require_whole(alert: AlertSettings) -> None:
    """Raise ValueError if members are missing or contradict each other."""
    members = _OF_KIND[alert.kind]
    if "run" in members and not alert.run:
        raise ValueError(_("run: expected {what}").format(what=_a_command()))
    if "url_file" in members:
        names = [name for name in ("url", "url_file", "url_variable") if name in members]
        if sum(getattr(alert, name) is not None for name in names) != 1:
            raise ValueError(_("expected one of {names}").format(names=", ".join(names)))
    for name in ("secret", "token"):
        if getattr(alert, f"{name}_file") is not None and getattr(alert, f"{name}_variable") is not None:
            text = _("expected one of {names}")
            raise ValueError(text.format(names=f"{name}_file, {name}_variable"))
    if alert.user is not None and alert.token_file is None and alert.token_variable is None:
        raise ValueError(_("user: expected token_file or token_variable beside it"))
    if alert.url is not None:
        if "@" in urlsplit(alert.url).netloc:
            raise ValueError(_("url: there is a password in it; name a file with the address (url_file) instead"))
        try:
            require_url(alert.url, allow_http=alert.allow_http)
        except ValueError as error:
            raise ValueError(f"url: {error}") from None


def _called(alert: AlertSettings, taken: set[str]) -> AlertSettings:
    """The channel with a unique name made of kind and place."""
    if alert.run:
        place = PurePath(alert.run[0]).name
    elif alert.url is not None:
        place = urlsplit(alert.url).hostname or ""
    else:
        place = PurePath(alert.url_file).name if alert.url_file is not None else alert.url_variable or ""
    name = first = f"{alert.kind}:{inert(place)[:_NAME_LENGTH]}" if place else alert.kind.value
    number = 2
    while name in taken:
        name, number = f"{first}-{number}", number + 1
    return replace(alert, name=name)


def _a_command() -> str:
    return _('a list such as ["/usr/local/bin/tell", "--loud"], whose first is a program\'s name or whole path')


def _command(raw: object) -> tuple[str, ...]:
    words = raw if isinstance(raw, list) else []
    if not words or not all(isinstance(word, str) and "\0" not in word for word in words) or not words[0].strip():
        raise ValueError(_a_command())
    if "/" in words[0] and not words[0].startswith(("/", "~")):
        raise ValueError(_a_command())  # a relative path would depend on where aktop was started
    return tuple(words)


def _a_name(raw: object) -> str:
    text = readers.a_text(raw)
    if len(text) > _NAME_LENGTH or inert(text) != text:
        raise ValueError(_("a text of at most {n} characters").format(n=_NAME_LENGTH))
    return text


def _severity(raw: object) -> Severity:
    try:
        return Severity(readers.a_text(raw))
    except ValueError:
        raise ValueError(_("one of {names}").format(names=", ".join(Severity))) from None


def _count(raw: object) -> int:
    number = readers.a_number(1, 1000)(raw)
    if not number.is_integer():
        raise ValueError(_("a whole number"))
    return int(number)


def _variable(raw: object) -> str:
    text = readers.a_text(raw)
    if not _VARIABLE.fullmatch(text):
        raise ValueError(_("the name of an environment variable"))
    return text


_READERS: Mapping[str, Callable[[object], object]] = {
    "name": _a_name,
    "least": _severity,
    "quiet": readers.quiet_hours,
    "max_per_hour": _count,
    "privacy": readers.a_switch,
    "timeout_s": readers.a_number(1, 60),
    "run": _command,
    "url": readers.a_text,
    "url_file": readers.a_path,
    "url_variable": _variable,
    "secret_file": readers.a_path,
    "secret_variable": _variable,
    "user": readers.a_text,
    "token_file": readers.a_path,
    "token_variable": _variable,
    "ca_bundle": readers.a_path,
    "proxy": readers.a_proxy,
    "allow_http": readers.a_switch,
    "title": readers.a_switch,
    "desktop": readers.a_switch,
    "bell": readers.a_switch,
}
_QUOTED = frozenset(
    {"least", "quiet", "max_per_hour", "privacy", "timeout_s", "allow_http", "title", "desktop", "bell"}
)
"""Members that nobody would put a secret into, even by mistake."""
_PROGRAMS = (ChannelKind.WEBHOOK, ChannelKind.ALERTMANAGER)
_COMMON = ("name", "least", "quiet", "privacy")
_ADDRESS = ("url", "url_file", "url_variable")
_HTTP = ("user", "token_file", "token_variable", "ca_bundle", "proxy", "allow_http", "timeout_s")
_OF_KIND: Mapping[ChannelKind, tuple[str, ...]] = {
    ChannelKind.COMMAND: ("max_per_hour", "run", "timeout_s"),
    ChannelKind.APPRISE: ("max_per_hour", "url_file", "url_variable", "timeout_s"),
    ChannelKind.WEBHOOK: ("max_per_hour", *_ADDRESS, "secret_file", "secret_variable", *_HTTP),
    ChannelKind.ALERTMANAGER: (*_ADDRESS, *_HTTP),
    ChannelKind.TERMINAL: ("max_per_hour", "title", "desktop", "bell"),
}
