"""The answer that a finding is meant to be so: what is asked, and what it means."""

from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import Look
from tui.present.finding_words import key_name, kind_word
from tui.triage.findings import Kind
from tui.triage.incidents import Episode, Phase
from widgets.values import Cell, Line, Severity


def can_be_planned(episode: Episode) -> bool:
    """Whether a person can say that it is meant to be so, or that it is not after all: an empty wallet never is."""
    return episode.kind is not Kind.LOW_BALANCE and episode.phase in (Phase.FIRING, Phase.PLANNED)


def choice(episode: Episode, snapshot: Snapshot, look: Look) -> str:
    """An episode among others to choose from."""
    planned = _(" (planned)") if episode.phase is Phase.PLANNED else ""
    return f"{kind_word(episode.kind)} · {_whose(episode, snapshot, look)}{planned}"


def question_lines(episode: Episode, snapshot: Snapshot, look: Look) -> tuple[Line, ...]:
    """What staying quiet means."""
    since = fmt.moment(episode.since, look.now, look.zone)
    return (
        (
            Cell(f"{kind_word(episode.kind)} · {_whose(episode, snapshot, look)} ", Severity.STRONG),
            Cell(_("since {time}").format(time=since)),
        ),
        (),
        (Cell(_("aktop stays quiet about it, and for four weeks at these hours of the week.")),),
        (Cell(_("It still shows on this screen; n again takes it back.")),),
    )


def watched_again(episode: Episode, snapshot: Snapshot, look: Look) -> str:
    """That the answer was taken back."""
    told = _("{what} of {key} is watched again.")
    return told.format(what=kind_word(episode.kind), key=_whose(episode, snapshot, look))


def planned_line(episode: Episode, snapshot: Snapshot, look: Look) -> Line:
    """That an episode is planned, for the triage screen."""
    told = _("planned: {what} of {key}")
    text = told.format(what=kind_word(episode.kind), key=_whose(episode, snapshot, look))
    return Cell(f"○ {text}", Severity.GOOD), Cell(_("   n watch again"), Severity.MUTED)


def _whose(episode: Episode, snapshot: Snapshot, look: Look) -> str:
    key_id = episode.key_id if episode.key_id is not None else episode.cause
    return key_name(key_id, snapshot, look) if key_id is not None else _("the account")
