"""Everything that Apprise reaches by its addresses: a chat, a phone, a mailbox.

Apprise runs in a process of its own (`apprise_teller`): it can be killed if it hangs, its 40 MB are freed, and nobody
reads its log, which may hold an address.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct, json

from tui.config.alerts import AlertSettings
from tui.config.file import BadSettings
from tui.locale import _
from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import Notice
from tui.outbound.processes import handed_on, run
from tui.outbound.secrets import secret_of
from tui.triage.severity import Severity

_TELLER = Path(__file__).parents[1] / "apprise_teller.py"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)
_TYPES = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "failure"}
_MOST_ANSWER_BYTES = 64 * 1024
_REMEMBERED = 200
_MENTION = re.compile(r"@(?=(?:everyone|here|all|channel)\b)|(?<![\w.+-])@(?=[\w&!])|<(?=[@!#]|at\b)", re.IGNORECASE)
"""What begins a mention in a chat: it would call everybody in Discord, Feishu and others."""
_NO_WIDTH = "\u200b"


class Message(Struct, frozen=True):
    """The JSON input of the process."""

    urls: dict[int, str]
    title: str
    body: str
    type: str


class AppriseChannel:
    """Sends to each address. A retry skips addresses that already have the notice."""

    def __init__(self, settings: AlertSettings, environ: Mapping[str, str], hidden: Iterable[str] = ()) -> None:
        """Raises BadSettings."""
        if find_spec("apprise") is None:
            raise BadSettings(
                _("this needs the package apprise beside aktop: {command}").format(command="pipx inject aktop apprise")
            )
        text = secret_of(settings.url_file, settings.url_variable, environ) or ""
        self._urls = addresses_in(text, settings.place)
        self._timeout_s = settings.timeout_s
        self._environ = handed_on(environ, hidden)
        self._arrived: dict[str, set[int]] = {}
        """The addresses that have each notice, by its id."""

    @property
    def shown(self) -> str:
        """Only the services: the rest of an address may be secret."""
        return ", ".join(_service(url) for url in self._urls)

    async def send(self, notice: Notice) -> None:
        """Send to all addresses that do not have it yet. Raises Undelivered if one of them fails."""
        arrived = self._arrived.setdefault(notice.id, set())
        while len(self._arrived) > _REMEMBERED:
            del self._arrived[next(iter(self._arrived))]
        left = {number: url for number, url in enumerate(self._urls) if number not in arrived}
        if not left:
            return
        kind = "success" if notice.is_end else _TYPES[notice.severity]
        title, body = f"aktop · {notice.account}", f"{notice.sentence}\n{notice.advice}".strip()
        message = Message(left, without_mentions(title), without_mentions(body), kind)
        words = (sys.executable, "-P", str(_TELLER))
        try:
            ended = await run(
                words, json.encode(message), self._environ, self._timeout_s, most_bytes=_MOST_ANSWER_BYTES
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else _("it cannot be started")
            raise Undelivered(f"apprise: {why}") from None
        outcomes = _outcomes(ended.output)
        arrived |= {number for number, outcome in outcomes.items() if outcome == "told"}
        failed = [
            _words(outcomes.get(number, "late"), _service(url), self._timeout_s)
            for number, url in left.items()
            if number not in arrived
        ]
        if failed:
            raise Undelivered("; ".join(failed))

    async def aclose(self) -> None:
        """Nothing stays open between notices."""


def without_mentions(text: str) -> str:
    """A text in which names of keys and programs call nobody; addresses of e-mail can still be copied.

    >>> ascii(without_mentions("@everyone <!here> lin@example.com"))
    "'@\\\\u200beveryone <\\\\u200b!here> lin@example.com'"
    """
    return _MENTION.sub(lambda found: found[0] + _NO_WIDTH, text)


def addresses_in(text: str, where: str) -> tuple[str, ...]:
    """Addresses from a file or variable, separated by blanks; lines starting with # are skipped. Raises BadSettings."""
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in [] if line.lstrip().startswith("#") else line.split():
            if not _ADDRESS.fullmatch(word):
                sentence = _("{where}: line {number}: expected an address of Apprise such as ntfys://ntfy.sh/topic")
                raise BadSettings(sentence.format(where=where, number=number))
            found[word] = None
    if not found:
        raise BadSettings(_("{where} is empty").format(where=where))
    return tuple(found)


def _service(url: str) -> str:
    return f"{url.partition('://')[0].lower()}://"


def _outcomes(output: bytes) -> dict[int, str]:
    """The result for each address, one per line; the last line may be cut off."""
    rows = (line.split() for line in output.decode("ascii", "replace").splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) == 2 and row[0].isdigit()}


def _words(outcome: str, service: str, timeout_s: float) -> str:
    match outcome:
        case "unknown":
            return _("{service} is no address that Apprise knows").format(service=service)
        case "unverified":
            return _("{service} says verify=no, and certificates are always verified").format(service=service)
        case "late":
            return _("{service} did not end within {n} s").format(service=service, n=f"{timeout_s:g}")
        case _:
            return _("{service} could not be told").format(service=service)
