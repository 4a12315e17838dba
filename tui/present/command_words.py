"""The names of commands and what they do, for footer, help and the key table of the documents."""

from tui.locale import _, _n

COMMAND_WORDS: dict[str, tuple[str, str]] = {
    "open": (_n("Open"), _n("open the row under the cursor")),
    "disable": (_n("Disable"), _n("disable the key under the cursor, or all that are marked; or enable again")),
    "limits": (
        _n("Limits"),
        _n("set quota and 5 h, 1 d and 7 d limits of the key under the cursor, or of all that are marked"),
    ),
    "timed_pause": (
        _n("Disable for …"),
        _n("disable the key under the cursor, or all that are marked, for some minutes"),
    ),
    "mark": (_n("Mark"), _n("mark the key under the cursor, or take its mark away")),
    "mark_range": (_n("Range"), _n("mark all from here to where the cursor goes; again ends it")),
    "mark_up": (_n("Mark"), _n("mark from here upwards")),
    "mark_down": (_n("Mark"), _n("mark from here downwards")),
    "mark_all": (_n("Mark all"), _n("mark all keys that match the filter; again takes their marks away")),
    "planned": (
        _n("Planned"),
        _n("it is meant to be so: stay quiet for this key and these hours of the week; again takes it back"),
    ),
    "explain": (_n("Why"), _n("the rule behind a finding, with its numbers")),
    "report": (_n("Keep"), _n("write the incident to a file: a report, or a recording that aktop shows again")),
    "incidents": (_n("Incidents"), _n("incidents of now and of the last 90 days: what each cost, and what was done")),
    "undo": (_n("Undo"), _n("take the last change back")),
    "guard": (_n("Guard"), _n("disarm the guard at once; again arms it, and asks first")),
    "triage": (_n("Triage"), _n("find the key that runs away, in five steps")),
    "notices": (_n("Notices"), _n("what was told of this account, and what came of it at each channel")),
    "journal": (_n("Journal"), _n("what was changed from here: before and after, what came of it, and its way back")),
    "calls": (_n("Calls"), _n("call records of the scope")),
    "errors": (_n("Errors"), _n("error requests of the scope")),
    "narrow": (_n("Narrow"), _n("narrow the scope to the row under the cursor")),
    "clear": (_n("All"), _n("clear all filters of the scope")),
    "find": (_n("Filter"), _n("filter the rows, or find something in those that are shown")),
    "find_next": (_n("Next"), _n("go to the next row with what was looked for")),
    "find_previous": (_n("Previous"), _n("go to the row before with what was looked for")),
    "range": (_n("Range"), _n("time range")),
    "filters": (_n("View"), _n("filter by group, type, billing; of errors by category and status")),
    "metric": (_n("Metric"), _n("what trend and bars measure")),
    "by": (_n("By"), _n("split by model, group, endpoint or key")),
    "sort": (_n("Sort"), _n("sort by the next column")),
    "reverse": (_n("Reverse"), _n("turn the order round")),
    "days": (_n("Days"), _n("how many days the daily table shows")),
    "group": (_n("One by one"), _n("storms together, or one line an error")),
    "follow": (_n("Follow"), _n("go to the newest call and follow")),
    "older": (_n("Older"), _n("read back through the whole range; says first what it costs")),
    "columns": (_n("Columns"), _n("choose the columns of the table")),
    "export": (_n("Export"), _n("write the calls to a file, as CSV or JSON Lines")),
    "pause": (_n("Pause"), _n("hold the picture; figures are still gathered. In a recording: hold it")),
    "step_back": (_n("Step back"), _n("in a recording: one moment back")),
    "step_on": (_n("Step on"), _n("in a recording: one moment on")),
    "finding_before": (_n("Previous finding"), _n("in a recording: back to where triage said something else")),
    "finding_after": (_n("Next finding"), _n("in a recording: on to where triage says something else")),
    "refresh": (_n("Refresh"), _n("ask the gateway now")),
    "faster": (_n("Faster"), _n("refresh more often; show a recording faster")),
    "slower": (_n("Slower"), _n("refresh less often; show a recording more slowly")),
    "copy": (_n("Copy"), _n("copy the row under the cursor")),
    "wallet": (_n("Wallet"), _n("wallet, plans and their windows, recharge link, redeem a code")),
    "remind": (_n("Reminder"), _n("set the account's low-balance reminder")),
    "palette": (
        _n("Palette"),
        _n("type what to do, or where to go: commands, keys, models, screens, themes, profiles"),
    ),
    "record": (_n("Record"), _n("write what was heard in the last half hour to a file that aktop shows again")),
    "views": (_n("Views"), _n("open a saved view: the first nine by their digits")),
    "save_view": (_n("Keep view"), _n("save this view by a name: range, filters, order, columns, split")),
    "forget_view": (_n("Forget"), _n("forget a saved view")),
    "profiles": (_n("Profiles"), _n("go to another profile; type to find it")),
    "accounts": (_n("Accounts"), _n("all accounts, one line each")),
    "sign_in": (_n("Sign in"), _n("sign in again, or as somebody else")),
    "acknowledge": (_n("Seen"), _n("acknowledge the banner")),
    "privacy": (_n("Privacy"), _n("hide names, e-mail and addresses")),
    "redraw": (_n("Redraw"), _n("paint the screen anew")),
    "to_shell": (_n("Shell"), _n("stop, and go back to the shell; fg goes on")),
    "back": (_n("Back"), _n("go back, widen the scope, or clear marks or the filter")),
    "help": (_n("Help"), _n("every key and what it does")),
    "quit": (_n("Quit"), _n("leave aktop")),
}
"""By command id: title and help."""

MOTION_WORDS: tuple[tuple[str, str], ...] = (
    ("1 2 3 4", _n("focus a pane; the same digit again gives it the whole screen")),
    ("tab", _n("next pane")),
    ("↑ ↓ j k g G", _n("move the cursor; in the chart ← → and h l")),
    ("pgup pgdn ctrl+u ctrl+d", _n("move by pages")),
)
"""Navigation keys and what they do, unless remapped."""


def title_of(command_id: str) -> str:
    """A command's title in the user's language."""
    return _(COMMAND_WORDS[command_id][0])


def help_of(command_id: str) -> str:
    """What a command does, in the user's language."""
    return _(COMMAND_WORDS[command_id][1])
