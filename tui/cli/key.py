"""`aktop key disable|enable|limit`: the same actions as on the screen, with the same preview, journal and refusals."""

import argparse
import os
from collections.abc import Mapping

from tui.account.actions import Actions, ReadOnly
from tui.account.demo_account import DemoAccount
from tui.account.services import Services, services
from tui.cli import prompts, selectors
from tui.cli.gather import Gatherer, gather_keys
from tui.cli.output import WrongUse, json_object, plain_text, read_or_not, say, say_lines, tell
from tui.cli.selectors import require
from tui.config import rerun_command
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.domain.failure import Failure
from tui.domain.intents import KeyAction, KeyIntent, KeyState, state_of, wanted_state
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.gateway.errors import SignInNeeded, Unreachable, error_of
from tui.locale import _
from tui.monitor.questions import AskKeys
from tui.present import failures
from tui.present import key_actions as words
from tui.present.display_context import DisplayContext, context_of
from tui.records import json_values
from tui.terminal import exit_codes
from widgets.values import Line

SCHEMA = "aktop.key/1"
FLAGS: Mapping[str, str] = {
    "quota_usd": "quota",
    "limit_5h_usd": "5h",
    "limit_1d_usd": "1d",
    "limit_7d_usd": "7d",
}
_MEMBERS = {"quota_usd": "quota", "limit_5h_usd": "limit_5h", "limit_1d_usd": "limit_1d", "limit_7d_usd": "limit_7d"}


class Declined(Exception):
    """The person declined: nothing was sent."""


