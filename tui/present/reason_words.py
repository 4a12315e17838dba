"""Why something was reported, in one plain sentence: the value, the usual, and the threshold."""

from datetime import datetime, timedelta
from typing import assert_never

from tui.locale import _, plural
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.triage.baselines import HistoryDepth
from tui.triage.explain import Explained
from tui.triage.findings import FindingKind
from tui.triage.refusals import Side


def reason(one: Explained, look: DisplayContext) -> str:
    """The sentence; empty if figures are missing, as in an incident stored by an earlier version."""
    try:
        return _reason(one, look)
    except _Missing:
        return ""


def told_before(count: int) -> str:
    """How often the like was recently reported."""
    if not count:
        return _("It was not told before in the last four weeks.")
    told = plural(
        "It was told once before in the last four weeks.", "It was told {n} times in the last four weeks.", count
    )
    return told.format(n=count)


class _Missing(LookupError):
    """A figure is missing."""


def _reason(one: Explained, look: DisplayContext) -> str:
    kind = one.kind
    match kind:
        case FindingKind.SPIKE:
            return _spike(one, look)
        case FindingKind.SLOW_SPEND:
            return _slow_spend(one, look)
        case FindingKind.GROWTH:
            told = _("The last two days cost {two_days}, any two before at most {highest}; it tells from {bar} on.")
            highest = _usd(one, "highest_two_days")
            return told.format(two_days=_usd(one, "two_days"), highest=highest, bar=_usd(one, "bar"))
        case FindingKind.UNIT_COST:
            return _unit_cost(one, look)
        case FindingKind.PRICE:
            told = _("Since {since} the same call costs {times} times what it did before.")
            return told.format(since=_moment(one, "since", look), times=f"{_number(one, 'price'):g}")
        case FindingKind.STORM:
            return _storm(one, look)
        case FindingKind.ORIGIN:
            return _origin(one, look)
        case FindingKind.FAILING:
            told = _("{errors} of {calls} calls failed since {since}; it tells from {share} on.")
            since, share = _moment(one, "since", look), fmt.percent(_number(one, "least_share"))
            return told.format(errors=_count(one, "errors"), calls=_count(one, "calls"), since=since, share=share)
        case FindingKind.PLAN:
            return _plan(one)
        case FindingKind.LOW_BALANCE:
            told = _("A usual day costs {usual}, and what is out of the usual {extra} an hour more.")
            return told.format(usual=_usd(one, "usual_per_day"), extra=_usd(one, "extra"))
        case _:
            assert_never(kind)


def _slow_spend(one: Explained, look: DisplayContext) -> str:
    by_usual = _number(one, "factor") * _number(one, "usual")
    by_highest = _number(one, "highest_factor") * _number(one, "highest")
    return _(
        "Since {since} nearly every hour cost {base} or more; before, such hours cost {usual} at least, and {highest} "
        "at most; it tells from {from_} on."
    ).format(
        since=_moment(one, "since", look),
        base=_usd(one, "base"),
        usual=_usd(one, "usual"),
        highest=_usd(one, "highest"),
        from_=fmt.usd_float(max(by_usual, by_highest)),
    )


def _unit_cost(one: Explained, look: DisplayContext) -> str:
    return _(
        "A call cost {actual} since {since}, {samples} calls before {usual} each; it tells from {from_} on."
    ).format(
        actual=_usd_exact(one, "actual"),
        since=_moment(one, "since", look),
        samples=_count(one, "samples"),
        usual=_usd_exact(one, "usual"),
        from_=f"${fmt.usd_exact(_number(one, 'factor') * _number(one, 'raised') * _number(one, 'usual'))}",
    )


def _storm(one: Explained, look: DisplayContext) -> str:
    is_refused = one.value("refusal") in [side.value for side in Side if side.is_limit]
    told = (
        _("{errors} refusals since {since}, {peak} of them within {span}; it tells from {least} on.")
        if is_refused
        else _("{errors} errors since {since}, {peak} of them within {span}; it tells from {least} on.")
    )
    return told.format(
        errors=_count(one, "errors"),
        since=_moment(one, "since", look),
        peak=_count(one, "peak"),
        span=_span(one, "span"),
        least=_count(one, "least"),
    )


def _origin(one: Explained, look: DisplayContext) -> str:
    value, others = str(one.value("value") or ""), int(_number(one, "others"))
    told = _("{value} first came up at {since}; in {samples} calls over {window} before it never had.")
    if others:
        told = plural(
            "{value} and {n} more came up since {since}; in {samples} calls over {window} before they never had.",
            "{value} and {n} more came up since {since}; in {samples} calls over {window} before they never had.",
            others,
        )
    return told.format(
        value=look.ip(value) if one.value("what") == "ip" else value,
        n=fmt.count(others),
        since=_moment(one, "since", look),
        samples=_count(one, "samples"),
        window=_span(one, "window"),
    )


def _plan(one: Explained) -> str:
    return _(
        "{actual} of {limit} is used, and the last hour cost {pace}; it tells when it is full within {soon}."
    ).format(actual=_usd(one, "actual"), limit=_usd(one, "limit"), pace=_usd(one, "pace"), soon=_span(one, "soon"))


def _spike(one: Explained, look: DisplayContext) -> str:
    hour, actual, bar = _moment(one, "hour", look), _usd(one, "actual"), _usd(one, "bar")
    if one.value("step") == HistoryDepth.COLD.value:
        told = _("{hour} cost {actual}; with hardly any history it tells from a tenth of the balance on, {bar}.")
        return told.format(hour=hour, actual=actual, bar=bar)
    days = int(_number(one, "window"))
    told = _(
        "{hour} cost {actual}; nine in ten such hours of the last {days} days stayed below {q}; it tells from {bar} on."
    ).format(hour=hour, actual=actual, days=days, q=_usd(one, "q"), bar=bar)
    before = int(_number(one, "before"))
    if not before:
        return told
    again = plural(
        "Once in the last three weeks an hour was over what is usual like this.",
        "{n} times in the last three weeks hours were over what is usual like this.",
        before,
    )
    told = f"{told} {again.format(n=before)}"
    dearest_usd = one.value("dearest_before")
    if not dearest_usd:
        return told
    then = _("All but the dearest of these cost {dearest} more than usual at most, this one {excess} so far.")
    return f"{told} {then.format(dearest=_usd(one, 'dearest_before'), excess=_usd(one, 'excess'))}"


def _number(one: Explained, name: str) -> float:
    value = one.value(name)
    if not isinstance(value, int | float):
        raise _Missing(name)
    return float(value)


def _usd(one: Explained, name: str) -> str:
    return fmt.usd_float(_number(one, name))


def _usd_exact(one: Explained, name: str) -> str:
    return f"${fmt.usd_exact(_number(one, name))}"


def _span(one: Explained, name: str) -> str:
    return fmt.span(timedelta(seconds=_number(one, name)))


def _count(one: Explained, name: str) -> str:
    return fmt.count(int(_number(one, name)))


def _moment(one: Explained, name: str, look: DisplayContext) -> str:
    value = one.value(name)
    if not isinstance(value, datetime):
        raise _Missing(name)
    return fmt.moment(value, look.now, look.zone)
