"""The floors of the Python half: imports point down, in no circle, and no file or folder is too large.

`test/floors.test.ts` holds the same for TypeScript.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from homeassistant.const import Platform
from homeassistant.loader import BASE_PRELOAD_PLATFORMS

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "utec_gateway"
TESTS = ROOT / "test" / "custom_components"

PLATFORMS = ("binary_sensor", "button", "event", "light", "lock", "select", "sensor", "switch")

# Ground first. A room (a file or a folder at the top) knows those below, none above and none beside it.
FLOORS = (
    ("const",),
    ("picture",),
    ("link", "registry"),
    ("coordinator",),
    ("entity", "fixes", "lock_activity", "websocket_api"),
    ("watch",),
    (
        *PLATFORMS,
        "actions",
        "condition",
        "config_flow",
        "diagnostics",
        "logbook",
        "repairs",
        "system_health",
        "trigger",
    ),
    ("__init__",),
)

MOST_LINES = 300
MOST_FILES = 12

# The names that are not ours to choose, with who looks for them: at the top of the integration, ...
DICTATED: Mapping[str, str] = {
    "condition.py": "Home Assistant: the platform of the conditions for automations",
    "conditions.yaml": "Home Assistant: what its editor shows of them",
    "config_flow.py": "Home Assistant: where `config_flow` in manifest.json leads",
    "diagnostics.py": "Home Assistant: the platform of the diagnostics",
    "logbook.py": "Home Assistant: the platform of the logbook",
    "repairs.py": "Home Assistant: the platform of the repairs",
    "system_health.py": "Home Assistant: the platform of the system health",
    "trigger.py": "Home Assistant: the platform of the triggers for automations",
    "triggers.yaml": "Home Assistant: what its editor shows of them",
    **{f"{it}.py": "Home Assistant: the platform that `async_forward_entry_setups` loads" for it in PLATFORMS},
    "manifest.json": "Home Assistant: what makes the folder an integration",
    "icons.json": "Home Assistant: the icons of entities and actions",
    "services.yaml": "Home Assistant: the fields of actions",
    "quality_scale.yaml": "Home Assistant's hassfest: the rules of the Integration Quality Scale",
}
# ... and in any folder.
DICTATED_ANYWHERE: Mapping[str, str] = {
    "__init__.py": "Python: what makes the folder a package",
    "conftest.py": "pytest: the fixtures of the folder",
}
# Folders in which Home Assistant dictates all names: languages, and the kinds of pictures.
DICTATED_FOLDERS = ("translations", "brand")


def imports_of(file: Path, integration: Path) -> set[Path]:
    """The files of the integration that a file imports.

    Imports inside functions and under TYPE_CHECKING count: who reads one of the two files has to know the other.
    """
    package = [integration.parent.name, integration.name]
    own = [*package, *file.relative_to(integration).parent.parts]

    def named(dotted: list[str]) -> Path | None:
        if dotted[:2] != package or len(dotted) < 3:
            return None
        path = integration.joinpath(*dotted[2:])
        found = (path.with_name(f"{path.name}.py"), path / "__init__.py")
        return next((it for it in found if it.is_file()), None)

    targets: set[Path | None] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            targets.update(named(it.name.split(".")) for it in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = own[: len(own) - node.level + 1] if node.level else []
            module = [*base, *(node.module or "").split(".")] if node.module else base
            # What is imported is a module, or something in one.
            targets.update(named([*module, it.name]) or named(module) for it in node.names)
    return {it for it in targets if it is not None}


def import_graph(integration: Path) -> dict[Path, set[Path]]:
    """All files of an integration, and what each imports of it."""
    return {file: imports_of(file, integration) for file in sorted(integration.rglob("*.py"))}


def circle_in(graph: Mapping[Path, set[Path]]) -> list[str]:
    """Find the files of a circle of imports; none is an empty list."""
    done: set[Path] = set()

    def visit(file: Path, way: tuple[Path, ...]) -> list[str]:
        if file in way:
            return [it.name for it in (*way[way.index(file) :], file)]
        if file in done:
            return []
        found = next((it for target in sorted(graph[file]) if (it := visit(target, (*way, file)))), [])
        done.add(file)
        return found

    return next((it for file in graph if (it := visit(file, ()))), [])


def room_of(file: Path, integration: Path) -> str:
    """The room that a file is in, or is."""
    return file.relative_to(integration).parts[0].removesuffix(".py")


def floor_of(room: str) -> int | None:
    """The floor that a room is on; 0 is the ground."""
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def imports_upward(graph: Mapping[Path, set[Path]], integration: Path) -> list[str]:
    """The imports that do not point down to a lower floor, or stay in the room."""

    def points_down(file: Path, target: Path) -> bool:
        room, other = room_of(file, integration), room_of(target, integration)
        own_floor, other_floor = floor_of(room), floor_of(other)
        return room == other or (own_floor is not None and other_floor is not None and other_floor < own_floor)

    return [
        f"{file.relative_to(integration)} imports {target.relative_to(integration)}"
        for file, targets in graph.items()
        for target in sorted(targets)
        if not points_down(file, target)
    ]


def folders_in(*tops: Path) -> Iterator[Path]:
    """All folders whose names and files are ours to choose."""
    for top in tops:
        for folder, _, _ in top.walk():
            if folder.name != "__pycache__" and folder.name not in DICTATED_FOLDERS:
                yield folder


def is_dictated(file: Path) -> bool:
    """Whether somebody else looks for the file by its name, in this place."""
    return file.name in DICTATED_ANYWHERE or (file.parent == INTEGRATION and file.name in DICTATED)


def too_large_folders(*tops: Path) -> dict[str, int]:
    """The folders with too many files, not counting those whose names others dictate."""
    counts = {
        str(folder): len([it for it in folder.iterdir() if it.is_file() and not is_dictated(it)])
        for folder in folders_in(*tops)
    }
    return {folder: count for folder, count in counts.items() if count > MOST_FILES}


def too_long_files(*tops: Path) -> dict[str, int]:
    """The files with too many lines."""
    counts = {str(file): len(file.read_text().splitlines()) for top in tops for file in top.rglob("*.py")}
    return {file: count for file, count in counts.items() if count > MOST_LINES}


def test_no_circle_of_imports() -> None:
    assert circle_in(import_graph(INTEGRATION)) == []


def test_imports_point_down() -> None:
    assert imports_upward(import_graph(INTEGRATION), INTEGRATION) == []


def test_every_room_stands_on_one_floor_and_every_floor_has_its_rooms() -> None:
    rooms = {room_of(file, INTEGRATION) for file in INTEGRATION.rglob("*.py")}
    assert sorted(rooms) == sorted(room for floor in FLOORS for room in floor)


def test_no_file_is_longer_than_300_lines() -> None:
    assert too_long_files(INTEGRATION.parent, TESTS) == {}


def test_no_folder_holds_more_than_12_files_whose_names_are_ours_to_choose() -> None:
    assert too_large_folders(INTEGRATION.parent, TESTS) == {}


def test_home_assistant_finds_its_platforms_at_the_top_and_takes_no_room_for_one() -> None:
    platforms = {*Platform, *BASE_PRELOAD_PLATFORMS}
    assert platforms.issuperset(
        {*PLATFORMS, "condition", "config_flow", "diagnostics", "logbook", "repairs", "system_health", "trigger"}
    )
    assert platforms.isdisjoint(it.name for it in INTEGRATION.iterdir() if it.is_dir())


# That a break is seen


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An integration with a lower and an upper room."""
    integration = tmp_path / "custom_components" / "utec_gateway"
    (integration / "picture").mkdir(parents=True)
    (integration / "picture" / "__init__.py").write_text("")
    (integration / "picture" / "device.py").write_text("from ..const import DOMAIN\n")
    (integration / "const.py").write_text("DOMAIN = 'utec_gateway'\n")
    (integration / "coordinator.py").write_text("from .picture.device import DOMAIN\n")
    return integration


