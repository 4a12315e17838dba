"""The command line. What a verb needs is imported when the verb runs: help and version must not wait for a screen."""

import argparse
import os
import sys
import unicodedata
from collections.abc import Sequence

from tui import exits, locale, stream_encoding
from tui.locale import _
from tui.terminal.streams import has_vanished, write_nowhere
from tui.version import VERSION

SCENARIOS = ("runaway", "retry-storm", "model-switch", "cache-broken", "leak", "quiet")
_FILES = frozenset({"--token-file", "--api-key-file", "--ca-bundle", "--report"})
"""Options whose value may have any bytes in it, as names of files do."""
_CONTROLS = frozenset({"Cc"})
_HIDDEN = _CONTROLS | {"Cf", "Zl", "Zp"}
"""What turns a text round, breaks it or cannot be seen in it stands in no name that aktop shows."""
_JOINER = "\u200d"
RANGES = "15m 1h 6h 24h today yesterday 7d 14d 30d month last-month 2026-11-01..2026-11-20"


def main(argv: Sequence[str] | None = None) -> int:
    """Run aktop and return its exit code."""
    stream_encoding.bear()
    arguments = sys.argv[1:] if argv is None else list(argv)
    locale.use(stream_encoding.spoken(_early_language(arguments)))
    if (complaint := _unwritable(arguments)) is not None:
        print(f"aktop: {complaint}", file=sys.stderr)
        return exits.WRONG_USE
    options = parser().parse_args(arguments)
    from tui.verbs import run

    try:
        code = run(options)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone: let the interpreter's last flush go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.OK
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, a person gets a sentence
        if has_vanished():
            # Whatever failed of that has nobody to be told.
            write_nowhere()
            return exits.HUNG_UP
        from tui.headless.crash import report

        report(error)
        return exits.BROKEN


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    common, demo = _common_options(), _demo_options()
    made_up = _made_up_options(demo)
    top = argparse.ArgumentParser(
        prog="aktop",
        description=_(
            "top for an AI API gateway account: see live what your API keys spend, and stop the one that runs away"
        ),
        epilog=_(
            "Exit codes: 0 all well, 1 something needs a person (--check), 2 usage or configuration, "
            "3 not signed in or refused, 4 gateway unreachable or not a gateway, 5 not applied, "
            "6 cannot tell: part of it could not be read (--check, --no-wait), 130 interrupted."
        ),
        parents=[common, made_up],
    )
    top.add_argument("--version", action="version", version=f"aktop {VERSION}", help=_("show the version and exit"))
    _screen_options(top)
    verbs = top.add_subparsers(dest="verb", metavar=_("VERB"))
    _add_demo(verbs, common, demo)
    _add_login(verbs, common)
    verbs.add_parser("logout", parents=[common], help=_("sign out, here and on the gateway"))
    _add_readings(verbs, common, made_up)
    _add_key(verbs, common, made_up)
    verbs.add_parser("config", parents=[common], help=_("every setting, its value and where it came from"))
    return top


def _common_options() -> argparse.ArgumentParser:
    """Options that every verb takes; an absent one must not overwrite the same option given before the verb."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--url", help=_("the gateway, for instance https://gateway.example"))
    common.add_argument("--profile", help=_("a profile of the configuration file"))
    common.add_argument("--token-file", metavar="FILE", help=_("a file with an access token, instead of a sign-in"))
    common.add_argument(
        "--api-key-file", metavar="FILE", help=_("a file with API keys: see what these tell, read-only")
    )
    common.add_argument(
        "--proxy", metavar="URL", help=_("an http, https or socks5 proxy, instead of the environment's")
    )
    common.add_argument("--ca-bundle", metavar="FILE", help=_("a PEM file of the authorities to trust"))
    common.add_argument("--read-only", action="store_true", help=_("change nothing on the gateway"))
    common.add_argument("--lang", help=_("language: en or zh"))
    common.add_argument("--tz", metavar="ZONE", help=_("time zone of what is shown, for instance Asia/Shanghai"))
    return common


def _screen_options(top: argparse.ArgumentParser) -> None:
    top.add_argument("--range", default="24h", metavar="R", help=_("time range: {ranges}").format(ranges=RANGES))
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


def _demo_options() -> argparse.ArgumentParser:
    """Which made-up account; what is absent must not overwrite what was given before the verb."""
    demo = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    demo.add_argument("--scenario", choices=SCENARIOS, help=_("what goes wrong in the demo"))
    demo.add_argument("--seed", type=int, help=_("which made-up account"))
    return demo


def _made_up_options(demo: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """To look at a made-up account in place of one's own."""
    made_up = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, parents=[demo])
    made_up.add_argument("--demo", action="store_true", help=_("show a made-up account on an embedded gateway"))
    return made_up


