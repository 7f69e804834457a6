"""Snapshots and updates: no gap, and nothing of another gateway's."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..gateway import FakeGateway, fixture, fixtures
from ..house import state_of

LOCK = "lock.front_door"


async def test_a_snapshot_is_applied_when_its_last_part_has_come_in_any_order(
    hass: HomeAssistant, gateway: FakeGateway
) -> None:
    await gateway.listen()
    first, second, third = fixtures("snapshot")
    await gateway.call({**second, "snapshot_id": "given up"})
    await gateway.call(third)
    await gateway.call(second)
    assert hass.states.get(LOCK) is None
    await gateway.call(first)
    assert state_of(hass, LOCK) == "locked"
    assert state_of(hass, "lock.back_door") == "unavailable"


async def test_what_a_snapshot_does_not_hold_is_removed(hass: HomeAssistant, connected: FakeGateway) -> None:
    await connected.call({**fixture("snapshot", 1), "snapshot_id": "2", "part": 1, "parts": 1})
    assert hass.states.get(LOCK) is None
    assert state_of(hass, "lock.back_door") == "unavailable"


async def test_a_gap_makes_it_ask_for_a_snapshot_once_and_ignore_updates_until_it_has_come(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.update(1, 2)
    assert await connected.events() == [fixture("resync")]
    assert state_of(hass, LOCK) == "locked"
    await connected.snapshot(seq=2)
    await connected.update(0, 1, 3)
    assert await connected.events() == [fixture("resync")]
    assert state_of(hass, LOCK) == "locked"
    await connected.snapshot(seq=3)
    await connected.update(3)
    assert state_of(hass, "lock.shed") == "jammed"


async def test_updates_before_the_first_snapshot_are_ignored(hass: HomeAssistant, gateway: FakeGateway) -> None:
    await gateway.listen()
    await gateway.update(0)
    assert await gateway.events() == []
    await gateway.snapshot()
    assert state_of(hass, LOCK) == "locked"


async def test_updating_an_entity_by_hand_asks_for_a_snapshot(hass: HomeAssistant, connected: FakeGateway) -> None:
    await async_setup_component(hass, "homeassistant", {})
    await hass.services.async_call("homeassistant", "update_entity", {"entity_id": LOCK}, blocking=True)
    assert await connected.event() == fixture("resync")


async def test_what_a_later_gateway_says_beyond_this_protocol_is_no_error(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.call(fixture("update-unknown"))
    assert state_of(hass, LOCK) == "unknown"
    assert state_of(hass, "binary_sensor.front_door_door") == "unknown"
    assert state_of(hass, "sensor.home_token_status") == "unknown"
    assert state_of(hass, "binary_sensor.home_token_problem") == "unknown"
