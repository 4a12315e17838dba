"""The key and the scope that a command line means."""

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.account.services import Services
from tui.cli.output import WrongUse
from tui.domain.capabilities import Capability, Lack
from tui.domain.keys import ApiKey
from tui.domain.names import seen
from tui.domain.scope import BadRange, Filters, RangeName, Scope, TimeRange, parse_range, range_text, window_of
from tui.locale import _
from tui.monitor.api_key_mode import MAX_DAYS, server_today
from tui.monitor.snapshot import Snapshot

MAX_CANDIDATES = 20


def key_of(text: str, keys: Sequence[ApiKey]) -> ApiKey:
    """The key with an id, or with a name that looks like no other key's. Raises WrongUse, listing candidates.

    A number that is one key's id and another's name is ambiguous; with a leading `#` it is an id.
    """
    wanted = text.strip()
    if not seen(wanted):
        raise WrongUse(_("expected the id or the name of a key"))
    number = wanted.removeprefix("#")
    is_number = number.isascii() and number.isdigit()
    same_id = [key for key in keys if is_number and key.id == int(number)]
    if same_id and wanted.startswith("#"):
        return same_id[0]
    named = [key for key in keys if seen(key.name) == seen(wanted)]
    meant = same_id + [key for key in named if key not in same_id]
    if len(meant) == 1:
        return meant[0]
    if same_id and named:
        told = _("{name} is the id of a key and the name of another; give '#{name}', or the other's id:\n{keys}")
        raise WrongUse(told.format(name=number, keys=_list(meant)))
    if named:
        told = _("several keys are called '{name}', or look so; give an id:\n{keys}")
        raise WrongUse(told.format(name=text, keys=_list(named)))
    near = [key for key in keys if wanted.casefold() in key.name.casefold()]
    head = _("no key has the id or name '{name}'; there are:\n{keys}") if keys else _("this account has no keys")
    raise WrongUse(head.format(name=text, keys=_list(near or keys)))


def reference(key: ApiKey, keys: Sequence[ApiKey]) -> str:
    """How a command line refers to a key: by id, marked as one if another key has that number as its name."""
    number = str(key.id)
    is_name = any(seen(other.name) == seen(number) for other in keys if other.id != key.id)
    return f"#{number}" if is_name else number


def scope_of(options: argparse.Namespace, keys: Sequence[ApiKey]) -> Scope:
    """The scope of --range, --key and --model. Raises WrongUse."""
    key_id = None if options.key is None else key_of(options.key, keys).id
    if options.model is not None and not options.model.strip():
        raise WrongUse(_("--model: expected the name of a model"))
    model = None if options.model is None else options.model.strip()
    return Scope(range_of(options.range), Filters(key_id=key_id, model=model))


def reported(scope: Scope, snapshot: Snapshot, now: datetime) -> Scope:
    """A scope that the source can report: without calls, whole days of all models, by default 30. Raises WrongUse."""
    if snapshot.capabilities.can(Capability.CALLS):
        return scope
    if scope.filters.model is not None:
        raise WrongUse(_("--model needs a sign-in: API keys alone tell no use of one model by time"))
    if scope.range == RangeName.H24:
        return scope.over(RangeName.D30)
    text, days = range_text(scope.range), window_of(scope.range, now, snapshot.server_zone).days
    if days is None:
        raise WrongUse(_("--range {text} needs a sign-in: API keys alone tell whole days").format(text=text))
    today = server_today(snapshot, now)
    first = today - timedelta(days=MAX_DAYS - 1)
    if not first <= days[0] <= today:
        sentence = _("--range {text}: API keys alone tell the last {n} days, from {day} on")
        raise WrongUse(sentence.format(text=text, n=MAX_DAYS, day=first))
    return scope


def require(services: Services, capability: Capability) -> None:
    """Raise WrongUse in API-key mode, where keys do not report what is needed."""
    if services.capabilities.why_not(capability) is Lack.API_KEY_MODE:
        raise WrongUse(
            _(
                "this needs a sign-in: API keys alone are shown by the screen and by aktop status. "
                "Leave out --api-key-file, AKTOP_API_KEYS and api_key_file to use the account"
            )
        )


def range_of(text: str) -> TimeRange:
    """The time range of --range. Raises WrongUse."""
    try:
        return parse_range(text)
    except BadRange:
        sentence = _("--range {text}: expected one of {names}, or days in order such as 2026-11-01..2026-11-20")
        raise WrongUse(sentence.format(text=text, names=" ".join(RangeName))) from None


def _list(keys: Sequence[ApiKey]) -> str:
    lines = [f"  {key.id:>6}  {key.name}" for key in keys[:MAX_CANDIDATES]]
    if len(keys) > MAX_CANDIDATES:
        lines.append("       …")
    return "\n".join(lines)
