"""What the memory of askers makes of commands told in any order, and of changes that come in parts."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant

from custom_components.utec_gateway.link.askers import Asker, Askers
from custom_components.utec_gateway.picture.command import ReportedCommand, parse_command, wanted_by
from custom_components.utec_gateway.picture.device import Device, parse_device

from ..gateway import LAMP, PLUG, fixture

ADA = Asker(context=None, name="Ada")
BOB = Asker(context=None, name="Bob")
LAMP_OBJECT = fixture("snapshot", 1)["devices"][2]


def lamp(**fields: Any) -> Device:
    """The lamp with other values."""
    return parse_device({**LAMP_OBJECT, **fields})


def reported(command_id: str, name: str, **fields: Any) -> ReportedCommand:
    """A command of the page."""
    command = parse_command(
        {
            "id": command_id,
            "device_id": LAMP,
            "name": name,
            "args": {},
            "origin": {"name": "Eve"},
            "ended_at": None,
            "outcome": None,
            **fields,
        }
    )
    assert command is not None
    return command


@pytest.fixture
def shown() -> dict[str, Device]:
    """The devices as they are shown."""
    return {LAMP: lamp(switch_state="off")}


@pytest.fixture
def askers(hass: HomeAssistant, shown: dict[str, Device]) -> Askers:
    """A memory of nobody."""
    return Askers(hass, shown.get)


async def test_home_assistant_knows_its_own_command_better_than_the_gateway(askers: Askers) -> None:
    askers.async_note("1", LAMP, wanted_by("turn_on", {}), ADA)
    askers.async_note_others([reported("1", "turn_on"), reported("1", "turn_on", ended_at=1, outcome="refused")])
    assert askers.async_take(lamp(switch_state="on"), ["switch_state"]) == ADA


async def test_a_command_that_asks_for_nothing_known_names_nobody(askers: Askers) -> None:
    askers.async_note_others([reported("1", "paint"), reported("2", "turn_on")])
    assert (found := askers.async_take(lamp(switch_state="on"), ["switch_state"])) is not None
    assert found.name == "Eve"


async def test_who_asked_is_named_for_each_part_of_a_change(askers: Askers) -> None:
    askers.async_note("1", LAMP, wanted_by("set_level", {"level": 40}), ADA)
    assert askers.async_take(lamp(switch_state="on", level=10), ["switch_state"]) == ADA
    assert askers.async_take(lamp(switch_state="on", level=40), ["level"]) == ADA
    assert askers.async_take(lamp(switch_state="on", level=40), ["level"]) is None


async def test_a_level_of_nothing_turns_it_off() -> None:
    assert wanted_by("set_level", {"level": 0}) == wanted_by("turn_off", {})


async def test_a_change_forgets_the_askers_of_the_same_and_of_nothing_else(askers: Askers) -> None:
    turn_on = wanted_by("turn_on", {})
    askers.async_note("1", LAMP, turn_on, ADA)
    askers.async_note("2", PLUG, turn_on, BOB)
    askers.async_note("3", LAMP, wanted_by("set_color_temperature", {"color_temperature": 4000}), BOB)
    askers.async_note("4", LAMP, turn_on, BOB)
    assert askers.async_take(lamp(switch_state="on"), ["switch_state"]) == ADA
    assert askers.async_take(lamp(switch_state="on"), ["switch_state"]) is None
    plug = parse_device({**LAMP_OBJECT, "id": PLUG, "switch_state": "on"})
    assert askers.async_take(plug, ["switch_state"]) == BOB
    assert askers.async_take(lamp(color_temperature=4000), ["color_temperature"]) == BOB