@pytest.mark.parametrize(
    "upward",
    [
        "from ..coordinator import DOMAIN",
        "from .. import coordinator",
        "from custom_components.utec_gateway import coordinator",
        "from custom_components.utec_gateway.coordinator import DOMAIN",
        "import custom_components.utec_gateway.coordinator",
        "if TYPE_CHECKING:\n    from ..coordinator import DOMAIN",
        "def late():\n    from ..coordinator import DOMAIN",
    ],
)
def test_an_import_that_points_up_and_closes_a_circle_is_found_wherever_it_stands(house: Path, upward: str) -> None:
    graph = import_graph(house)
    assert (circle_in(graph), imports_upward(graph, house)) == ([], [])
    (house / "picture" / "device.py").write_text(upward)
    graph = import_graph(house)
    assert circle_in(graph) == ["coordinator.py", "device.py", "coordinator.py"]
    assert imports_upward(graph, house) == ["picture/device.py imports coordinator.py"]


def test_what_stands_beside_is_not_below(house: Path) -> None:
    for room in ("link", "registry"):
        (house / room).mkdir()
        (house / room / "__init__.py").write_text("")
    (house / "link" / "link.py").write_text("from .. import registry")
    assert imports_upward(import_graph(house), house) == ["link/link.py imports registry/__init__.py"]


def test_a_file_and_a_folder_that_grew_too_large_are_found(house: Path) -> None:
    (house / "const.py").write_text("\n" * (MOST_LINES + 1))
    for number in range(MOST_FILES):
        (house / "picture" / f"{number}.py").write_text("")
    assert too_long_files(house) == {str(house / "const.py"): MOST_LINES + 1}
    assert too_large_folders(house) == {str(house / "picture"): MOST_FILES + 1}
