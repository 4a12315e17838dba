"""The walls of the house (`[tool.importlinter]` in pyproject.toml): each stands, and each would be seen to fall."""

import copy
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import Contract

ROOT = Path(__file__).parents[1]
CONFIGURATION = read_configuration(str(ROOT / "pyproject.toml"))
SESSION = CONFIGURATION["session_options"]
CONTRACTS = {options["id"]: options for options in CONFIGURATION["contracts_options"]}
LAYERS = [[room.strip() for room in layer.split("|")] for layer in CONTRACTS["floors"]["layers"]]
FLOORS = {room: number for number, layer in enumerate(reversed(LAYERS), start=1) for room in layer}
TYPES: Mapping[str, type[Contract]] = {"layers": LayersContract, "forbidden": ForbiddenContract}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Which module imports which, also for the type checker alone."""
    return grimp.build_graph(*SESSION["root_packages"], include_external_packages=True, cache_dir=None)


def holds(name: str, graph: grimp.ImportGraph) -> bool:
    """Whether a wall stands in a graph."""
    options = CONTRACTS[name]
    contract = TYPES[options["type"]](name=options["name"], session_options=SESSION, contract_options=options)
    return contract.check(graph, verbose=False).kept


def with_import(graph: grimp.ImportGraph, importer: str, imported: str) -> grimp.ImportGraph:
    """The graph with one import more."""
    broken = copy.deepcopy(graph)
    if imported not in broken.modules:
        broken.add_module(imported, is_squashed=True)
    broken.add_import(importer=importer, imported=imported)
    return broken


def crossings() -> Iterator[tuple[str, str, str]]:
    """Of each wall imports that would break it: by name, importer and imported."""
    for room, floor in FLOORS.items():
        for other, height in FLOORS.items():
            if other != room and (height == floor or height == floor + 1):
                yield "floors", f"tui.{room}", f"tui.{other}"
    for name, options in CONTRACTS.items():
        for room in options.get("source_modules", ()):
            yield from ((name, room, forbidden) for forbidden in options["forbidden_modules"])


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_wall_stands(name: str, graph: grimp.ImportGraph) -> None:
    assert holds(name, copy.deepcopy(graph)), f"`lint-imports --contract {name}` says where"


@pytest.mark.parametrize(("name", "importer", "imported"), list(crossings()))
def test_the_wall_would_fall(name: str, importer: str, imported: str, graph: grimp.ImportGraph) -> None:
    assert not holds(name, with_import(graph, importer, imported))


def test_a_room_without_a_floor_is_seen(graph: grimp.ImportGraph) -> None:
    built_on = copy.deepcopy(graph)
    built_on.add_module("tui.annexe")
    assert not holds("floors", built_on)


def test_architecture_shows_these_floors() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = {room: int(floor) for floor, room in re.findall(r"^\| (\d) \| `tui/(\w+)` \|", text, re.MULTILINE)}
    assert shown == FLOORS


def test_no_module_imports_what_imports_it(graph: grimp.ImportGraph) -> None:
    own = {module for module in graph.modules if module.partition(".")[0] in SESSION["root_packages"]}
    order = TopologicalSorter({one: graph.find_modules_directly_imported_by(one) & own for one in own})
    order.prepare()  # raises CycleError, which names the circle


def test_the_domain_imports_the_standard_library_and_its_values_only(graph: grimp.ImportGraph) -> None:
    modules = {"tui.domain", *graph.find_descendants("tui.domain")}
    imported = {other for one in modules for other in graph.find_modules_directly_imported_by(one)} - modules
    assert {other.partition(".")[0] for other in imported} - {"msgspec"} <= sys.stdlib_module_names
