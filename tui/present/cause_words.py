"""Why a key costs more, in words: the largest part, and each part with its amount."""

from tui.locale import _, plural
from tui.present import format as fmt
from tui.present.clauses import clauses
from tui.triage.causes import CausePart, CostCause

LESS_HITS = 0.05
MORE_CONTEXT = 1.5
MORE_CALLS = 1.3
CENTS = 100


def why_sentence(reason: CostCause | None, is_incident: bool) -> str:
    """Why a key costs more, by the largest part."""
    if reason is None:
        return _("not yet: the calls do not reach back so far") if is_incident else _("nothing to explain")
    return part_text(reason.main, reason)


def call_sentence(reason: CostCause) -> str:
    """Why a single call costs more."""
    return part_text(reason.main_of_call, reason)


def model_sentence(reason: CostCause | None, is_incident: bool) -> str:
    """The verdict on models: as usual if another part is the largest."""
    told = why_sentence(reason, is_incident)
    if reason is None or reason.main is CausePart.MIX or reason.calls_per_h[0] <= 0:
        return told
    if reason.shift is not None:
        return clauses((told, _shift_text(reason)))
    return _("model: as usual; {cause}").format(cause=told)


def part_word(part: CausePart) -> str:
    """The name of a part."""
    return {
        CausePart.VOLUME: _("volume"),
        CausePart.MIX: _("mix"),
        CausePart.INPUT: _("input"),
        CausePart.OUTPUT: _("output"),
        CausePart.CACHE_WRITE: _("cache writes"),
        CausePart.CACHE_READ: _("cache reads"),
        CausePart.PRICE: _("price"),
        CausePart.MULTIPLIER: _("multiplier"),
        CausePart.PIECES: _("pieces"),
    }[part]


def part_text(part: CausePart, reason: CostCause) -> str:
    """The reason for a part, with its figures."""
    match part:
        case CausePart.VOLUME:
            return _volume_text(reason)
        case CausePart.MIX:
            return _shift_text(reason)
        case CausePart.OUTPUT:
            before, after = reason.output_tokens
            if before <= 0:
                return _("output of {tokens} tokens a call, none before").format(tokens=fmt.tokens(after))
            return _("output ×{times} a call").format(times=fmt.times(after / before))
        case CausePart.PRICE:
            if reason.price_times is None:
                return _("price per token")
            return _("price per token ×{times}").format(times=fmt.times(reason.price_times))
        case CausePart.MULTIPLIER:
            before_factor, after_factor = reason.multiplier
            return multiplier_text(before_factor, after_factor)
        case CausePart.PIECES:
            return _pieces_text(reason)
        case _:
            return _context_text(part, reason)


def multiplier_text(before: float | None, after: float | None) -> str:
    """A multiplier that changed."""
    if before is None or after is None:
        return _("multiplier")
    return _("multiplier {before} → {after}").format(before=factor(before), after=factor(after))


def factor(value: float) -> str:
    """A multiplier.

    >>> factor(1.0), factor(0.85), factor(1.5), factor(0.125)
    ('1.0', '0.85', '1.5', '0.125')
    """
    text = f"{value:.3f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def amounts(reason: CostCause) -> tuple[tuple[CausePart, float], ...]:
    """The parts that round to a cent an hour or more, largest first; they sum to the rounded total."""
    cents = {part: round(usd * CENTS) for part, usd in reason.parts.items()}
    cents[reason.main] += round(reason.total_usd * CENTS) - sum(cents.values())
    told = ((part, count / CENTS) for part, count in cents.items() if count)
    return tuple(sorted(told, key=lambda one: -one[1]))


def _volume_text(reason: CostCause) -> str:
    before, after = reason.calls_per_h
    if before <= 0:
        number = round(after)
        return plural("{n} call an hour, none before", "{n} calls an hour, none before", number).format(n=number)
    times = after / (reason.busy_calls_per_h or before)
    if times < MORE_CALLS:
        return _("as many calls an hour as when it usually works, but for longer")
    return _("×{times} calls").format(times=fmt.times(times))


def _shift_text(reason: CostCause) -> str:
    shift = reason.shift
    if shift is None:
        return _("other models")
    return _("{model} {before} → {after} of calls").format(
        model=shift.model, before=fmt.percent(shift.before), after=fmt.percent(shift.after)
    )


def _context_text(part: CausePart, reason: CostCause) -> str:
    """More tokens to read, or fewer of them from a cache."""
    before, after = reason.context_tokens
    hit_before, hit_after = reason.hit_rate
    told = []
    if before <= 0:
        told.append(_("context of {tokens} tokens a call, none before").format(tokens=fmt.tokens(after)))
    elif after >= MORE_CONTEXT * before:
        told.append(_("context ×{times} a call").format(times=fmt.times(after / before)))
    if hit_before is not None and hit_after is not None and hit_before - hit_after > LESS_HITS:
        hits = _("cache hits {before} → {after}")
        told.append(hits.format(before=fmt.percent(hit_before), after=fmt.percent(hit_after)))
    if not told:
        told.append(_("more {part} a call").format(part=part_word(part)))
    return ", ".join(told)


def _pieces_text(reason: CostCause) -> str:
    pieces = reason.pieces
    if pieces is None or not pieces.kind:
        return _("costs besides tokens")
    words = {
        "image": _("images: {n} at {amount}"),
        "video": _("videos: {n} at {amount}"),
        "request": _("requests with a price of their own: {n} at {amount}"),
    }
    each = fmt.usd_float(pieces.each_usd) if pieces.each_usd >= 1 else fmt.usd_short(pieces.each_usd)
    return words[pieces.kind].format(n=fmt.count(pieces.count), amount=each)
