"""Eight kinds of account. Who uses each and how much is drawn; so is what happens in a week without any trouble."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.triage.diary import DAYS, KNOWN_DAYS, Diary, draw_diary
from tests.triage.machines import Ci, Job, Prompt, Server
from tests.triage.people import Person, Places, Program
from tests.triage.rows import LARGE, MEDIUM, SMALL, Team, Use
from tests.triage.worlds import LONG_AGO_S, Holder, Sketch

NAMES = (
    "ana", "bo", "chen", "dina", "emre", "fay", "gil", "hana", "ivo", "jun", "kai", "lea", "mo", "nia", "oli", "pia",
    "qi", "rui", "sam", "tao", "uma", "val", "wei", "xia", "yan", "zoe", "ada", "ben", "cleo", "dov", "eli", "finn",
)  # fmt: skip
AGENTS = ("claude-cli/2.0.{} (external, cli)", "claude-cli/2.0.{} (external, claude-vscode)", "opencode/0.15.{}")
EXTRACT, ANSWER, REVIEW = Prompt(6000, 500), Prompt(1500, 350, 3000), Prompt(9000, 900, 4000, 0.7)


@dataclass
class Site:
    """Who uses an account, while it is drawn up."""

    draw: random.Random
    diary: Diary
    teams: tuple[Team, ...]
    holders: dict[int, Holder] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    machines: list[Server | Job | Ci] = field(default_factory=list)
    target_usd: float | None = None
    """What a week shall cost; None: what comes of it."""
    happenings: list[str] = field(default_factory=list)

    def address(self) -> str:
        """An address of the internet."""
        return f"{self.draw.choice(('192.0.2', '198.51.100', '203.0.113'))}.{self.draw.randrange(1, 255)}"

    def key(self, name: str, since: int | None = None) -> int:
        """A new key, made on a day or long ago."""
        key = 11 + 3 * len(self.holders)
        created = self.diary.midnights[0] - LONG_AGO_S if since is None else self.diary.at(since, 9.1)
        self.holders[key] = Holder(key, name, self.draw.choice(self.teams), created)
        return key

    def person(self, sessions: float, office: str, since: int | None = None, **more: Any) -> Person:
        """Somebody who works so many sessions a workday."""
        draw, place = self.draw, len(self.people)
        name = NAMES[place % len(NAMES)]
        who = Person(
            self.key(name, since),
            sessions,
            Places(office, self.address(), draw.choice((0.05, 0.2, 0.4, 1.0))),
            Program(draw.choice(AGENTS), draw.uniform(6, 13), draw.randrange(20, 60)),
            **{
                "comes": draw.uniform(8.0, 10.0),
                "leaves": draw.uniform(16.5, 19.5),
                "evening": draw.choice((0.03, 0.15, 0.3)),
                "owl": draw.random() < 0.08,
                "weekend": draw.choice((0.02, 0.08, 0.3)),
                "gap_s": draw.uniform(60, 115),
                "dear": draw.choice((0.1, 0.2, 0.3)),
                "since": since or 0,
                **more,
            },
        )
        self.people.append(who)
        return who

    def job(self, name: str, **more: Any) -> None:
        """A machine with an appointment."""
        self.machines.append(Job(self.key(name), ip=self.address(), agent="python-httpx/0.28.1", **more))

    def ci(self, pushes: float, **more: Any) -> None:
        """Reviews and tests, from a handful of runners."""
        ips = tuple(self.address() for _ in range(4))
        self.machines.append(Ci(self.key("ci"), pushes, REVIEW, ips, "anthropic-sdk-typescript/0.71.2", **more))

    def server(self, name: str, calls: float, prompt: Prompt = ANSWER, **more: Any) -> None:
        """A product on two machines."""
        agent = "anthropic-sdk-python/0.75.0"
        ips = (self.address(), self.address())
        self.machines.append(Server(self.key(name), calls, prompt, ips, agent, **more))


def _solo(site: Site) -> None:
    site.person(site.draw.uniform(2.0, 4.0), site.address(), owl=site.draw.random() < 0.2)
    if site.draw.random() < 0.5:
        site.job("nightly", every="night", calls=20, prompt=EXTRACT, hour=site.draw.uniform(1, 5))


def _team(site: Site) -> None:
    office = site.address()
    for _ in range(site.draw.randint(4, 6)):
        site.person(site.draw.uniform(0.8, 3.5), office)
    site.ci(site.draw.uniform(2, 6))
    site.job("nightly-tests", every="night", calls=30, prompt=REVIEW, hour=site.draw.uniform(0, 5))


def _many(site: Site) -> None:
    offices = (site.address(), site.address())
    for rank in range(29):
        site.person(2.5 / (1 + rank / 3), site.draw.choice(offices), gap_s=site.draw.uniform(80, 120))
    site.ci(site.draw.uniform(4, 9))


def _server(site: Site) -> None:
    app = Prompt(9000, 1200, 3000)
    site.server("app", site.draw.uniform(14, 24), app, model=MEDIUM, weekly_growth=site.draw.choice((1.0, 1.03)))
    site.server("search", site.draw.uniform(3, 8), EXTRACT, night=site.draw.uniform(0.2, 0.8))
    office = site.address()
    for _ in range(site.draw.randint(2, 3)):
        site.person(site.draw.uniform(0.15, 0.7), office)


def _batch(site: Site) -> None:
    draw = site.draw
    site.job("hourly-sync", every="hour", calls=draw.uniform(4, 9), prompt=Prompt(20_000, 1500), hour=0)
    site.job("nightly-index", every="night", calls=draw.uniform(80, 160), prompt=EXTRACT, hour=draw.uniform(0, 5))
    site.job("nightly-mail", every="night", calls=40, prompt=ANSWER, model=MEDIUM, hour=draw.uniform(4, 6))
    weekly = Prompt(12000, 1500, 0, 0.6)
    site.job(
        "weekly-report", every="week", calls=draw.uniform(100, 250), prompt=weekly, model=MEDIUM,
        weekday=draw.randrange(7), hour=draw.uniform(3, 21),
    )  # fmt: skip
    day = site.diary.date(draw.randrange(4)).day
    site.job(
        "month-end", every="month", calls=draw.uniform(200, 500), prompt=weekly, model=MEDIUM, day=day,
        hour=draw.uniform(1, 20), skips=0.0,
    )  # fmt: skip
    site.person(draw.uniform(0.2, 0.8), site.address())


def _agency(site: Site) -> None:
    draw = site.draw
    site.person(2.0, site.address())
    for _ in range(draw.randint(7, 10)):
        since = draw.choice((None, None, draw.randrange(2, 26)))
        until = draw.choice((DAYS, DAYS, (since or 0) + draw.randrange(8, 25)))
        who = site.person(draw.uniform(0.8, 3.0), site.address(), since, until=until)
        if until < DAYS and draw.random() < 0.6:
            site.holders[who.key].deleted = site.diary.at(min(until + 1, DAYS - 1), 11.0)
    if draw.random() < 0.5:
        _newcomer(site)


def _cents(site: Site) -> None:
    site.target_usd = site.draw.uniform(0.25, 1.0)
    site.person(0.5, site.address(), gap_s=120.0, model=SMALL, dear_model=MEDIUM)
    if site.draw.random() < 0.6:
        site.job("script", every=site.draw.choice(("night", "hour")), calls=3, prompt=ANSWER, hour=3.0)


def _large(site: Site) -> None:
    draw, office = site.draw, site.address()
    site.target_usd = 20_000 * 8 ** draw.random()
    site.server("product", draw.uniform(8, 14), Prompt(90_000, 6000, 200_000), model=LARGE, weekend=0.6)
    site.server("product-eu", draw.uniform(3, 8), Prompt(60_000, 4000, 100_000), model=LARGE, night=0.9)
    site.job("nightly-eval", every="night", calls=20, prompt=Prompt(200_000, 9000), model=LARGE, hour=1.0)
    site.job("weekly-train", every="week", calls=60, prompt=Prompt(200_000, 9000), model=LARGE, hour=10.0, weekday=5)
    for _ in range(draw.randint(4, 7)):
        site.person(draw.uniform(0.8, 3.0), office, size=4.0, model=LARGE, dear=0.0)


KINDS: Final[Mapping[str, Callable[[Site], None]]] = {
    "solo": _solo,
    "team": _team,
    "many": _many,
    "server": _server,
    "batch": _batch,
    "agency": _agency,
    "cents": _cents,
    "large": _large,
}


def _newcomer(site: Site) -> None:
    like = site.draw.choice(site.people)
    day = KNOWN_DAYS + site.draw.randrange(5)
    site.person(like.sessions, like.places.office, day, model=like.model, dear_model=like.dear_model, size=like.size)
    site.happenings.append(f"newcomer on day {day}")


def _happen(site: Site) -> None:
    """What may happen in five weeks to people and their calendar."""
    draw = site.draw
    if draw.random() < 0.25:
        site.diary = site.diary.with_holiday(day := draw.randrange(DAYS - 3), draw.randint(1, 3))
        site.happenings.append(f"holiday from day {day}")
    if draw.random() < 0.3:
        site.diary = site.diary.with_deadline(day := draw.randrange(DAYS - 3))
        site.happenings.append(f"deadline from day {day}")
    if len(site.people) > 1 and draw.random() < 0.4:
        who, back = draw.randrange(len(site.people)), draw.randrange(20, DAYS - 3)
        site.people[who] = replace(site.people[who], away=(back - 14, back - 1))
        site.happenings.append(f"key {site.people[who].key} back on day {back}")
    if len(site.people) > 1 and draw.random() < 0.2:
        _newcomer(site)
    if draw.random() < 0.15:
        who, day = draw.randrange(len(site.people)), draw.randrange(14, DAYS)
        roams = tuple(site.address() for _ in range(9))
        places = replace(site.people[who].places, roams_from=day, roams=roams)
        site.people[who] = replace(site.people[who], places=places)
        site.happenings.append(f"key {site.people[who].key} travels from day {day}")
    if draw.random() < 0.25:
        who = draw.randrange(len(site.people))
        site.people[who] = replace(site.people[who], weekly_growth=draw.uniform(1.03, 1.15))


def rotate(sketch: Sketch, key: int, at: float) -> int:
    """One key falls silent and another goes on in its place, on the same machines."""
    old = sketch.holders[key]
    new = sketch.new_key(f"{old.name}-2026", at - 600, key)
    sketch.uses[:] = [use._replace(key=new) if use.key == key and use.at >= at else use for use in sketch.uses]
    sketch.misses[:] = [one._replace(key=new) if one.key == key and one.at >= at else one for one in sketch.misses]
    sketch.happenings.append(f"key {key} rotated to {new}")
    return new


def sketch(kind: str, seed: int, diary: Diary | None = None) -> Sketch:
    """An account of a kind without any trouble.

    With a diary given nothing happens but what is in it, and people do one task at a time with one model.
    """
    draw = random.Random(f"{kind}/{seed}/site")
    own = draw_diary(draw)
    multipliers = draw.sample((0.6, 0.8, 1.0, 1.2, 1.5), 2)
    teams = tuple(Team(3 + i, f"claude-{i + 1}", ((0.0, times),)) for i, times in enumerate(multipliers))
    site = Site(draw, diary or own, teams[: draw.choice((1, 1, 2))])
    KINDS[kind](site)
    if diary is None:
        _happen(site)
    else:
        site.people = [replace(who, dear=0.0, scatter=0.1, most_lanes=1.0, weekly_growth=1.0) for who in site.people]
    uses = [use for habit in (*site.people, *site.machines) for use in _uses(habit, site.diary, kind, seed)]
    found = Sketch(kind, seed, site.diary, site.holders, uses, happenings=site.happenings)
    found.people = frozenset(who.key for who in site.people)
    if site.target_usd is not None:
        factor = site.target_usd / max(1e-9, found.usual_week_usd())
        found.uses = [use.scaled(factor) for use in uses]
        del found.known_hours
    found.fail_now_and_then()
    if diary is None and len(found.holders) > 1 and draw.random() < 0.2:
        begin, end = site.diary.judged
        rotate(found, draw.choice(sorted(found.spent_usd())), draw.uniform(begin, end - 86400))
    return found


def _uses(habit: Person | Server | Job | Ci, diary: Diary, kind: str, seed: int) -> Iterable[Use]:
    return habit.uses(diary, random.Random(f"{kind}/{seed}/key {habit.key}"))
