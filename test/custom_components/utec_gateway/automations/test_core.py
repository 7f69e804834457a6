"""Home Assistant's own triggers and conditions reach the entities of a lock by its device."""

from typing import Any

import pytest

from homeassistant.components import device_automation
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import FRONT, FakeGateway, fixture
from .conftest import Automate, Holds

FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
HALF = {"threshold": {"type": "below", "value": {"number": 50, "unit_of_measurement": "%"}}}


@pytest.fixture
async def front(hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry) -> dict[str, Any]:
    """The front door as a target, by its device: locked and shut, with good batteries."""
    for domain in ("battery", "door"):
        assert await async_setup_component(hass, domain, {})
    await connected.change_device(1, FRONT_OBJECT, lock_state="locked", door_state="closed", battery_percent=70)
    lock = entity_registry.async_get("lock.front_door")
    assert lock is not None
    return {"device_id": lock.device_id}


@pytest.mark.parametrize(
    ("trigger", "options", "change"),
    [
        ("lock.unlocked", {}, {"lock_state": "unlocked"}),
        ("lock.jammed", {}, {"lock_state": "jammed"}),
        ("door.opened", {}, {"door_state": "open"}),
        ("battery.level_changed", {"threshold": {"type": "any"}}, {"battery_percent": 30}),
        ("battery.level_crossed_threshold", HALF, {"battery_percent": 30}),
    ],
)
async def test_they_fire(
    hass: HomeAssistant,
    connected: FakeGateway,
    front: dict[str, Any],
    automate: Automate,
    fired: list[ServiceCall],
    trigger: str,
    options: dict[str, Any],
    change: dict[str, Any],
) -> None:
    await automate({"trigger": trigger, "target": front, "options": options})
    values = {"lock_state": "locked", "door_state": "closed", "battery_percent": 70} | change
    await connected.change_device(2, FRONT_OBJECT, **values)
    await hass.async_block_till_done()
    assert len(fired) == 1


@pytest.mark.parametrize(
    ("condition", "options"),
    [
        ("lock.is_locked", {}),
        ("door.is_closed", {}),
        ("battery.is_level", {"threshold": {"type": "above", "value": {"number": 50, "unit_of_measurement": "%"}}}),
    ],
)
async def test_they_hold(front: dict[str, Any], holds: Holds, condition: str, options: dict[str, Any]) -> None:
    assert await holds({"condition": condition, "target": front, "options": options})


async def test_low_batteries_are_seen_though_their_entity_is_a_diagnostic_one(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    front: dict[str, Any],
    entity_registry: er.EntityRegistry,
    automate: Automate,
    fired: list[ServiceCall],
    holds: Holds,
) -> None:
    low = entity_registry.async_get_or_create(
        "binary_sensor",
        DOMAIN,
        f"{FRONT}_battery_low",
        config_entry=loaded,
        device_id=front["device_id"],
        entity_category=EntityCategory.DIAGNOSTIC,
        original_device_class="battery",
    )
    await automate({"trigger": "battery.became_low", "target": front})
    for state in ("off", "on"):
        hass.states.async_set(low.entity_id, state, {"device_class": "battery"})
    await hass.async_block_till_done()
    assert len(fired) == 1
    assert await holds({"condition": "battery.is_low", "target": front})


async def test_a_lost_connection_is_a_trigger_of_the_device(
    hass: HomeAssistant,
    connected: FakeGateway,
    front: dict[str, Any],
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    assert await async_setup_component(hass, "device_automation", {})
    offered = await device_automation.async_get_device_automations(
        hass, DeviceAutomationType.TRIGGER, [front["device_id"]]
    )
    lost = next(it for it in offered[front["device_id"]] if it["type"] == "not_connected")
    await automate({key: it for key, it in lost.items() if key not in ("metadata", "platform")} | {"trigger": "device"})
    await connected.change_device(2, FRONT_OBJECT, online=False, available=False, trouble="offline")
    await hass.async_block_till_done()
    assert len(fired) == 1