def _add_demo(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    common: argparse.ArgumentParser,
    demo: argparse.ArgumentParser,
) -> None:
    alone = verbs.add_parser("demo", parents=[common, demo], help=_("run the embedded gateway alone"))
    alone.add_argument("--listen", default="127.0.0.1:8080", metavar="HOST:PORT", help=_("a loopback address"))


def _add_login(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    about = _(
        "Sign in and keep the session. The password is asked for on the terminal; scripts give it in the environment "
        "variable AKTOP_PASSWORD. Where the gateway wants a captcha, use --token-file or AKTOP_TOKEN instead."
    )
    login = verbs.add_parser("login", parents=[common], help=_("sign in"), description=about)
    login.add_argument("--email", default=None, help=_("the account; else it is asked for"))


def _add_readings(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    common: argparse.ArgumentParser,
    made_up: argparse.ArgumentParser,
) -> None:
    check_help = _("exit 1 when something needs a person, 6 when that cannot be told")
    waiting = argparse.ArgumentParser(add_help=False)
    waiting.add_argument(
        "--no-wait",
        action="store_true",
        help=_("answer with what the request limit allows now, and say what is missing"),
    )
    filters = argparse.ArgumentParser(add_help=False)
    filters.add_argument("--range", default="24h", metavar="R", help=_("time range: {ranges}").format(ranges=RANGES))
    filters.add_argument("--key", metavar="KEY", help=_("id or unique name of a key"))
    filters.add_argument("--model", metavar="MODEL", help=_("a model, by its exact name"))
    status = verbs.add_parser(
        "status", parents=[common, made_up, filters, waiting], help=_("what the overview shows, once")
    )
    status.add_argument("--json", action="store_true", help=_("as one JSON object"))
    status.add_argument("--check", action="store_true", help=check_help)
    triage = verbs.add_parser(
        "triage", parents=[common, made_up, waiting], help=_("what is out of the usual, which key does it, and why")
    )
    triage.add_argument("--json", action="store_true", help=_("as one JSON object"))
    triage.add_argument("--check", action="store_true", help=check_help)
    triage.add_argument(
        "--report", metavar="FILE", help=_("write an incident report, as Markdown, or as JSON where FILE ends in .json")
    )
    for name, text in (("calls", _("call records, newest first")), ("errors", _("failed requests, newest first"))):
        verb = verbs.add_parser(name, parents=[common, made_up, filters, waiting], help=text)
        limit_help = _("how many at most; 0 = all of the range, as csv and jsonl have it unless told; a table has 100")
        verb.add_argument("--limit", type=int, default=None, metavar="N", help=limit_help)
        verb.add_argument("--format", choices=("table", "csv", "jsonl"), default="table")


def _add_key(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    common: argparse.ArgumentParser,
    made_up: argparse.ArgumentParser,
) -> None:
    key = verbs.add_parser("key", help=_("disable, enable or limit a key"))
    actions = key.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument("key", metavar="KEY", help=_("id or unique name of a key"))
    asked.add_argument("--yes", action="store_true", help=_("do not ask"))
    asked.add_argument("--json", action="store_true", help=_("the result as one JSON object"))
    actions.add_parser("disable", parents=[common, made_up, asked], help=_("stop new calls with a key"))
    actions.add_parser("enable", parents=[common, made_up, asked], help=_("let calls pass again"))
    limit = actions.add_parser(
        "limit", parents=[common, made_up, asked], help=_("set limits in USD; 0 = none, +5 = used and 5 more")
    )
    limit.add_argument("--quota", metavar="USD", help=_("what the key may spend in all"))
    limit.add_argument("--5h", dest="limit_5h", metavar="USD", help=_("what it may spend in 5 hours"))
    limit.add_argument("--1d", dest="limit_1d", metavar="USD", help=_("what it may spend in a day"))
    limit.add_argument("--7d", dest="limit_7d", metavar="USD", help=_("what it may spend in 7 days"))


def _unwritable(arguments: Sequence[str]) -> str | None:
    """What is wrong with an argument that could steer a terminal, or that is no text where one is expected."""
    before = ""
    for argument in arguments:
        option = argument.partition("=")[0] if argument.startswith("--") else before
        is_file, bare = option in _FILES, argument.replace(_JOINER, "")
        is_control = any(unicodedata.category(char) in (_CONTROLS if is_file else _HIDDEN) for char in bare)
        is_no_text = any("\ud800" <= char <= "\udfff" for char in argument) and not is_file
        if is_control or is_no_text:
            what = _("a text without control characters") if is_control else _("a text in UTF-8")
            shown = repr(argument.rpartition("@")[2])  # before it could be a password
            text = _("{where}: expected {what}, got {value}")
            return text.format(where=option if option.startswith("--") else _("argument"), what=what, value=shown)
        before = argument
    return None


def _early_language(arguments: Sequence[str]) -> str:
    """The language of the help text, before anything else is read."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
    return os.environ.get("AKTOP_LANG") or locale.from_environment()
