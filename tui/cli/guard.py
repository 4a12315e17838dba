"""`aktop guard`: the rules, whether they are armed, their acts, what they would do now, and how to stop them."""

import argparse

from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.demo_account import DemoAccount
from tui.account.guard.guard import Guard
from tui.account.guard.record import DisarmedFlag, guard_folder
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.cli.exit_code import first_code, say_missing
from tui.cli.gather import Gatherer, gather_first, gather_verdict
from tui.cli.output import WrongUse, json_object, read_or_not, say, tell
from tui.cli.reading import reading
from tui.cli.selectors import require
from tui.config.complaints import file_complaint
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.gateway.address import normalised_base_url
from tui.locale import _
from tui.present import format as fmt
from tui.present import guard_words as words
from tui.records import json_values
from tui.records.guard_json import act_members, decision_members, rules_members
from tui.terminal import exit_codes
from tui.triage.gaps import Gap
from tui.triage.guard.act import GuardAct
from tui.triage.guard.decision import Decision

SCHEMA = "aktop.guard/1"
MOST_ACTS = 20


async def guard(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Show, or arm and disarm. Raises GatewayError, WrongUse and BadSettings."""
    if options.state is not None:
        if demo is not None:
            raise WrongUse(_("guard {state}: the made-up account ends with this command").format(state=options.state))
        return _set(options.state, settings)
    async with reading(settings, demo) as opened:
        require(opened, Capability.CALLS)
        return await _show(options, opened)


def _set(state: str, settings: Settings) -> int:
    """Arm or disarm, without a request to the gateway."""
    if settings.url is None:
        raise WrongUse(_("guard {state}: at which gateway? Give --url or --profile").format(state=state))
    flag = DisarmedFlag(guard_folder(settings.state_dir), normalised_base_url(settings.url))
    try:
        if state == "disarm":
            flag.set()
        else:
            flag.clear()
    except OSError as error:
        raise WrongUse(f"guard {state}: {error.filename}: {file_complaint(error)}") from None
    told = _("disarmed: no aktop of yours acts by itself at {url}, from now on")
    if state == "arm":
        told = _("armed: rules with armed = true act by themselves at {url}, from now on")
    with read_or_not():
        tell(told.format(url=normalised_base_url(settings.url)))
    return exit_codes.OK


async def _show(options: argparse.Namespace, services: Services) -> int:
    actions = Actions(services.client, services.journal, services.clock.now, _nothing_watches, services.capabilities)
    own = Guard.of(services, actions, lambda text: say(f"aktop: {text}"))
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    await gather_first(gatherer)
    decisions: tuple[Decision, ...] | None = () if options.dry_run else None
    gaps: tuple[Gap, ...] = ()
    if options.dry_run and own.rules:
        tracker = IncidentTracker.of(services.settings, lambda text: say(f"aktop: {text}"))
        memory = AccountCache(services.history_dir, services.client.base_url, tracker, say)
        await memory.recall(gatherer.snapshot, gatherer.recall)
        await gather_verdict(gatherer)
        report = tracker.judge(gatherer.snapshot, gatherer.now)
        decisions, gaps = own.look(gatherer.snapshot, report, tracker.incidents), report.gaps
    acts = _acts(own, gatherer)
    if options.json:
        json_object(_members(own, acts, decisions, gatherer))
    else:
        _tell(own, acts, decisions, gatherer)
    say_missing({}, gaps)
    return first_code({}, gaps)


def _nothing_watches() -> None:
    """There is no screen to refresh."""


def _acts(own: Guard, gatherer: Gatherer) -> tuple[GuardAct, ...]:
    try:
        return own.acts(gatherer.snapshot)
    except OSError as error:
        text = _("aktop: what the guard did cannot be read ({reason}: {path}); until then it does nothing")
        say(text.format(reason=file_complaint(error), path=error.filename))
        return ()


def _tell(own: Guard, acts: tuple[GuardAct, ...], decisions: tuple[Decision, ...] | None, gatherer: Gatherer) -> None:
    look = gatherer.look
    is_disarmed = own.is_disarmed
    if not own.rules:
        tell(_("guard: there is no rule, and nothing acts by itself; docs/guard.md says how one is written"))
    else:
        tell(words.state_text(own.rules, is_disarmed=is_disarmed))
    for number, rule in enumerate(own.rules, 1):
        tell(f"  {words.rule_line(number, rule, look)}")
    if decisions is not None and own.rules:
        tell("")
        tell(_("Now:"))
        for decision in decisions:
            tell(f"  {words.decision_line(decision, gatherer.snapshot, look)}")
        if not decisions:
            tell(f"  {_('nothing is found that a rule is about')}")
    if acts:
        tell("")
        tell(_("So far:"))
    for act in acts[:MOST_ACTS]:
        tell(f"  {fmt.stamp(act.at, look.zone)}  {words.act_sentence(act, look)}")


def _members(
    own: Guard, acts: tuple[GuardAct, ...], decisions: tuple[Decision, ...] | None, gatherer: Gatherer
) -> dict[str, object]:
    zone = gatherer.look.zone
    return {
        "schema": SCHEMA,
        "at": json_values.time(gatherer.now, zone),
        "disarmed": own.is_disarmed,
        "rules": rules_members(own.rules),
        "decisions": None if decisions is None else [decision_members(one, zone) for one in decisions],
        "acts": [act_members(act, zone) for act in acts],
    }
