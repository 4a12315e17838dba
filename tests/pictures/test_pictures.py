"""What the screens look like: `pytest tests/pictures --snapshot-update` takes the pictures beside this file anew."""

import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.pictures.conftest import Start, Time
from tui import locale

STEP_S, ALL_READ_S = 5, 40
LARGE, USUAL, SMALL, NARROW, TINY = (200, 60), (120, 36), (80, 24), (60, 20), (40, 12)
VIEWS: dict[str, tuple[str, ...]] = {
    "overview": (),
    "triage": ("T",),
    "incidents": ("T", "I"),
    "calls": ("c",),
    "key": ("enter",),
    "dialog": ("D",),
    "bucket": ("1", "left", "left"),
    "by-model": ("b",),
}
SHOTS = [(name, USUAL, "en") for name in VIEWS] + [
    ("overview", LARGE, "en"),
    ("overview", SMALL, "en"),
    ("triage", LARGE, "en"),
    ("triage", SMALL, "en"),
    ("triage", TINY, "en"),
    ("calls", LARGE, "en"),
    ("overview", USUAL, "zh"),
    ("triage", USUAL, "zh"),
    ("dialog", SMALL, "zh"),
    ("overview", NARROW, "en"),
    ("dialog", TINY, "en"),
]
NOT_SEEN = re.compile(r"@font-face \{.*?\}\s*|<clipPath.*?</clipPath>\s*| clip-path=\"url[^\"]*\"", re.DOTALL)
UNIQUE = re.compile(r"terminal-\d+-")
STYLE = re.compile(r"(?<=\.)(r\d+)(?= \{ (.*?) \})")
CRISP = ' shape-rendering="crispEdges"'


class Picture(SingleFileSnapshotExtension):
    """One SVG a picture, with a run of characters a line, and without what nobody sees."""

    _file_extension = "svg"
    _write_mode = WriteMode.TEXT

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


@pytest.mark.parametrize(("name", "size", "language"), SHOTS, ids=shot_name)
async def test_it_looks_as_it_did(
    aktop: Start, still: Time, snapshot: SnapshotAssertion, name: str, size: tuple[int, int], language: str
) -> None:
    locale.use(language)
    async with aktop(size=size) as run:
        while still.passed_s < ALL_READ_S:
            await still.pass_s(run, STEP_S)
        assert run.app.picture.report.is_whole
        await run.press(*VIEWS[name])
        await still.pass_s(run, STEP_S)
        await still.pass_s(run, STEP_S)
        assert run.app.export_screenshot() == snapshot(extension_class=Picture)
