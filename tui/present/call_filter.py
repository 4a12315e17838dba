"""The filter line of the call list: a small language, parsed into a predicate.

Terms stand side by side and all must match: `key:batch model~opus cost>0.05 dur>30s !type:sync "free text"`. A term is
a word, searched in all text fields, or a field, an operator and a value. `!` negates a term.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from tui.domain.usage import Call
from tui.locale import _

Test = Callable[[Call], bool]
NO_NAMES: Mapping[int, str] = MappingProxyType({})

_TERM = re.compile(
    r"""(?P<not>!*)
        (?:(?P<field>[A-Za-z]+)(?P<op>\s*(?:>=|<=|[<>=])\s*|[:~]))?
        (?P<value>"(?:[^"\\]|\\.)*"?|[^\s"]*)""",
    re.VERBOSE,
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    ":": operator.eq,
}
_AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?P<unit>[A-Za-z]*)")


class BadFilter(ValueError):
    """A filter that cannot be parsed: the error as a sentence, and its start and end."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start, self.end = start, end


class Filter(Struct, frozen=True):
    """A parsed filter: its text in canonical form, and its predicate."""

    text: str
    passes: Test


class TextField(Struct, frozen=True):
    """A text field. `is_varied` says that nearly every call has its own value: caching gains nothing."""

    name: str
    get: Callable[[Call], str | None]
    choices: tuple[str, ...] = ()
    is_varied: bool = False


class NumberField(Struct, frozen=True):
    """A numeric field, in the unit that `units` counts in; `places` are its decimals."""

    name: str
    get: Callable[[Call], Decimal | int | None]
    units: Mapping[str, Decimal] = field(default_factory=dict)
    example: str = ""
    places: int = 0


_COUNT = {"": Decimal(1), "k": Decimal(1000), "m": Decimal(1_000_000)}
_TIME = {"": Decimal(1000), "ms": Decimal(1), "s": Decimal(1000), "m": Decimal(60_000)}
_PLAIN = {"": Decimal(1)}

_TEXTS = (
    TextField("key", lambda call: call.key_name),
    TextField("model", lambda call: call.model),
    TextField("ip", lambda call: call.ip),
    TextField("type", lambda call: call.request_type),
    TextField("group", lambda call: call.group_name),
    TextField("endpoint", lambda call: call.endpoint),
    TextField("effort", lambda call: call.reasoning_effort),
    TextField("mode", lambda call: call.billing_mode),
    TextField("media", lambda call: call.media.kind),
    TextField("size", lambda call: call.media.size),
    TextField("paid", lambda call: "wallet" if call.is_wallet else "plan", ("wallet", "plan")),
    TextField("agent", lambda call: call.user_agent),
    TextField("request", lambda call: call.request_id, is_varied=True),
    TextField("session", lambda call: call.session_id, is_varied=True),
)
_NUMBERS = (
    NumberField("cost", lambda call: call.billed_usd, _PLAIN, "cost>0.05", 6),
    NumberField("std", lambda call: call.standard_usd, _PLAIN, "std>0.05", 6),
    NumberField("dur", lambda call: call.duration_ms, _TIME, "dur>30s"),
    NumberField("first", lambda call: call.first_token_ms, _TIME, "first>800ms"),
    NumberField("in", lambda call: call.input_tokens, _COUNT, "in>10k"),
    NumberField("out", lambda call: call.output_tokens, _COUNT, "out>2k"),
    NumberField("cacher", lambda call: call.cache_read_tokens, _COUNT, "cacher<1k"),
    NumberField("cachew", lambda call: call.cache_creation_tokens, _COUNT, "cachew>10k"),
    NumberField("cachehour", lambda call: call.cache_creation_1h_tokens, _COUNT, "cachehour>0"),
    NumberField("images", lambda call: call.media.count, _PLAIN, "images>0"),
    NumberField("tok", lambda call: call.tokens, _COUNT, "tok>10k"),
    NumberField("id", lambda call: call.id, _PLAIN, "id=53418"),
)
FIELDS: Mapping[str, TextField | NumberField] = {one.name: one for one in (*_TEXTS, *_NUMBERS)}
_SEARCHED = ("key", "model", "ip", "type", "group", "endpoint", "effort", "mode", "agent", "request", "session")


