"""What the documents say can be done as it stands there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.pictures import test_pictures
from tui.cli.parser import parser
from tui.domain.commands import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
MAX_README_LINES = 200
BLOCK = re.compile(r"((?:^    .*\n)+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")
PLACEHOLDERS = {"R": "24h", "N": "5", "KEY": "7", "USD": "5", "HOST:PORT": "127.0.0.1:9810", "…": "", "M": "model"}


def commands(text: str) -> list[str]:
    """The commands of aktop that stand in code blocks, without what is said of them."""
    lines = (line.strip() for block in BLOCK.findall(text) for line in block.splitlines())
    found = []
    for line in lines:
        line = re.split(r"\s{3,}| #| > ", line)[0]
        match = re.match(r"(?:\$ )?(?:[A-Z_]+=\S+ )*((?:\.venv/bin/python -m tui|aktop)\b.*)", line)
        if match is not None:
            found.append(match[1].removeprefix(".venv/bin/python -m tui").removeprefix("aktop"))
    return found


def words(command: str) -> list[str]:
    """A command as it could be typed: the first of several choices, and something for each placeholder."""
    bare = re.sub(r"[\[\]]", " ", command)
    parts = [PLACEHOLDERS.get(word, word).split("|")[0] for word in shlex.split(bare)]
    return [part for part in parts if part]


def told(path: Path) -> list[str]:
    return commands(path.read_text(encoding="utf-8"))


ALL = [(path.name, command) for path in DOCUMENTS for command in told(path)]


def test_commands_are_found() -> None:
    assert len([one for one in ALL if one[0] == "README.md"]) > 15


@pytest.mark.parametrize(("document", "command"), ALL)
def test_a_command_is_understood(document: str, command: str) -> None:
    parser().parse_args(words(command))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_is_short_and_names_keys_that_there_are(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_README_LINES
    section = text[text.index("docs/overview.svg") :]
    table = section[: section.index("docs/keys.md")]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "·" in line]
    named = {key for row in rows for code in re.findall(r"`([^`]+)`", row) for key in code.split()}
    known = {command.shown for command in COMMANDS} | set("1234")
    assert len(named) > 20
    assert not named - known


def test_the_picture_of_the_readme_is_how_it_looks() -> None:
    folder = Path(test_pictures.__file__).parent / "__snapshots__" / "test_pictures"
    taken = folder / "test_it_looks_as_it_did[overview-120x36-en].svg"
    assert (ROOT / "docs" / "overview.svg").read_text(encoding="utf-8") == taken.read_text(encoding="utf-8"), (
        f"cp '{taken.relative_to(ROOT)}' docs/overview.svg"
    )


def test_the_constraints_are_the_locked_versions() -> None:
    """pipx and uv take no hashes in constraints."""
    locked = re.findall(r"^[\w.-]+==[\w.]+", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(locked) > 10
    assert [line for line in constraints if not line.startswith("#")] == locked


def test_a_container_gets_all_that_is_installed_from() -> None:
    text = (ROOT / "contrib" / "container" / "Containerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for word in line.split()]
    assert not [name for name in copied if not (ROOT / name).exists()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [project["project"]["readme"], *project["project"]["license-files"]]
    needed += project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert not set(needed) - set(copied)
