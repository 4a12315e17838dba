"""Why a key costs more, in words."""

from tui.locale import _, plural
from tui.present import format as fmt
from tui.triage.causes import CostCause


def why_sentence(reason: CostCause | None, is_incident: bool) -> str:
    """Why a key costs more, by the largest part."""
    if reason is None:
        return _("not yet: the calls do not reach back so far") if is_incident else _("nothing to explain")
    if reason.main == "mix" and reason.shift is not None:
        shift = reason.shift
        return _("{model} {before} → {after} of calls").format(
            model=shift.model, before=fmt.percent(shift.before), after=fmt.percent(shift.after)
        )
    if reason.main == "rate":
        return rate_text(reason)
    return volume_text(reason)


def volume_text(reason: CostCause) -> str:
    """How many times the calls."""
    before, after = reason.calls_per_h
    if before <= 0:
        number = round(after)
        return plural("{n} call an hour, none before", "{n} calls an hour, none before", number).format(n=number)
    return _("×{times} calls").format(times=fmt.times(after / before))


def rate_text(reason: CostCause) -> str:
    """What made a call dearer: the cache, or the multiplier."""
    hit_before, hit_after = reason.hit_rate
    factor_before, factor_after = reason.multiplier
    if factor_before is not None and factor_after is not None and abs(factor_after - factor_before) > 0.02:
        return _("multiplier {before} → {after}").format(before=f"{factor_before:.2f}", after=f"{factor_after:.2f}")
    if hit_before is not None and hit_after is not None and hit_before - hit_after > 0.05:
        told = _("cache hits {before} → {after}")
        return told.format(before=fmt.percent(hit_before), after=fmt.percent(hit_after))
    return _("tokens per call")
