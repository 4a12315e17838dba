"""What follows a key: dialogs, what their answers lead to, and messages – without an app."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.present.shown import LOOK, NOTHING_KNOWN
from tui.domain.export_format import ExportFormat
from tui.domain.scope import RangeName, Scope, parse_range
from tui.present.read_back import ReadPlan
from tui.present.toasts import Toast
from tui.screens import scope_choices
from tui.screens.calls import export
from tui.screens.dialogs import Ask, Next, PathPrompt, save_as
from tui.screens.messages import Export, Narrow, WriteReport
from tui.screens.yes_no import YesNoDialog

KEY = Scope().narrowed(key_id=7)


def answered(following: Next, *answers: Any) -> Next:
    """What is left once a person has answered one question after another."""
    for answer in answers:
        assert isinstance(following, Ask)
        following = following.then(answer)
    return following


@pytest.mark.parametrize(
    ("answers", "scope"),
    [
        (("7d",), KEY.over(RangeName.D7)),
        (("custom", "2026-11-01..2026-11-20"), KEY.over(parse_range("2026-11-01..2026-11-20"))),
    ],
)
def test_a_range_that_was_chosen_is_looked_at(answers: tuple[str, ...], scope: Scope) -> None:
    assert answered(scope_choices.choose_range(KEY, LOOK), *answers) == Narrow(scope)


@pytest.mark.parametrize(
    ("answers", "scope"),
    [
        (("request_type", "stream"), KEY.narrowed(request_type="stream")),
        (("key_id", "all"), Scope()),
    ],
)
def test_a_filter_is_chosen_and_then_its_value(answers: tuple[str, ...], scope: Scope) -> None:
    assert answered(scope_choices.choose_filter(KEY, NOTHING_KNOWN, LOOK), *answers) == Narrow(scope)


@pytest.mark.parametrize(
    ("first", "answers"),
    [
        (scope_choices.choose_range(KEY, LOOK), (None,)),
        (scope_choices.choose_range(KEY, LOOK), ("custom", None)),
        (scope_choices.choose_filter(KEY, NOTHING_KNOWN, LOOK), (None,)),
        (scope_choices.choose_filter(KEY, NOTHING_KNOWN, LOOK), ("model", None)),
        (export.offer(RangeName.H24, 3, None), (None,)),
        (export.offer(RangeName.H24, 3, None), ("shown csv", None)),
    ],
)
def test_who_leaves_a_question_changes_nothing(first: Ask, answers: tuple[str | None, ...]) -> None:
    assert answered(first, *answers) is None


@pytest.mark.parametrize(("what", "is_whole"), [("shown", False), ("range", True)])
def test_an_export_goes_where_a_person_said(tmp_path: Path, what: str, is_whole: bool) -> None:
    path = tmp_path / "calls.csv"
    offered = export.offer(RangeName.H24, 3, ReadPlan(3, 10))
    wanted = Export(is_whole, ExportFormat.CSV, path, may_replace=False)
    assert answered(offered, f"{what} {ExportFormat.CSV}", str(path)) == wanted


def test_a_file_that_is_there_is_replaced_after_a_yes_only(tmp_path: Path) -> None:
    path = tmp_path / "incident.md"
    path.write_text("mine", encoding="utf-8")
    first = save_as("~/incident.md", WriteReport)
    assert isinstance(first.dialog, PathPrompt)
    second = first.then(str(path))
    assert isinstance(second, Ask)
    assert isinstance(second.dialog, YesNoDialog)
    assert second.then(False) is None
    assert second.then(None) is None
    assert second.then(True) == WriteReport(path, may_replace=True)


def test_a_question_without_consequences_ends_there() -> None:
    assert Ask(PathPrompt("~/x.csv")).then("anything") is None
    assert Toast("told").severity == "information"
