"""The last step of triage in words: what can be done about a key, or about several at once, and what it means."""

from decimal import Decimal

from tui.domain.keys import ApiKey, KeyStatus, WindowName
from tui.locale import _, plural
from tui.monitor.questions import AskKeyCosts
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import many_keys
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.present.refusal_words import STILL, way_out
from tui.present.shown_keys import shown, with_keys
from tui.triage.report import Report
from tui.triage.suspects import Suspect
from widgets.values import Cell, Emphasis, Line

CENT = Decimal("0.01")
MIN_DAYS = 3
"""A usual day is known after this many days."""


def disable_sentence(key: ApiKey) -> str:
    """What disabling a key means; an older gateway does not report how many calls are in progress."""
    if key.in_flight is None:
        return _("stops new calls; those in flight still bill")
    if not key.in_flight:
        return _("stops new calls; none in flight")
    text = plural(
        "stops new calls; {n} in flight still bills", "stops new calls; {n} in flight still bill", key.in_flight
    )
    return text.format(n=key.in_flight)


def day_limit_usd(key: ApiKey, report: Report, snapshot: Snapshot) -> Decimal | None:
    """A sensible daily limit: twice a usual day; None if too little is known, or for a plan."""
    cost = (snapshot.data(AskKeyCosts()) or {}).get(key.id)
    usual = cost.usual_day_usd if cost is not None else None
    if usual is None or report.history_days < MIN_DAYS or not key.bills_wallet:
        return None
    limit = (2 * usual).quantize(CENT)
    return limit if limit >= CENT else None


def limit_sentence(limit_usd: Decimal, key: ApiKey, look: DisplayContext) -> str:
    """What a daily limit means: use counts only while the key has a limit of any window (contract 4.1)."""
    told = _("1 d limit at twice a usual day: {amount}").format(amount=fmt.usd(limit_usd))
    if not any(window.limit_usd > 0 for window in key.windows):
        return told + _("; counts from now")
    used = key.window(WindowName.ONE_DAY).used_at(look.now)
    if used >= limit_usd:
        return told + _("; {amount} used: refuses at once").format(amount=fmt.usd(used))
    return told + _("; {amount} used").format(amount=fmt.usd(used))


def is_due(report: Report, look: DisplayContext) -> bool:
    """Whether there is anything to do."""
    return report.to_contain is not None or report.goes_on_with_many or _remedy(report, look) is not None


def contain_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """What can be done; if a key is calm or refused by a limit, why there is no key to stop."""
    remedy = _remedy(report, look)
    if remedy is not None:
        return remedy
    if report.to_contain is None:
        if report.likely is not None:
            return _nothing_to_contain(report.likely, report, snapshot, look)
        if report.goes_on_with_many:
            return _together_sentence(report, snapshot, look)
        if report.is_of_many:
            return _("its keys are calm again: nothing to do")
        return _("nothing to contain") if report.is_whole else _("not known before the steps above are")
    told = _("disable, or a limit for the day")
    if report.likely is not None:
        return told
    return _("{key}: {what}").format(key=key_name(report.to_contain, snapshot, look), what=told)


def _together_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    working = many_keys.working(report.to_contain_together, snapshot, look)
    if not working:
        return many_keys.mark_sentence()
    told = plural("disable {n} key, or limit it", "disable {n} keys at once, or limit each", len(working))
    return told.format(n=fmt.count(len(working)))


def _nothing_to_contain(likely: Suspect, report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """Why there is nothing to do about the key to blame."""
    name, key = key_name(likely.key_id, snapshot, look), snapshot.key(likely.key_id)
    if likely.is_deleted:
        return _("{key}, {share}: nothing left to contain").format(key=name, share=fmt.percent(likely.share))
    status = key.status(look.now) if key is not None else KeyStatus.ACTIVE
    if status in (KeyStatus.LIMITED, KeyStatus.EXHAUSTED):
        return _("{key} is held by its own limit: stop its client before you raise that").format(key=name)
    if status is not KeyStatus.ACTIVE:
        return _("{key} can call no more").format(key=name)
    return _("{key} is calm again: nothing to do").format(key=name)


def _remedy(report: Report, look: DisplayContext) -> str | None:
    """What helps against a limit that refuses calls now, if no key is to be stopped."""
    if report.comes_first is not None:
        return _("recharge the wallet: nothing works before")
    storm = max(report.storms, key=lambda one: one.weight, default=None)
    is_on = storm is not None and look.now - storm.newest.at < STILL
    has_other = report.likely is not None or report.to_contain is not None or report.goes_on_with_many
    if storm is None or not is_on or has_other or not storm.refusal.side.is_limit:
        return None
    return way_out(storm.refusal.limit)


def contain_lines(key: ApiKey | None, report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """What can be done about a key, and the effect of each action."""
    if key is None and report.comes_first is None and report.goes_on_with_many:
        return _ways_together(report, snapshot, look)
    if key is None:
        told = _("Nothing to contain.") if report.is_whole else _("What to contain is not known yet.")
        told = _remedy(report, look) or told
        return ((Cell(told, Emphasis.MUTED),),)
    if key.status(look.now) is KeyStatus.INACTIVE:
        return (
            _choice(
                shown("disable"),
                _("Enable"),
                with_keys(_("it is inactive: no call passes; u takes the last change back"), "undo"),
            ),
        )
    lines: list[Line] = [_choice(shown("disable"), _("Disable"), disable_sentence(key))]
    limit_usd = day_limit_usd(key, report, snapshot)
    if limit_usd is not None:
        lines.append(_choice(shown("limits"), _("Limit the day"), limit_sentence(limit_usd, key, look)))
    else:
        lines.append(_choice(shown("limits"), _("Limit"), _("spend limits for 5 h, 1 d, 7 d")))
    lines.append(
        _choice(shown("timed_pause"), _("Disable for a time"), _("aktop enables it again, and must be open then"))
    )
    lines.append(
        _choice(shown("planned"), _("It is planned"), _("stay quiet for this key and these hours of the week"))
    )
    return tuple(lines)


def _ways_together(report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """How to stop many keys, if it is known which."""
    working = many_keys.working(report.to_contain_together, snapshot, look)
    if not working:
        return ((Cell(many_keys.mark_sentence()),),)
    told = plural("Disable {n} key", "Disable {n} keys", len(working)).format(n=fmt.count(len(working)))
    who = many_keys.names([key.id for key in working], snapshot, look)
    return (
        _choice(shown("disable"), told, who),
        _choice(shown("limits"), _("Limit each"), _("quota, and spend limits for 5 h, 1 d, 7 d")),
        _choice(shown("timed_pause"), _("Disable for a time"), _("aktop enables them again, and must be open then")),
        _choice(shown("planned"), _("It is planned"), _("stay quiet about this at these hours of the week")),
    )


def _choice(key: str, name: str, text: str) -> Line:
    return Cell(f"{key}  ", Emphasis.STRONG), Cell(f"{name}: "), Cell(text, Emphasis.MUTED)
