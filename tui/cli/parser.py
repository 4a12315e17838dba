"""The parser of the command line, made from the verbs and the settings.

It imports nothing slow: help and version must not wait for a screen.
"""

import argparse
from typing import Any

from tui import VERSION
from tui.cli.argument_parser import ArgumentParser
from tui.cli.verbs import RANGE, RANGES, REPLAY, VERBS, Flag, Verb
from tui.config.option import Option
from tui.config.settings import OPTIONS
from tui.locale import _

SCENARIOS = ("runaway", "retry-storm", "model-switch", "cache-broken", "leak", "stolen-login", "quiet")


def parser() -> ArgumentParser:
    """The parser of the whole command line."""
    common, scenario = _common_options(), _scenario_options()
    demo = ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, parents=[scenario])
    demo.add_argument("--demo", action="store_true", help=_("show a made-up account on an embedded gateway"))
    top = ArgumentParser(
        prog="aktop",
        description=_(
            "top for an AI API gateway account: see live what your API keys spend, and stop the one that runs away"
        ),
        epilog=_(
            "Exit codes: 0 all well, 1 something needs a person (--check), 2 usage or configuration, "
            "3 not signed in or refused, 4 gateway unreachable or not a gateway, 5 not applied, "
            "6 cannot tell: part of it could not be read (--check, --no-wait), 130 interrupted."
        ),
        parents=[common, demo],
    )
    top.add_argument("--version", action="version", version=f"aktop {VERSION}", help=_("show the version and exit"))
    _screen_options(top)
    verbs = top.add_subparsers(dest="verb", metavar=_("VERB"))
    for verb in VERBS:
        parents = [common, *([demo] if verb.takes_demo else [scenario] if verb.name == "demo" else [])]
        _add_verb(verbs, verb, parents)
    return top


def flags_of(options: argparse.Namespace) -> dict[str, object]:
    """The given flags of settings, by setting name."""
    return {
        option.name: getattr(options, option.flag_dest)
        for option in OPTIONS
        if option.flag is not None and getattr(options, option.flag_dest, None) is not None
    }


def _add_verb(
    verbs: "argparse._SubParsersAction[ArgumentParser]",
    verb: Verb,
    parents: list[ArgumentParser],
) -> None:
    if verb.verbs:
        group = verbs.add_parser(verb.name, help=_(verb.help))
        actions = group.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
        for inner in verb.verbs:
            _add_verb(actions, inner, parents)
        return
    described = _(verb.description) if verb.description else None
    added = verbs.add_parser(verb.name, parents=parents, help=_(verb.help), description=described)
    for option in OPTIONS:
        if option.flag_of == verb.name:
            _add_setting(added, option)
    for flag in verb.flags:
        _add_flag(added, flag)
    added.set_defaults(run=verb.run, needs_settings=verb.needs_settings, parser=added)


def _add_flag(to: argparse.ArgumentParser, flag: Flag) -> None:
    told = _(flag.help).format(ranges=RANGES) if flag.help else None
    to.add_argument(flag.name, help=told, **flag.more)


def _add_setting(to: argparse.ArgumentParser, option: Option[Any]) -> None:
    """Add the flag of a setting."""
    if option.flag:
        to.add_argument(option.flag_name, metavar=option.flag, help=_(option.help))
    else:
        to.add_argument(option.flag_name, action="store_true", help=_(option.help))


def _common_options() -> ArgumentParser:
    """Options of every verb; an absent one must not overwrite the same option before the verb."""
    common = ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--profile", help=_("a profile of the configuration file"))
    for option in OPTIONS:
        if option.flag is not None and option.flag_of is None:
            _add_setting(common, option)
    return common


def _screen_options(top: argparse.ArgumentParser) -> None:
    _add_flag(top, RANGE)
    top.add_argument("--key", metavar="KEY", help=_("begin on the page of a key, by its id or unique name"))
    top.add_argument("--view", metavar="NAME", help=_("begin with a view that was saved by this name"))
    for flag in REPLAY:
        _add_flag(top, flag)
    top.add_argument("--no-mouse", action="store_true", help=_("leave the mouse to the terminal"))
    top.add_argument(
        "--color",
        choices=("auto", "truecolor", "256", "16", "none"),
        default="auto",
        help=_("how many colours to use; auto asks the terminal, NO_COLOR is respected"),
    )
    top.add_argument(
        "--driver",
        choices=("diff", "stock"),
        default="diff",
        help=_("diff sends only what differs; stock is Textual's own way to write"),
    )


def _scenario_options() -> ArgumentParser:
    """Options that choose a demo account; an absent one must not overwrite one before the verb."""
    scenario = ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    scenario.add_argument("--scenario", choices=SCENARIOS, help=_("what goes wrong in the demo"))
    scenario.add_argument("--seed", type=int, help=_("which made-up account"))
    return scenario
