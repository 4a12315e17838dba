"""The guard in words: its rules and state, its decisions and their reasons, and its acts."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from tui.domain.failure import Failure
from tui.locale import _, plural
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.clauses import clauses, of
from tui.present.dialogs import ConfirmModel
from tui.present.display_context import DisplayContext
from tui.present.finding_words import kind_word
from tui.present.key_names import key_name
from tui.present.toasts import Toast
from tui.triage.guard.act import DeedOutcome, GuardAct, Mode, PastAct
from tui.triage.guard.decision import LEAST_SHARE, Decision, Doubt
from tui.triage.guard.rule import Deed, Doing, GuardRule
from widgets.values import Cell, Emphasis, Line

UNDONE_BY = (Doing.DISABLE, Doing.PAUSE)
"""Acts that enabling the key undoes."""


def state_text(rules: Sequence[GuardRule], *, is_disarmed: bool) -> str:
    """How many rules there are and whether they are armed, in a few words; nothing without rules."""
    if not rules:
        return ""
    text = plural("guard {n} rule, {state}", "guard {n} rules, {state}", len(rules))
    return text.format(n=len(rules), state=_state(rules, is_disarmed))


def _state(rules: Sequence[GuardRule], is_disarmed: bool) -> str:
    armed = sum(rule.is_armed for rule in rules)
    if not armed:
        return _("not armed")
    if is_disarmed:
        return _("disarmed")
    return _("armed") if armed == len(rules) else _("{n} armed").format(n=armed)


def state_part(rules: Sequence[GuardRule], *, is_disarmed: bool) -> Line:
    """The same for the first line of a screen."""
    is_live = any(rule.is_armed for rule in rules) and not is_disarmed
    emphasis = Emphasis.WARNING if is_live else Emphasis.MUTED
    return (Cell(state_text(rules, is_disarmed=is_disarmed), emphasis),) if rules else ()


def deed_text(deed: Deed, keys: str) -> str:
    """The action on some keys."""
    match deed.doing:
        case Doing.DISABLE:
            text = _("disable {key}")
        case Doing.PAUSE:
            text = _("disable {key} for {n} min")
        case Doing.LIMIT_1D:
            text = _("limit {key} to {amount} a day")
        case Doing.TELL:
            text = _("tell of {key}")
        case _:
            assert_never(deed.doing)
    return text.format(key=keys, n=deed.minutes, amount=fmt.usd(deed.limit_usd))


def rule_line(number: int, rule: GuardRule, look: DisplayContext) -> str:
    """A rule in one line."""
    text = _("{number}  when {when}, {severity} at least: {deed}; at most {hour} an hour, {day} a day; {armed}")
    return text.format(
        number=number,
        when=rule.when,
        severity=_("critical") if rule.severity.rank > 1 else _("warning"),
        deed=deed_text(rule.deed, look.name(rule.whose)),
        hour=rule.max_per_hour,
        day=rule.max_per_day,
        armed=_("armed") if rule.is_armed else _("not armed: says what it would have done"),
    )


def doubt_text(why: Doubt, decision: Decision) -> str:
    """Why a rule does nothing."""
    match why:
        case Doubt.NO_KEY:
            return _("no key is to blame, or it is gone")
        case Doubt.NOT_CONFIRMED:
            return _("not confirmed")
        case Doubt.COOLING:
            return _("stopped or cooling down by itself")
        case Doubt.PLANNED:
            return _("somebody says that it is planned")
        case Doubt.GAPS:
            return _("not all could be read that this rests on")
        case Doubt.STALE:
            return _("the verdict is not of now")
        case Doubt.SEVERITY:
            return _("less severe than the rule wants")
        case Doubt.CONDITION:
            return _("a condition is not met")
        case Doubt.CONDITION_UNKNOWN:
            return _("a figure of a condition is not known")
        case Doubt.SHARE:
            share = decision.share if decision.share is not None else 0.0
            text = _("its share of the excess is {share}, and not {least}")
            return text.format(share=fmt.percent(share), least=fmt.percent(LEAST_SHARE))
        case Doubt.SHARE_UNKNOWN:
            return _("its share of the excess is not known")
        case Doubt.NOT_TO_BLAME:
            return _("not the key that aktop would stop")
        case Doubt.NOT_NAMED:
            return _("the rule does not name the key")
        case Doubt.EXCLUDED:
            return _("the rule excludes the key")
        case Doubt.ALIKE:
            return _("another key's name looks the same: name it by its id, #{id}").format(id=decision.key_id)
        case Doubt.RENAMED:
            return _("its name or group was changed since this began")
        case Doubt.STOPPED:
            return _("stopped or limited already")
        case Doubt.TOUCHED:
            return _("you have changed the key since this began")
        case Doubt.ACTED:
            return _("answered already")
        case Doubt.UNSETTLED:
            return _("it is not known yet what came of an earlier act")
        case Doubt.HOUR_SPENT:
            return _("it has acted often enough in this hour")
        case Doubt.DAY_SPENT:
            return _("it has acted often enough in 24 hours")
        case Doubt.READ_ONLY:
            return _("read-only")
        case Doubt.DISARMED:
            return _("disarmed")
        case Doubt.NO_RECORD:
            return _("its record of what was done cannot be read")
        case _:
            assert_never(why)


def decision_line(decision: Decision, snapshot: Snapshot, look: DisplayContext) -> str:
    """What a rule would do about an incident, or why nothing."""
    incident = decision.incident
    name = key_name(decision.key_id, snapshot, look) if decision.key_id is not None else fmt.UNKNOWN
    since = fmt.moment(incident.since, look.now, look.zone)
    head = _("rule {number}, {kind} since {time}, {key}").format(
        number=decision.number, kind=kind_word(incident.kind), time=since, key=name
    )
    if decision.doubts:
        why = clauses(doubt_text(one, decision) for one in decision.doubts)
        return of(head, _("nothing: {why}").format(why=why))
    deed = deed_text(decision.rule.deed, name)
    told = _("would {deed}, and only say so") if decision.mode is Mode.UNARMED else _("would {deed}")
    return of(head, told.format(deed=deed))


def act_sentence(act: GuardAct, look: DisplayContext) -> str:
    """What the guard did, or would have done, and its evidence."""
    name = look.name(act.key_name, f"#{act.key_id}")
    done = _happened(act, name, look)
    if act.outcome in (DeedOutcome.ENDED, DeedOutcome.LEFT):
        return done
    why = _("{kind} since {time}, {share} of the excess, {amount} above usual").format(
        kind=kind_word(act.kind),
        time=fmt.moment(act.since, look.now, look.zone),
        share=fmt.percent(act.share),
        amount=fmt.usd_float(act.excess_usd),
    )
    return f"{done} ({why})"


def _happened(act: GuardAct, name: str, look: DisplayContext) -> str:
    deed = deed_text(act.deed, name)
    why = failures.short(Failure(act.failure)) if act.failure is not None else act.why
    match act.outcome:
        case DeedOutcome.APPLIED:
            return _done(act, name, look)
        case DeedOutcome.TOLD if act.mode is Mode.TELL:
            text = _("guard: a rule about {key} holds")
        case DeedOutcome.TOLD:
            text = _("guard, not armed: would {deed}")
        case DeedOutcome.ACTING:
            text = _("guard: it was to {deed}, and nobody knows whether that was done; it is looked up ({why})")
        case DeedOutcome.CHANGED | DeedOutcome.NOT_DONE:
            text = _("guard: it was to {deed}: not done, for the key was changed meanwhile or the request was lost")
        case DeedOutcome.REFUSED:
            text = _("guard: it was to {deed}, but the gateway did not do it ({why})")
        case DeedOutcome.NOT_SENT:
            text = _("guard: it was to {deed}, but nothing was sent ({why})")
            why = why or _("broken off before")
        case DeedOutcome.ENDED:
            text = _("guard: the pause of {key} is over: it works again")
        case DeedOutcome.LEFT:
            text = _("guard: the pause of {key} is over, but the key was changed meanwhile: it is left as it is")
        case _:
            assert_never(act.outcome)
    return text.format(key=name, deed=deed, why=why)


def _done(act: GuardAct, name: str, look: DisplayContext) -> str:
    if act.until is not None:
        text = _("guard: disabled {key} until {time}, when it is enabled again by itself")
        return text.format(key=name, time=fmt.moment(act.until, look.now, look.zone))
    if act.deed.limit_usd is not None:
        return _("guard: limited {key} to {amount} a day").format(key=name, amount=fmt.usd(act.deed.limit_usd))
    return _("guard: disabled {key}").format(key=name)


def act_advice(act: GuardAct, enable: str, disable: str) -> str:
    """What a person can do about it: `enable` and `disable` are the commands for it without a screen."""
    if act.outcome is DeedOutcome.APPLIED:
        if act.deed.doing in UNDONE_BY:
            return _("To take it back: u in aktop, or `{command}`.").format(command=enable)
        return _("To take it back: u in aktop.")
    if act.outcome in (DeedOutcome.ENDED, DeedOutcome.LEFT):
        return ""
    return _("To stop the key: D in aktop, or `{command}`.").format(command=disable)


def past_line(past: PastAct, look: DisplayContext) -> str:
    """What a rule would have done at a moment in the past."""
    act = past.act
    text = _("{time}  guard rule {number}: {deed} ({share} of the excess, {amount} above usual so far)")
    return text.format(
        time=_minute(act.at, look),
        number=past.number,
        deed=deed_text(act.deed, act.key_name),
        share=fmt.percent(act.share),
        amount=fmt.usd_float(act.excess_usd),
    )


def past_lines(acts: Sequence[PastAct], look: DisplayContext) -> tuple[str, ...]:
    """What the rules would have done in total, and saved."""
    if not acts:
        return (_("The guard would have done nothing."),)
    lines = []
    for past in acts:
        text = _("rule {number}, {time}: {deed}, which would have saved {amount} until {end}")
        lines.append(
            text.format(
                number=past.number,
                time=_minute(past.act.at, look),
                deed=deed_text(past.act.deed, past.act.key_name),
                amount=fmt.usd_float(past.saved_usd),
                end=_minute(past.ended_at, look),
            )
        )
    total = plural(
        "The guard would have acted {n} time, and saved {amount}:",
        "The guard would have acted {n} times, and saved {amount}:",
        len(acts),
    )
    saved = fmt.usd_float(sum(past.saved_usd for past in acts))
    return (total.format(n=len(acts), amount=saved), *(f"  {line}" for line in lines))


def _minute(at: datetime, look: DisplayContext) -> str:
    return at.astimezone(look.zone).strftime("%Y-%m-%d %H:%M")


def disarmed_toast() -> Toast:
    """The guard no longer acts."""
    return Toast(
        _("The guard is disarmed: no aktop of yours acts by itself at this gateway. X arms it again."), "warning"
    )


def no_rules() -> Toast:
    """There is nothing to disarm."""
    return Toast(_("No rule is armed: nothing acts by itself."))


def disarmed_here(reason: str) -> Toast:
    """The guard no longer acts here, but others could not be told."""
    text = _("The guard is disarmed here only: it could not be written down ({reason}), and other aktops may act.")
    return Toast(text.format(reason=reason), "error")


def not_armed_line(reason: str) -> Line:
    """The change could not be stored."""
    return (Cell(_("■ still disarmed: {reason}").format(reason=reason), Emphasis.CRITICAL),)


def armed_line() -> Line:
    """The guard acts again."""
    return (Cell(_("✓ armed"), Emphasis.GOOD),)


def arm_model(rules: Sequence[GuardRule], look: DisplayContext) -> ConfirmModel:
    """Confirm arming the guard again."""
    lines = tuple((Cell(rule_line(number, rule, look)),) for number, rule in enumerate(rules, 1) if rule.is_armed)
    return ConfirmModel(_("Arm the guard"), lines, _("Arm"))
