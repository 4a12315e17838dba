"""The figures of rules in words."""

from tui.locale import _
from tui.present import format as fmt
from tui.present.cause_words import part_word
from tui.present.refusal_words import side_word
from tui.triage.causes import CausePart
from tui.triage.refusals import Side


def term_words() -> dict[str, str]:
    """The words for the figures of the rules, by name."""
    return {
        "hour": _("hour"),
        "actual": _("actual"),
        "bound": _("bound"),
        "step": _("history"),
        "balance_share": _("part of the balance that one hour may take"),
        "q": _("Q, 90th percentile of the same clock hours"),
        "samples": _("samples"),
        "window": _("looked back"),
        "a": _("A, median of the active hours of a week"),
        "factor": _("factor"),
        "f": _("F, how far above Q it must be"),
        "f_share": _("F as a part of the week's cost"),
        "habit": _("habit, what days before had"),
        "habit_factor": _("habit factor"),
        "critical_factor": _("factor from which it is critical"),
        "hits": _("hours over their bound"),
        "confirmed": _("confirmed"),
        "before_multiplier": _("multiplier before"),
        "multiplier": _("multiplier"),
        "price": _("price of the same calls"),
        "keys": _("keys"),
        "raised": _("raised, since the like came before"),
        "bar": _("told from"),
        "before": _("the like in three weeks before"),
        "dearest_before": _("the most that such ones cost before, but for one"),
        "base": _("base, what nearly every hour costs"),
        "highest": _("highest base before"),
        "highest_factor": _("highest factor"),
        "two_days": _("cost of the last two days"),
        "highest_two_days": _("most that two days cost before"),
        "ten_minutes": _("the last ten minutes"),
        "since": _("since"),
        "until": _("until"),
        "usual": _("usual"),
        "excess": _("more than usual"),
        "least": _("counts from"),
        "least_share": _("counts from, as a part"),
        "calls": _("calls"),
        "least_calls": _("calls needed"),
        "cause": _("largest part of the increase"),
        "errors": _("errors"),
        "refusal": _("whose refusal"),
        "peak": _("most within the span"),
        "span": _("span"),
        "alike": _("calls alike, as a loop's"),
        "loop": _("evenly spaced, or doubling"),
        "share": _("part of the calls"),
        "gap": _("gap"),
        "what": _("what is new"),
        "value": _("new"),
        "others": _("more that are new since"),
        "known": _("known before"),
        "least_samples": _("calls to learn from at least"),
        "least_window": _("time to learn at least"),
        "usual_per_day": _("usual cost of a day"),
        "basis": _("taken from"),
        "extra": _("extra while it lasts"),
        "soon": _("counts when within"),
        "limit": _("limit"),
        "pace": _("pace of the last hour"),
        "full": _("full"),
        "resets": _("starts anew"),
        "usual_empty": _("empty at the usual pace"),
        "current_empty": _("empty at this rate"),
    }


def value_word(value: str) -> str:
    """The words for a value that is a name."""
    words = {
        "yes": _("yes"),
        "no": _("no"),
        "full": _("four weeks"),
        "trailing": _("the last days"),
        "cold": _("hardly any"),
        "hour_of_week": _("hour of the week"),
        "hour_of_day": _("hour of the day"),
        "mean": _("the mean"),
        "none": fmt.UNKNOWN,
        **{part.value: part_word(part) for part in CausePart},
        "rate": _("rate"),
        "ip": _("address"),
        "program": _("program"),
    }
    if value in tuple(Side):
        return side_word(Side(value))
    return words.get(value, value)
