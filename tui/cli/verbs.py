"""The verbs, one entry each: the parser, its help, `--demo` and dispatch are derived from it.

A verb's code is in a module of its own, which is imported when the verb runs.
"""

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tui.locale import _n

RANGES = "15m 1h 6h 24h today yesterday 7d 14d 30d month last-month 2026-11-01..2026-11-20"


class Flag(NamedTuple):
    """A flag or an argument: its name, its help, and further arguments for argparse."""

    name: str
    help: str
    more: Mapping[str, Any] = MappingProxyType({})


class Verb(NamedTuple):
    """A verb: `module:function` of `tui.cli` takes options, settings and the demo account, if any.

    `takes_demo` verbs can use a demo account instead of a real one; `verbs` are subcommands. A verb without
    `needs_settings` takes only the options, and runs even if the settings are invalid.
    """

    name: str
    help: str
    run: str = ""
    flags: tuple[Flag, ...] = ()
    description: str = ""
    takes_demo: bool = False
    verbs: tuple["Verb", ...] = ()
    needs_settings: bool = True


_JSON = Flag("--json", _n("as one JSON object"), {"action": "store_true"})
_CHECK = Flag(
    "--check", _n("exit 1 when something needs a person, 6 when that cannot be told"), {"action": "store_true"}
)
_NO_WAIT = Flag(
    "--no-wait", _n("answer with what the request limit allows now, and say what is missing"), {"action": "store_true"}
)
RANGE = Flag("--range", _n("time range: {ranges}"), {"default": "24h", "metavar": "R"})
REPLAY = (
    Flag("--replay", _n("a recording in place of an account: see aktop record"), {"metavar": "FILE"}),
    Flag("--at", _n("a moment of it, such as 14:05; triage judges at the end unless told"), {"metavar": "TIME"}),
)
"""Of the screen, and of verbs that have a use for it."""
_SCOPE = (
    RANGE,
    Flag("--key", _n("id or unique name of a key"), {"metavar": "KEY"}),
    Flag("--model", _n("a model, by its exact name"), {"metavar": "MODEL"}),
    _NO_WAIT,
)
_LIST = (
    *_SCOPE,
    Flag(
        "--limit",
        _n("how many at most; 0 = all of the range, as csv and jsonl have it unless told; a table has 100"),
        {"type": int, "metavar": "N"},
    ),
    Flag("--format", "", {"choices": ("table", "csv", "jsonl"), "default": "table"}),
)
_KEY = (
    Flag("key", _n("id or unique name of a key"), {"metavar": "KEY"}),
    Flag("--yes", _n("do not ask"), {"action": "store_true"}),
    Flag("--json", _n("the result as one JSON object"), {"action": "store_true"}),
)


_PROTECTION = (
    Flag("--tls-cert", _n("serve by TLS: a PEM file with the certificates"), {"metavar": "FILE"}),
    Flag("--tls-key", _n("the private key of the certificate"), {"metavar": "FILE"}),
    Flag("--bearer-file", _n("a file with the token that scrapers have to bring"), {"metavar": "FILE"}),
)


def _usd(name: str, help: str) -> Flag:  # noqa: A002 - what argparse calls it
    return Flag(f"--{name}", help, {"metavar": "USD", "dest": name if name.isalpha() else f"limit_{name}"})


def _count(default: int) -> Mapping[str, Any]:
    return {"type": int, "metavar": "N", "default": default}