async def act(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Preview, ask, apply, and print the gateway's answer. Raises GatewayError, WrongUse and BadSettings."""
    try:
        return await _act(options, settings, demo)
    except ReadOnly:
        say(_("aktop: read-only: nothing on the gateway is changed. Leave out --read-only to allow it."))
    except Declined:
        say(_("Nothing was changed."))
    return exit_codes.NOT_APPLIED


async def _act(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    typed = _typed(options)
    async with services(settings, os.environ, demo=demo, warn=say) as opened:
        require(opened, Capability.KEYS)
        if not opened.capabilities.can(Capability.ACTIONS):
            raise ReadOnly
        actions = Actions(opened.client, opened.journal, opened.clock.now, _nothing_watches, opened.capabilities)
        gatherer = Gatherer(opened)
        await gather_keys(gatherer)
        keys = gatherer.snapshot.data(AskKeys()) or ()
        key = selectors.key_of(options.key, keys)
        look = gatherer.look
        intent = _intent(options.action, key, typed, look)
        before = state_of(key)
        say_lines(_preview(key, intent, look, _undo(intent, opened, selectors.reference(key, keys))))
        if wanted_state(before, intent) == before:
            return _unchanged(options, key, before, look)
        if not options.yes:
            _require_consent()
        outcome = await actions.apply(intent, key)
        return _tell(options, key, before, intent, outcome, context_of(gatherer.snapshot, opened.clock.now()))


def _nothing_watches() -> None:
    """There is no screen to refresh."""


def _typed(options: argparse.Namespace) -> dict[str, str]:
    if options.action != "limit":
        return {}
    given = {name: getattr(options, member) for name, member in _MEMBERS.items()}
    typed = {name: text for name, text in given.items() if text is not None}
    if not typed:
        raise WrongUse(_("key limit: expected at least one of --quota, --5h, --1d, --7d"))
    return typed


def _intent(action: str, key: ApiKey, typed: Mapping[str, str], look: DisplayContext) -> KeyIntent:
    if action != "limit":
        return KeyIntent(key.id, KeyAction(action))
    for name, text in typed.items():
        if text.strip()[:1].casefold() in ("x", "×"):
            told = _("--{flag} {text}: expected an amount in USD; multiples of a usual day are for the screen")
            raise WrongUse(told.format(flag=FLAGS[name], text=text))
        try:
            amount = words.parse_amount(text, words.used_of(key, name, look))
        except words.BadAmount as error:
            raise WrongUse(f"--{FLAGS[name]} {text}: {error}") from None
        if amount is None:
            raise WrongUse(_("--{flag}: expected an amount in USD, 0 for none").format(flag=FLAGS[name]))
    return KeyIntent(key.id, KeyAction.LIMIT, words.read_limits(typed, key, look))


def _preview(key: ApiKey, intent: KeyIntent, look: DisplayContext, undo: str) -> tuple[Line, ...]:
    before = state_of(key)
    after = wanted_state(before, intent)
    if after == before:
        return words.state_lines(key, before, after, look)
    if intent.action is KeyAction.LIMIT:
        return words.limit_lines(key, intent.limits, look)
    return words.switch_lines(key, intent, look, undo)


def _undo(intent: KeyIntent, opened: Services, reference: str) -> str:
    """How to undo a switch."""
    if opened.is_demo:
        return _("The made-up account ends with this command.")
    opposite = KeyAction.ENABLE if intent.action is KeyAction.DISABLE else KeyAction.DISABLE
    command = rerun_command.command(opened.settings, "key", opposite.value, reference, names=rerun_command.AS_ACCOUNT)
    return _("To take it back: {command}").format(command=command)


def _require_consent() -> None:
    if not prompts.has_person():
        raise WrongUse(_("there is no terminal to ask on: repeat with --yes to do it"))
    if not prompts.agrees(_("Do it? [y/N] ")):
        raise Declined


def _unchanged(options: argparse.Namespace, key: ApiKey, before: KeyState, look: DisplayContext) -> int:
    if options.json:
        json_object(_members(options.action, key, look, "unchanged", before, key, None))
    else:
        tell(_("{name}: nothing to change").format(name=look.key_name(key)))
    return exit_codes.OK


def _tell(
    options: argparse.Namespace,
    key: ApiKey,
    before: KeyState,
    intent: KeyIntent,
    outcome: Outcome,
    look: DisplayContext,
) -> int:
    _is_done, line = words.outcome_line(outcome, look, intent.limits)
    with read_or_not():
        if options.json:
            word, answered, failure = _result(outcome)
            json_object(_members(options.action, key, look, word, before, answered, failure))
        elif isinstance(outcome, Applied):
            tell(f"{look.key_name(key)}: {plain_text(line)}")
    if not isinstance(outcome, Applied):
        say(f"{look.key_name(key)}: {plain_text(line)}")
    return _exit_code(outcome)


def _result(outcome: Outcome) -> tuple[str, ApiKey | None, Failure | None]:
    """The outcome in a word, the key as the gateway answered it, and the failure."""
    match outcome:
        case Applied(key):
            return "applied", key, None
        case Changed(key):
            return "changed_meanwhile", key, None
        case Refused(failure):
            return "refused", None, failure
        case Unknown(failure):
            return "unknown", None, failure
        case Unwritten():
            return "not_written_down", None, None


def _exit_code(outcome: Outcome) -> int:
    if isinstance(outcome, Applied):
        return exit_codes.OK
    if isinstance(outcome, Unknown):
        return exit_codes.UNREACHABLE
    if isinstance(outcome, Refused):
        error = error_of(outcome.failure)
        if isinstance(error, Unreachable):
            return exit_codes.UNREACHABLE
        if isinstance(error, SignInNeeded):
            return exit_codes.NOT_SIGNED_IN
    return exit_codes.NOT_APPLIED


def _members(
    action: str,
    key: ApiKey,
    look: DisplayContext,
    outcome: str,
    before: KeyState,
    answered: ApiKey | None,
    failure: Failure | None,
) -> dict[str, object]:
    error = {"kind": failure.kind.value, "message": failures.detail(failure) or None} if failure else None
    return {
        "schema": SCHEMA,
        "at": json_values.time(look.now, look.zone),
        "key": {"id": key.id, "name": key.name},
        "action": action,
        "outcome": outcome,
        "before": _state(before),
        "after": _state(state_of(answered)) if answered else None,
        "answer": answered.status(look.now).value if answered else None,
        "error": error,
    }


def _state(state: KeyState) -> dict[str, object]:
    return {"status": state.status} | {name: json_values.number(getattr(state.limits, name)) for name in FLAGS}
