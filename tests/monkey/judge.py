"""Whether every change is the one that a dialog had named, values included."""

import re
import time
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.monkey.watch import Asked, Heard, Watch, squeezed
from tui.present.format import usd

LIMITS = {"quota": "quota", "rate_limit_5h": "5 h limit", "rate_limit_1d": "1 d limit", "rate_limit_7d": "7 d limit"}
WIDE = 80
NO_ANSWER_S = 2.0
"""A change without an answer until then has met a fault."""
FIELDS = {
    "quota": "quota_usd",
    "rate_limit_5h": "limit_5h_usd",
    "rate_limit_1d": "limit_1d_usd",
    "rate_limit_7d": "limit_7d_usd",
}


def misdeeds(watch: Watch) -> list[str]:
    """What reached a gateway although no dialog had said so; looks at what is new and answered only."""
    found = []
    while watch.heard and (watch.heard[0].status or time.monotonic() - watch.heard[0].at_s > NO_ANSWER_S):
        change = watch.heard.pop(0)
        watch.judged.append(change)
        asked = next((one for one in reversed(watch.asked) if one.at_s <= change.at_s and one.url == change.url), None)
        wrong = _wrong(watch, change, asked)
        if wrong:
            shown = "\n".join(line.rstrip() for line in asked.screen if line.strip()) if asked else "nothing"
            found.append(f"{wrong}: {change.method} {change.path} {change.body} ({change.status}); shown was\n{shown}")
    return found


def _wrong(watch: Watch, change: Heard, asked: Asked | None) -> str | None:
    key_id = change.key_id
    if (change.url, key_id) in watch.paused and change.body == {"status": "active"} and _is_other(asked, key_id):
        return None  # the end of a timed pause, which its dialog had told
    if asked is None:
        return "a change that nobody asked for"
    if asked.is_used and not asked.may_repeat:
        return "a change that was asked for once and sent twice"
    asked.is_used, asked.may_repeat = True, change.status == 401  # refused before it was read: the session was renewed
    if "/redeem" in change.path:
        fits = asked.title == "Redeem a code" and change.body.get("code") == (watch.codes or [None])[-1]
        return None if fits else "another code than was typed"
    if change.path.endswith("/user"):
        return _wrong_reminder(change, asked)
    if key_id is None or change.method != "PUT":
        return "a change of a kind that no dialog offers"
    return shown_key(change, asked.screen) or _wrong_values(watch, change, asked, key_id)


def _is_other(asked: Asked | None, key_id: int | None) -> bool:
    return asked is None or asked.is_used or f"#{key_id}" not in asked.text


def shown_key(change: Heard, screen: Sequence[str]) -> str | None:
    """What is missing of the key that is changed; a name that privacy hides is the id."""
    if not re.search(rf"#{change.key_id}(?!\d)", " ".join(screen)):
        return f"#{change.key_id} did not stand in the dialog"
    text = squeezed(" ".join(screen))
    # A name that is nothing but blanks, or hidden, is told by the number.
    names = [squeezed(name) or f"#{change.key_id}" for name in change.names]
    is_hidden = text.count(f"#{change.key_id}") > 1
    if not any(name in text for name in names) and not is_hidden:
        return f"neither {' nor '.join(names)} stood in the dialog"
    return None


def _wrong_values(watch: Watch, change: Heard, asked: Asked, key_id: int) -> str | None:
    body = dict(change.body)
    if asked.title in ("Disable API key", "Disable for a time", "Enable API key", "A pause is over"):
        wanted = "inactive" if asked.title.startswith("Disable") else "active"
        if asked.title == "Disable for a time":
            watch.paused.add((change.url, key_id))
        elif f"→{wanted}" not in asked.text:
            return f"{wanted} did not stand in the dialog"
        return None if body == {"status": wanted} else "another change than the dialog named"
    if asked.title == "Limits":
        return next((wrong for name, sent in body.items() if (wrong := _wrong_limit(name, sent, asked))), None)
    if asked.title == "Undo":
        return next((wrong for name, sent in body.items() if (wrong := _wrong_undo(name, sent, asked))), None)
    return f"a key is changed by a dialog called {asked.title}"


def _wrong_limit(name: str, sent: Any, asked: Asked) -> str | None:
    typed = asked.values.get(FIELDS.get(name, ""), "").replace("$", "").replace(",", ".").replace(" ", "")
    if not typed:
        return f"{name} is sent, and nothing was typed for it"
    try:
        if typed[0] not in "+x×X":
            return None if Decimal(typed) == Decimal(sent) else f"{name}: {typed} was typed"
    except InvalidOperation:
        return f"{name}: {typed} is no amount"
    # A small form has room for the note of one field at a time.
    is_told = squeezed(f"= {usd(Decimal(sent))},") in asked.text or len(asked.screen[0]) < WIDE
    return None if is_told else f"{name}: the sum did not stand there"


def _wrong_undo(name: str, sent: Any, asked: Asked) -> str | None:
    if name == "status":
        return None if f"→{sent}" in asked.text else "another status than the dialog named"
    if name not in LIMITS:
        return f"{name} is sent, which no dialog offers"
    amount = "none" if not Decimal(sent) else squeezed(usd(Decimal(sent)))
    told = re.search(rf"{squeezed(LIMITS[name])}[^→]*→{re.escape(amount)}", asked.text)
    return None if told else f"{name}: {amount} did not stand in the dialog"


def _wrong_reminder(change: Heard, asked: Asked) -> str | None:
    if asked.verb != "Set reminder" or set(change.body) != {"balance_notify_threshold"}:
        return "another change of the account than the dialog named"
    typed = next(iter(asked.values.values()), "").lstrip("$").replace(",", ".")
    sent = Decimal(change.body["balance_notify_threshold"])
    return None if Decimal(typed) == sent else f"the reminder: {typed} was typed"
