"""What the screens look like: `pytest tests/pictures --snapshot-update` takes the pictures beside this file anew."""

import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from tests.pictures.conftest import Start, Time
from tui import locale

pytestmark = pytest.mark.full_account
STEP_S, ALL_READ_S = 5, 50
LARGE, USUAL, SMALL, NARROW, TINY = (200, 60), (120, 36), (80, 24), (60, 20), (40, 12)
VIEWS: dict[str, tuple[str, ...]] = {
    "overview": (),
    "triage": ("T",),
    "incidents": ("T", "I"),
    "calls": ("c",),
    "key": ("enter",),
    "dialog": ("D",),
    "by-model": ("b",),
    "bucket": ("1", "left", "left"),
}
"""Keys from the overview; the last one leaves the cursor in the chart."""
BACK = {"by-model": ("b", "b", "b")}
"""Keys that put back what a screen that is closed does not."""
SHOTS: dict[tuple[tuple[int, int], str], tuple[str, ...]] = {
    (USUAL, "en"): tuple(VIEWS),
    (LARGE, "en"): ("overview", "triage", "calls"),
    (SMALL, "en"): ("overview", "triage"),
    (NARROW, "en"): ("overview",),
    (TINY, "en"): ("triage", "dialog"),
    (USUAL, "zh"): ("overview", "triage"),
    (SMALL, "zh"): ("dialog",),
}
"""What is seen of one aktop, whose time stands still once all is read: no picture depends on those before it."""
NOT_SEEN = re.compile(r"@font-face \{.*?\}\s*|<clipPath.*?</clipPath>\s*| clip-path=\"url[^\"]*\"", re.DOTALL)
UNIQUE = re.compile(r"terminal-\d+-")
STYLE = re.compile(r"(?<=\.)(r\d+)(?= \{ (.*?) \})")
CRISP = ' shape-rendering="crispEdges"'


class Picture(SingleFileSnapshotExtension):
    """One SVG a picture, with a run of characters a line, and without what nobody sees."""

    _file_extension = "svg"
    _write_mode = WriteMode.TEXT

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """One that does not tell in which run it was taken."""
        return f"{test_location.methodname}[{index}]"

    def serialize(self, data: Any, **_: Any) -> str:
        """Fonts come from elsewhere, nothing is clipped, and names that are numbers change with anything."""
        svg = UNIQUE.sub("", NOT_SEEN.sub("", str(data))).replace(CRISP, "").replace("&#160;", "\N{NO-BREAK SPACE}")
        names = {
            number: "c" + re.sub(r"[a-z-]+: #?", "", style).replace(";", "-") for number, style in STYLE.findall(svg)
        }
        svg = re.sub(r"\br\d+\b", lambda found: names.get(found[0], found[0]), svg)
        return svg.replace("<svg ", f"<svg{CRISP} ", 1).replace("><text", ">\n<text").replace("><rect", ">\n<rect")


def shot_name(part: object) -> str:
    return "x".join(map(str, part)) if isinstance(part, tuple) else str(part)


@pytest.mark.parametrize(("size", "language"), SHOTS, ids=shot_name)
async def test_it_looks_as_it_did(
    aktop: Start, still: Time, snapshot: SnapshotAssertion, size: tuple[int, int], language: str
) -> None:
    locale.use(language)
    looks = snapshot.with_defaults(extension_class=Picture)
    changed = []
    async with aktop(size=size) as run:
        while still.passed_s < ALL_READ_S:
            await still.pass_s(run, STEP_S)
        assert run.app.picture.report.is_whole
        overview = run.app.screen
        for view in SHOTS[size, language]:
            await run.press(*VIEWS[view])
            await still.rest(run)
            name = f"{view}-{shot_name(size)}-{language}"
            if run.app.export_screenshot() != looks(name=name):
                changed.append(name)
            run.app.go_back_to(overview)
            await run.press(*BACK.get(view, ()))
    assert not changed
