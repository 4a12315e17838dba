"""The breakdown: how a scope splits by model, group, endpoint or key."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from tui.domain.keys import ApiKey
from tui.domain.usage import Slice
from tui.locale import _
from tui.monitor.usage import ScopedUsage
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from widgets.values import Align, Cell, Column, Draw, Emphasis, Row


class By(StrEnum):
    """What to split by."""

    MODEL = "model"
    GROUP = "group"
    ENDPOINT = "endpoint"
    KEY = "key"


class Measure(StrEnum):
    """What the bars measure."""

    BILLED = "billed"
    TOKENS = "tokens"
    REQUESTS = "requests"


def by_word(by: By) -> str:
    """The title of a split."""
    return {By.MODEL: _("Models"), By.GROUP: _("Groups"), By.ENDPOINT: _("Endpoints"), By.KEY: _("Keys")}[by]


def by_phrase(by: By) -> str:
    """How the bars of a trend are stacked, in words."""
    return {
        By.MODEL: _("by model"),
        By.GROUP: _("by group"),
        By.ENDPOINT: _("by endpoint"),
        By.KEY: _("by key"),
    }[by]


def measure_word(measure: Measure) -> str:
    """What the bars measure, in a word."""
    return {Measure.BILLED: "$", Measure.TOKENS: _("tokens"), Measure.REQUESTS: _("requests")}[measure]


def columns(measure: Measure) -> tuple[Column, ...]:
    """The columns of the pane: name, bar with its percentage, value."""
    return (
        Column("name", _("NAME"), 12, flex=3),
        Column("share", _("SHARE"), 5, flex=2, priority=1, draw=Draw.BAR),
        Column("value", measure_word(measure).upper(), 9, Align.RIGHT),
    )


def slices_of(usage: ScopedUsage, by: By) -> tuple[Slice, ...] | None:
    """The parts of a split; None if unknown."""
    return {By.MODEL: usage.models, By.GROUP: usage.groups, By.ENDPOINT: usage.endpoints, By.KEY: usage.keys}[by]


def rows(
    slices: Sequence[Slice],
    by: By,
    measure: Measure,
    look: DisplayContext,
    keys: Sequence[ApiKey] | None = None,
    tones: Mapping[str, Emphasis] | None = None,
) -> tuple[Row, ...]:
    """The rows, largest first, each with its share; `keys` are the existing keys, if known.

    With `tones` each row has a sign in the colour of its bars.
    """
    living = None if keys is None else {str(key.id): look.key_name(key) for key in keys}
    ordered = sorted(slices, key=lambda one: (value_of(one, measure), one.requests), reverse=True)
    whole = sum(value_of(one, measure) for one in ordered)
    return tuple(_row(one, by, measure, whole, look, living, tones) for one in ordered)


def value_of(one: Slice, measure: Measure) -> float:
    """The value of a part."""
    match measure:
        case Measure.BILLED:
            return float(one.billed_usd)
        case Measure.TOKENS:
            return float(one.tokens)
        case Measure.REQUESTS:
            return float(one.requests)


def _row(
    one: Slice,
    by: By,
    measure: Measure,
    whole: float,
    look: DisplayContext,
    living: Mapping[str, str] | None,
    tones: Mapping[str, Emphasis] | None,
) -> Row:
    share = value_of(one, measure) / whole if whole else 0.0
    name = one.name or _("no group")
    if by is By.KEY:
        name = _key_name(one, look, living)
    text = {
        Measure.BILLED: fmt.usd(one.billed_usd),
        Measure.TOKENS: fmt.tokens(one.tokens),
        Measure.REQUESTS: fmt.count(one.requests),
    }[measure]
    return Row(one.id, (_named(name, one.id, tones), Cell(fmt.percent(share), share=share), Cell(text)))


def _named(name: str, part: str, tones: Mapping[str, Emphasis] | None) -> Cell:
    if tones is None:
        return Cell(name)
    tone = tones.get(part, Emphasis.DATA)
    return Cell(f"■ {name}", parts=(Cell("■ ", tone), Cell(name)))


def _key_name(one: Slice, look: DisplayContext, living: Mapping[str, str] | None) -> str:
    if living is None:
        return look.name(one.name, f"#{one.id}")
    if one.id in living:
        return living[one.id]
    deleted = _("deleted {id}").format(id=f"#{one.id}")
    return deleted if look.privacy or one.name == f"#{one.id}" else f"{deleted} {one.name}"