def parse(text: str, key_names: Mapping[int, str] = NO_NAMES) -> Filter:
    """Parse a filter. `key_names` are current key names by id; calls only have the names of their time.

    >>> parse(' KEY:batch  cost > $.05  dur>0.5m !"two words"').text
    'key:batch cost>0.05 dur>30s !"two words"'
    >>> parse("cost>much")
    Traceback (most recent call last):
    tui.present.call_filter.BadFilter: much is no amount for cost; for example: cost>0.05

    Raises BadFilter.
    """
    terms = [_read(match, key_names) for match in _terms(text)]
    tests = [test for _written, test in terms]
    return Filter(" ".join(written for written, _test in terms), lambda call: all(test(call) for test in tests))


def bare_words(text: str) -> tuple[str, ...]:
    """The words that a filter searches in any field, to be highlighted in the rows.

    >>> bare_words('opus cost>0.05 !haiku "two words"')
    ('opus', 'two words')
    """
    words = [match.group(0).strip('"') for match in re.finditer(r'"[^"]*"|\S+', text) if match.group(0)[0] != "!"]
    return tuple(word for word in words if word and not re.search("[:=<>~]", word))


def completions(text: str, known: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Completions of the last word: field names, or known values of a field.

    >>> completions("cost>1 mo", {})
    ('model:', 'mode:')
    >>> completions("model~so", {"model": ["claude-sonnet", "claude-opus"]})
    ('model~claude-sonnet',)
    """
    last = next((match for match in reversed(list(_terms(text))) if match.end() == len(text)), None)
    if last is None:
        return ()
    typed, sign, name = last["value"], last["not"], (last["field"] or "").lower()
    if not name:
        found = [f"{sign}{one}{':' if isinstance(FIELDS[one], TextField) else '>'}" for one in FIELDS]
        return tuple(one for one in found if typed and one.startswith(f"{sign}{typed.lower()}"))
    one = FIELDS.get(name)
    if not isinstance(one, TextField):
        return ()
    part = typed.strip('"').casefold()
    values = [value for value in (one.choices or known.get(name, ())) if part in value.casefold()]
    return tuple(f"{sign}{name}{last['op'].strip()}{_quoted(value)}" for value in values if value.casefold() != part)


def completed(text: str, completion: str) -> str:
    """The text with its last word completed.

    >>> completed("cost>1 mo", "model:")
    'cost>1 model:'
    """
    last = next((match for match in reversed(list(_terms(text))) if match.end() == len(text)), None)
    return (text[: last.start()] if last is not None else text) + completion


def _terms(text: str) -> Iterable[re.Match[str]]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = _TERM.match(text, place)
        assert match is not None
        yield match
        place = match.end()


def _read(match: re.Match[str], key_names: Mapping[int, str]) -> tuple[str, Test]:
    value = _unquoted(match)
    sign = "!" if len(match["not"]) % 2 else ""
    if match["field"] is None:
        if not value:
            raise BadFilter(_("which word is looked for?"), *match.span())
        written, test = _quoted(value), _anywhere(value, key_names)
    else:
        written, test = _compared(match, value, key_names)
    return f"{sign}{written}", (lambda call: not test(call)) if sign else test


def _compared(match: re.Match[str], value: str, key_names: Mapping[int, str]) -> tuple[str, Test]:
    name, sign = match["field"].lower(), match["op"].strip()
    one = FIELDS.get(name)
    if one is None:
        sentence = _("there is no field {name}: {fields} (text with : or = goes in quotes)")
        raise BadFilter(sentence.format(name=name, fields=" ".join(FIELDS)), *match.span("field"))
    if isinstance(one, NumberField):
        return _number_term(one, sign, match)
    if sign not in ":~=":
        sentence = _("{name} has no size: {name}:part, or {name}=whole")
        raise BadFilter(sentence.format(name=name), *match.span("op"))
    if not match["value"]:
        raise BadFilter(_("{name} contains what?").format(name=f"{name}{sign}"), *match.span())
    if one.choices and not any(value.casefold() in choice for choice in one.choices):
        sentence = _("{name} is one of: {values}")
        raise BadFilter(sentence.format(name=name, values=", ".join(one.choices)), *match.span("value"))
    return f"{name}{sign}{_quoted(value)}", _text_test(one, value, key_names, is_whole=sign == "=")


def _text_test(one: TextField, value: str, key_names: Mapping[int, str], *, is_whole: bool) -> Test:
    wanted = value.casefold()
    get = _current_name(key_names) if one.name == "key" else one.get

    def holds(text: str | None) -> bool:
        found = (text or "").casefold()
        return found == wanted if is_whole else wanted in found

    if one.is_varied:
        return lambda call: holds(get(call))
    known: dict[str | None, bool] = {}

    def remembered(call: Call) -> bool:
        text = get(call)
        answer = known.get(text)
        if answer is None:
            answer = known[text] = holds(text)
        return answer

    return remembered


def _current_name(key_names: Mapping[int, str]) -> Callable[[Call], str | None]:
    return lambda call: key_names.get(call.key_id) or call.key_name or f"#{call.key_id}"


def _anywhere(value: str, key_names: Mapping[int, str]) -> Test:
    """Search any text field of a call."""
    fields = (FIELDS[name] for name in _SEARCHED)
    tests = [_text_test(one, value, key_names, is_whole=False) for one in fields if isinstance(one, TextField)]
    return lambda call: any(test(call) for test in tests)


def _number_term(one: NumberField, sign: str, match: re.Match[str]) -> tuple[str, Test]:
    if sign == "~":
        sentence = _("{name} is a number: compare it with = < > <= or >=")
        raise BadFilter(sentence.format(name=one.name), *match.span("op"))
    if not match["value"]:
        sentence = _("{name} is compared with what? For example: {example}")
        raise BadFilter(sentence.format(name=f"{one.name}{sign}", example=one.example), *match.span())
    amount = _amount(one, match)
    compare, get, places = _COMPARE[sign], one.get, one.places

    def holds(call: Call) -> bool:
        found = get(call)
        return found is not None and compare(round(found, places) if compare is operator.eq else found, amount)

    return f"{one.name}{'=' if sign == ':' else sign}{_written(amount, one)}", holds


def _amount(one: NumberField, match: re.Match[str]) -> Decimal:
    typed = match["value"].strip('"').replace("_", "").removeprefix("$")
    found = _AMOUNT.fullmatch(typed)
    unit = one.units.get(found["unit"].lower()) if found is not None else None
    if found is None or unit is None:
        sentence = _("{value} is no amount for {name}; for example: {example}")
        raise BadFilter(sentence.format(value=match["value"], name=one.name, example=one.example), *match.span("value"))
    try:
        return Decimal(found["number"]) * unit
    except InvalidOperation:
        raise BadFilter(_("this number is too large"), *match.span("value")) from None


def _written(amount: Decimal, one: NumberField) -> str:
    """An amount in the largest unit that keeps it short.

    >>> _written(Decimal(30000), FIELDS["dur"]), _written(Decimal(1500), FIELDS["tok"])
    ('30s', '1.5k')
    """
    units = (
        {"ms": 1, "s": 1000} if one.units is _TIME else {"": 1, "k": 1000, "M": 10**6} if one.units is _COUNT else {}
    )
    fitting = [(name, size) for name, size in units.items() if amount and amount >= size]
    name, size = fitting[-1] if fitting else (next(iter(units), ""), 1)
    number = format((amount / size).normalize(), "f")
    return f"{number}{name}"


def _unquoted(match: re.Match[str]) -> str:
    value = match["value"]
    if not value.startswith('"'):
        return value
    if len(value) < 2 or not value.endswith('"'):
        raise BadFilter(_("the quotation does not end"), *match.span("value"))
    return re.sub(r"\\(.)", r"\1", value[1:-1])


def _quoted(value: str) -> str:
    """A value, quoted if needed to be parsed again.

    >>> _quoted("opus"), _quoted("two words"), _quoted("a:b")
    ('opus', '"two words"', '"a:b"')
    """
    if value and not re.search(r'[\s"\\:=~<>]|^!', value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
