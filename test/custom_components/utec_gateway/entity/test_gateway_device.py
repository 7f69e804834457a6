"""The gateway as a device: is it connected, which version, how often are the clouds asked; and it looks for devices."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CRASH_S, DOMAIN

from ..conftest import Dial
from ..gateway import GATEWAY, GATEWAY_VERSION, FakeGateway, fixture
from ..house import entity, state_of, wait

LINK = "binary_sensor.u_tec_gateway_link"
VERSION = "sensor.u_tec_gateway_version"
CALLS = "sensor.u_tec_gateway_cloud_calls"
BUTTON = "button.u_tec_gateway_look_for_devices"
ABOUT = fixture("snapshot", 0)["gateway"]


async def tell(gateway: FakeGateway, seq: int, **fields: object) -> None:
    """The gateway tells of itself."""
    await gateway.call({**fixture("updates", 0), "seq": seq, "set": {"gateway": {**ABOUT, **fields}}, "removed": {}})


async def test_the_gateway_has_entities_of_its_own(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, GATEWAY), loaded.entry_id)
    assert device is not None
    assert {entity_registry.entities[it].device_id for it in (LINK, VERSION, CALLS, BUTTON)} == {device.id}
    assert (state_of(hass, LINK), state_of(hass, VERSION)) == ("on", GATEWAY_VERSION)
    assert state_of(hass, CALLS) == "unknown"
    await tell(connected, 1, calls_last_hour=31, version="0.2.0")
    assert (state_of(hass, CALLS), state_of(hass, VERSION)) == ("31", "0.2.0")
    attributes = entity(hass, CALLS).attributes
    assert (attributes["state_class"], attributes["unit_of_measurement"]) == ("measurement", "calls/h")


async def test_the_link_is_never_unavailable_and_the_rest_is_while_the_gateway_is_gone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway, dial: Dial
) -> None:
    await connected.close()
    await wait(hass, freezer, CRASH_S + 1)
    assert state_of(hass, LINK) == "off"
    assert {state_of(hass, it) for it in (VERSION, CALLS, BUTTON)} == {"unavailable"}
    await (await dial()).connect()
    assert state_of(hass, LINK) == "on"


async def test_a_gateway_that_has_not_come_since_the_start_is_not_connected(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert (state_of(hass, LINK), state_of(hass, VERSION)) == ("off", "unavailable")
    assert await async_setup_component(hass, "homeassistant", {})
    await hass.services.async_call("homeassistant", "update_entity", {"entity_id": LINK}, blocking=True)
    await (await dial()).connect()
    assert (state_of(hass, LINK), state_of(hass, VERSION)) == ("on", GATEWAY_VERSION)
    assert "unique ID" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_updating_an_entity_of_the_gateway_asks_no_cloud(hass: HomeAssistant, connected: FakeGateway) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    await hass.services.async_call("homeassistant", "update_entity", {"entity_id": [VERSION, CALLS]}, blocking=True)
    assert await connected.events() == []


# It looks for devices


async def press(hass: HomeAssistant) -> asyncio.Task[None]:
    """Press the button in the background."""
    coroutine = hass.services.async_call("button", "press", {"entity_id": BUTTON}, blocking=True)
    return hass.async_create_background_task(coroutine, "service call")


async def test_looking_for_devices_returns_when_it_is_done(hass: HomeAssistant, connected: FakeGateway) -> None:
    call = await press(hass)
    command = await connected.event()
    assert (command["name"], command["target"], command["args"]) == ("look_for_devices", {}, {})
    assert not call.done()
    await connected.call({**fixture("result-ok"), "command_id": command["id"], "data": {"devices": 4}})
    await call


async def test_a_look_that_fails_is_told_in_words(hass: HomeAssistant, connected: FakeGateway) -> None:
    call = await press(hass)
    await connected.fail(await connected.event(), code="cloud_unreachable")
    with pytest.raises(HomeAssistantError, match="U-tec Gateway failed: the gateway cannot reach the U-tec cloud"):
        await call
