"""Failed requests of the past month: occasional failures of every program, refusals, and the scenario's storm."""

import random
from collections.abc import Iterator

from tui.demo.calendar import DAY, HOUR, SECOND, Moment
from tui.demo.errors import STORM, USUAL, ErrorLog, ErrorRow, Failure
from tui.demo.history import Stream
from tui.demo.keys import Key
from tui.demo.measures import calls_of
from tui.demo.plan import Caller
from tui.demo.refusals import EXPIRED, OUT_OF_QUOTA, WINDOW_FULL, as_answered
from tui.demo.scenarios import Scenario
from tui.demo.spending import nth_moment
from tui.demo.strands import Trait

BURST_S, PAUSE_S = (35, 90), (12, 35)
Drawn = tuple[Moment, Trait, Failure]


def draw_errors(
    log: ErrorLog, rng: random.Random, streams: list[Stream], keys: dict[int, Key], scenario: Scenario, now: Moment
) -> None:
    """Draw the failures of the past and list them in order of time."""
    drawn: list[Drawn] = []
    for stream in streams:
        if stream.incident is None:
            drawn += _odd_failures(rng, stream, now)
            drawn += _refusals(rng, stream, keys[stream.strand.trait.key_id], now)
        elif stream.incident.storm:
            drawn += [(when, stream.strand.trait, pick(rng, STORM)) for when in storm(rng, stream, scenario.begin, now)]
    for when, trait, failure in sorted(drawn, key=lambda each: each[0]):
        log.add(lambda row_id, w=when, t=trait, f=failure: error_row(row_id, w, t, f, rng))  # type: ignore[misc]


def error_row(row_id: int, when: Moment, trait: Trait, failure: Failure, rng: random.Random) -> ErrorRow:
    """A listed failure of a strand's call."""
    caller: Caller = trait.caller
    failure = as_answered(failure, caller.endpoint)
    return ErrorRow(
        row_id,
        when,
        trait.key_id,
        failure,
        trait.model.name if failure.named else "",
        caller.endpoint,
        trait.group.platform,
        trait.group.name,
        rng.choice(caller.addresses),
        caller.agent,
        trait.streamed and failure.named,
    )


def pick(rng: random.Random, table: tuple[tuple[Failure, int], ...]) -> Failure:
    """One failure by its weight."""
    return rng.choices([each for each, _ in table], [weight for _, weight in table])[0]


def _odd_failures(rng: random.Random, stream: Stream, now: Moment) -> Iterator[Drawn]:
    calls = calls_of(stream.strand.sums[-1])
    for _ in range(round(calls * stream.client.error_share)):
        found = nth_moment(stream.strand, rng.randrange(calls))
        if found is not None:
            yield min(now, found[0] + rng.randrange(20 * SECOND)), stream.strand.trait, pick(rng, USUAL)


def _refusals(rng: random.Random, stream: Stream, key: Key, now: Moment) -> Iterator[Drawn]:
    """Retries of programs after a limit or the expiry had stopped them."""
    begin = (key.last_used or now) + 10 * SECOND
    if key.out_of_quota():
        tries, until, failure = 14, begin + 9 * HOUR, OUT_OF_QUOTA
    elif key.expired(now):
        begin = key.expires or begin
        tries, until, failure = 9, begin + DAY, EXPIRED
    elif (full := key.full_window(now)) is not None:
        tries, until, failure = max(1, (now - begin) * 6 // HOUR), now, WINDOW_FULL[full]
    else:
        return
    for _ in range(tries):
        yield begin + rng.randrange(max(1, min(until, now) - begin)), stream.strand.trait, failure


def storm(rng: random.Random, stream: Stream, begin: Moment, end: Moment) -> Iterator[Moment]:
    """The moments of a storm: bursts of about one failure a second, with pauses."""
    when = begin + rng.randrange(120 * SECOND)
    while when < end:
        burst_end = when + rng.randint(*BURST_S) * SECOND
        while when < min(burst_end, end):
            yield when
            when += rng.randrange(900_000, 1_200_000)
        when += rng.randint(*PAUSE_S) * SECOND
