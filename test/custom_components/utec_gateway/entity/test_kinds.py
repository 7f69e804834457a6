"""A device whose kind changes: it has the entities of its kind, no others, and has them again when it changes back."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ..conftest import Dial
from ..gateway import FRONT, LAMP, PLUG, FakeGateway, fixture, fixtures
from ..house import entity, state_of

LOCK, LIGHT = "lock.front_door", "light.front_door"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
PLUG_OBJECT, LAMP_OBJECT = fixture("snapshot", 1)["devices"][1:3]
AS_LIGHT = {**LAMP_OBJECT, "id": FRONT, "name": "Front door"}
AS_KIND: dict[str, dict[str, Any]] = {
    "lock": FRONT_OBJECT,
    "light": AS_LIGHT,
    "plug": {**PLUG_OBJECT, "id": FRONT, "name": "Front door"},
    "dimmer": {**PLUG_OBJECT, "id": FRONT, "name": "Front door", "kind": "switch", "level": 40},
}
MAIN = {"lock": "lock", "light": "light", "plug": "switch", "dimmer": "light"}


def keys(entity_registry: er.EntityRegistry, entry: MockConfigEntry, thing_id: str = FRONT) -> set[str]:
    """What is registered of a device: the domains and keys of its entities."""
    entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    return {
        f"{it.domain}.{it.unique_id.removeprefix(thing_id + '_')}"
        for it in entries
        if it.unique_id.startswith(thing_id)
    }


@pytest.mark.parametrize("other", ["light", "plug", "dimmer"])
@pytest.mark.parametrize("reloaded", [False, True])
async def test_a_lock_that_becomes_something_else_and_a_lock_again_leaves_nothing_behind(
    everything_on: None,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    caplog: pytest.LogCaptureFixture,
    other: str,
    reloaded: bool,
) -> None:
    lock_keys = keys(entity_registry, loaded)
    entity_registry.async_update_entity(LOCK, name="Our door", icon="mdi:gate")
    gateway, seq = connected, 0
    for _ in range(2):
        await gateway.change_device(seq + 1, AS_KIND[other])
        await hass.async_block_till_done()
        assert keys(entity_registry, loaded) == {f"{MAIN[other]}.{MAIN[other]}", "sensor.trouble"}
        assert hass.states.get(LOCK) is None
        assert state_of(hass, f"{MAIN[other]}.front_door") == "on"
        seq += 1
        if reloaded:
            await hass.config_entries.async_reload(loaded.entry_id)
            gateway, seq = await dial(), 0
            await gateway.connect()
        else:
            await gateway.change_device(seq + 1, FRONT_OBJECT)
            seq += 1
        await hass.async_block_till_done()
        assert keys(entity_registry, loaded) == lock_keys
        assert state_of(hass, LOCK) == "locked"
        assert hass.states.get(f"{MAIN[other]}.front_door") is None
    # Home Assistant remembers what a person has chosen for an entity that is gone.
    again = entity_registry.entities[LOCK]
    assert (again.name, again.icon) == ("Our door", "mdi:gate")
    assert "unique ID" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_kind_that_is_not_known_for_a_while_takes_nothing_away(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    before = keys(entity_registry, loaded)
    for seq, kind in enumerate(("unknown", "toaster", None)):
        await connected.change_device(seq + 1, FRONT_OBJECT, kind=kind)
        assert keys(entity_registry, loaded) == before
        assert (state_of(hass, LOCK), state_of(hass, "sensor.front_door_trouble")) == ("unavailable", "not_reported")
    await connected.change_device(4, FRONT_OBJECT)
    assert state_of(hass, LOCK) == "locked"


async def test_a_dimmer_whose_level_is_not_known_for_a_while_stays_a_light(
    everything_on: None,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    dimmer = {**PLUG_OBJECT, "kind": "switch", "capabilities": ["st.switch", "st.switchLevel"]}
    await connected.change_device(1, dimmer, level=40)
    assert keys(entity_registry, loaded, PLUG) == {"light.light", "sensor.trouble"}
    await connected.change_device(2, dimmer, level=None)
    assert keys(entity_registry, loaded, PLUG) == {"light.light", "sensor.trouble"}
    await hass.config_entries.async_reload(loaded.entry_id)
    newer = await dial()
    await newer.listen()
    for part in fixtures("snapshot"):
        devices = [dimmer if it["id"] == PLUG else it for it in part["devices"]]
        await newer.call({**part, "devices": devices})
    await hass.async_block_till_done()
    assert keys(entity_registry, loaded, PLUG) == {"light.light", "sensor.trouble"}
    assert entity(hass, "light.lamp_plug").attributes["supported_color_modes"] == ["brightness"]


async def test_what_goes_and_comes_back_in_the_same_moment_is_there(
    hass: HomeAssistant, connected: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {**fixture("updates", 4), "removed": {"devices": [FRONT, LAMP]}, "set": {}}
    for seq in (1, 3, 5):
        session = {"session": connected.session}
        await connected.socket.send_json_auto_id({**gone, **session, "seq": seq})
        back = {**fixture("updates", 0), **session, "seq": seq + 1, "set": {"devices": [FRONT_OBJECT, LAMP_OBJECT]}}
        await connected.socket.send_json_auto_id(back)
    await connected.events()
    await hass.async_block_till_done()
    assert state_of(hass, LOCK) == "locked"
    assert "unique ID" not in caplog.text