VERBS = (
    Verb(
        "demo",
        _n("run the embedded gateway alone"),
        "demo:serve_demo",
        (Flag("--listen", _n("a loopback address"), {"default": "127.0.0.1:8080", "metavar": "HOST:PORT"}),),
    ),
    Verb(
        "login",
        _n("sign in"),
        "sign_in:login",
        (
            Flag(
                "--from-browser",
                _n("take over a browser's session, where signing in wants a captcha: says how, and reads it"),
                {"action": "store_true"},
            ),
        ),
        description=_n(
            "Sign in and keep the session. The password is asked for on the terminal; scripts give it in the "
            "environment variable AKTOP_PASSWORD. Where the gateway wants a captcha, use --from-browser."
        ),
    ),
    Verb("logout", _n("sign out, here and on the gateway"), "sign_in:logout"),
    Verb(
        "status",
        _n("what the overview shows, once"),
        "status:status",
        (
            *_SCOPE,
            _JSON,
            _CHECK,
            Flag(
                "--line",
                _n("one line, from what a running aktop knows; asks only where none is running"),
                {"action": "store_true"},
            ),
            Flag(
                "--format",
                _n("that line with fields of your own, see docs/status-line.md"),
                {"metavar": "TEXT"},
            ),
        ),
        takes_demo=True,
    ),
    Verb(
        "triage",
        _n("what is out of the usual, which key does it, and why"),
        "triage:triage",
        (
            _NO_WAIT,
            _JSON,
            _CHECK,
            Flag(
                "--report",
                _n("write an incident report, as Markdown, or as JSON where FILE ends in .json"),
                {"metavar": "FILE"},
            ),
            *(flag._replace(more={**flag.more, "default": argparse.SUPPRESS}) for flag in REPLAY),
        ),
        takes_demo=True,
    ),
    Verb(
        "incidents",
        _n("incidents of now and before: when, what, which key, what it cost, and what was done"),
        "incidents:incidents",
        (
            Flag("--range", _n("time range: {ranges}"), {"default": "30d", "metavar": "R"}),
            Flag("--key", _n("id or unique name of a key"), {"metavar": "KEY"}),
            _JSON,
        ),
        takes_demo=True,
    ),
    Verb(
        "watch",
        _n("watch without a screen, for days, and tell what happens: see [[alerts]]"),
        "watch:watch",
        (
            Flag("profiles", _n("profiles to watch; else the one in use"), {"nargs": "*", "metavar": "PROFILE"}),
            Flag("--all", _n("every profile of the configuration file"), {"action": "store_true"}),
            Flag("--json", _n("each notice as one JSON object a line"), {"action": "store_true"}),
            Flag(
                "--metrics",
                _n("serve metrics for Prometheus as well, at 127.0.0.1:9810 unless told"),
                {"nargs": "?", "const": "127.0.0.1:9810", "metavar": "HOST:PORT"},
            ),
            *_PROTECTION,
        ),
        takes_demo=True,
    ),
    Verb(
        "alerts",
        _n("what was told when, and what came of it"),
        "alerts:alerts",
        (
            Flag(
                "--test",
                _n("send one notice to a channel, or to all, to see that it arrives"),
                {"nargs": "?", "const": "", "metavar": "CHANNEL"},
            ),
            _JSON,
        ),
    ),
    Verb(
        "record",
        _n("keep what is heard in a file that aktop --replay shows, without secrets"),
        "record:record",
        (
            Flag("file", _n("a new file; compressed where its name ends in .gz"), {"metavar": "FILE"}),
            Flag(
                "--for",
                _n("how long, for instance 90s, 30m or 12h; else until ctrl+c"),
                {"metavar": "TIME", "dest": "span"},
            ),
            Flag("--private", _n("without names and addresses: key-1 stands for a key"), {"action": "store_true"}),
        ),
        takes_demo=True,
    ),
    Verb("calls", _n("call records, newest first"), "listing:list_records", _LIST, takes_demo=True),
    Verb("errors", _n("failed requests, newest first"), "listing:list_records", _LIST, takes_demo=True),
    Verb(
        "backtest",
        _n("what would have been told, and when: judges the past as if it had been watched"),
        "backtest:backtest",
        (
            Flag(
                "--from",
                _n("call records in a file, as `aktop calls --format jsonl` writes them, or - ; asks no gateway"),
                {"metavar": "FILE", "dest": "source"},
            ),
            Flag("--errors", _n("failed requests beside them, as `aktop errors` writes them"), {"metavar": "FILE"}),
            Flag("--balance", _n("what was left when they end"), {"metavar": "USD"}),
            Flag("--range", _n("time range, 30d, with --from all of it: {ranges}"), {"metavar": "R"}),
            Flag("--begin", _n("from when on"), {"metavar": "MOMENT"}),
            Flag("--end", _n("until when"), {"metavar": "MOMENT"}),
            Flag("--step", _n("how often it looks, 2m to 1h"), {"metavar": "TIME", "default": "10m"}),
            Flag("--guard", _n("what the guard's rules would have done, and saved"), {"action": "store_true"}),
            Flag("--yes", _n("do not ask"), {"action": "store_true"}),
            Flag("--json", _n("one JSON object a line"), {"action": "store_true"}),
        ),
        takes_demo=True,
    ),
    Verb(
        "guard",
        _n("the rules that act while nobody looks, whether they are armed, and what they did"),
        "guard:guard",
        (
            Flag(
                "state",
                _n("arm or disarm them at this gateway, at once and without asking it"),
                {"nargs": "?", "choices": ("arm", "disarm")},
            ),
            Flag("--dry-run", _n("what they would do now, and why not; does nothing"), {"action": "store_true"}),
            _NO_WAIT,
            _JSON,
        ),
        takes_demo=True,
    ),
    Verb(
        "key",
        _n("disable, enable or limit a key"),
        takes_demo=True,
        verbs=(
            Verb("disable", _n("stop new calls with a key"), "key:act", _KEY),
            Verb("enable", _n("let calls pass again"), "key:act", _KEY),
            Verb(
                "limit",
                _n("set limits in USD; 0 = none, +5 = used and 5 more"),
                "key:act",
                (
                    *_KEY,
                    _usd("quota", _n("what the key may spend in all")),
                    _usd("5h", _n("what it may spend in 5 hours")),
                    _usd("1d", _n("what it may spend in a day")),
                    _usd("7d", _n("what it may spend in 7 days")),
                ),
            ),
        ),
    ),
    Verb(
        "metrics",
        _n("figures, counters and findings for Prometheus, served until it is ended"),
        "metrics:metrics",
        (
            Flag("--listen", _n("where to serve them, 127.0.0.1:9810 unless told"), {"metavar": "HOST:PORT"}),
            Flag("--textfile", _n("write them for the textfile collector of node_exporter"), {"metavar": "FILE"}),
            Flag("--once", _n("ask once, write, and end"), {"action": "store_true"}),
            Flag("--all", _n("every profile of the configuration file"), {"action": "store_true"}),
            Flag("--label", _n("what the account is called, else by its profile or gateway"), {"metavar": "NAME"}),
            Flag("--no-names", _n("tell keys and plans by their ids alone"), {"action": "store_true"}),
            Flag("--max-keys", _n("keys with series of their own, 50; the rest is one"), _count(50)),
            Flag("--max-models", _n("models with series of their own, 20; the rest is one"), _count(20)),
            Flag(
                "--every",
                _n("seconds between two looks at what is cheap, 15"),
                {"metavar": "SECONDS", "type": float, "default": 15.0},
            ),
            *_PROTECTION,
        ),
        takes_demo=True,
    ),
    Verb(
        "config",
        _n("every setting, its value and where it came from"),
        "config:config",
        (
            Flag("--init", _n("write a file in which every setting is explained"), {"action": "store_true"}),
            Flag("--edit", _n("open the file in your editor, and check it afterwards"), {"action": "store_true"}),
            Flag("--check", _n("say what is wrong in the file and with those it names"), {"action": "store_true"}),
        ),
        needs_settings=False,
    ),
    Verb(
        "doctor",
        _n("what may be wrong with terminal, gateway and files, on one screen to send along; without secrets"),
        "doctor.verb:doctor",
        (_JSON,),
        needs_settings=False,
    ),
    Verb(
        "completion",
        _n("print what completes command lines of aktop in your shell; the first lines say where to put it"),
        "completion:completion",
        (Flag("shell", "", {"choices": ("bash", "zsh", "fish")}),),
        needs_settings=False,
    ),
    Verb("man", _n("print a manual page: aktop man | man -l -"), "man:man", needs_settings=False),
)
