"""When the batteries of a lock are to be changed."""

from typing import Any

import pytest

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from ..conftest import Dial
from ..gateway import FRONT, FakeGateway, fixture, fixtures
from ..house import entity, state_of

LOW = "binary_sensor.front_door_low_battery"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
# What the gateway makes of the cloud's levels.
LEVELS = {1: 10, 2: 30, 3: 50, 4: 70, 5: 100}


async def level(gateway: FakeGateway, seq: int, percent: int | None, **fields: Any) -> None:
    """The gateway tells of another level."""
    await gateway.change_device(seq, FRONT_OBJECT, battery_percent=percent, **fields)


@pytest.mark.parametrize(("cloud", "shown"), [(1, "on"), (2, "on"), (3, "off"), (4, "off"), (5, "off")])
async def test_the_levels_1_and_2_of_5_are_low(
    hass: HomeAssistant, connected: FakeGateway, cloud: int, shown: str
) -> None:
    assert entity(hass, LOW).attributes["device_class"] == "battery"
    await level(connected, 1, LEVELS[cloud])
    assert state_of(hass, LOW) == shown


async def test_a_battery_between_two_levels_does_not_come_and_go(hass: HomeAssistant, connected: FakeGateway) -> None:
    await level(connected, 1, LEVELS[3])
    assert state_of(hass, LOW) == "off"
    await level(connected, 2, LEVELS[2])
    changes = async_capture_events(hass, "state_changed")
    for seq, cloud in enumerate((3, 2, 3, 1, 3)):
        await level(connected, 3 + seq, LEVELS[cloud])
    assert LOW not in {it.data["entity_id"] for it in changes}
    assert state_of(hass, LOW) == "on"
    await level(connected, 8, LEVELS[4])
    assert state_of(hass, LOW) == "off"


@pytest.mark.parametrize(("first", "shown"), [(2, "on"), (5, "off")])
async def test_it_is_remembered_while_nothing_is_known_and_after_a_restart(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry, first: int, shown: str
) -> None:
    await level(connected, 1, LEVELS[first])
    await level(connected, 2, None)
    assert state_of(hass, LOW) == "unknown"
    await level(connected, 3, LEVELS[3], online=False, available=False)
    assert state_of(hass, LOW) == "unavailable"
    await hass.config_entries.async_reload(loaded.entry_id)
    newer = await dial()
    await newer.listen()
    for part in fixtures("snapshot"):
        await newer.call({**part, "devices": [{**it, "battery_percent": LEVELS[3]} for it in part["devices"]]})
    await hass.async_block_till_done()
    assert state_of(hass, LOW) == shown


async def test_it_is_where_batteries_are_looked_for(connected: FakeGateway, entity_registry: er.EntityRegistry) -> None:
    registered = entity_registry.entities[LOW]
    assert (registered.unique_id, registered.entity_category) == (f"{FRONT}_battery_low", EntityCategory.DIAGNOSTIC)
    # A lock that has told of no battery has none.
    assert "binary_sensor.back_door_low_battery" not in entity_registry.entities
