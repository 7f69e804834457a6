"""Snapshots and updates: no gap, and nothing of another gateway's."""

import pytest

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.utec_gateway.link import order

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


async def test_a_gap_makes_it_ask_for_a_snapshot_once_and_what_came_meanwhile_is_applied_after_it(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.update(1, 2)
    assert await connected.events() == [fixture("resync")]
    assert state_of(hass, LOCK) == "locked"
    await connected.update(3)
    await connected.snapshot(seq=2)
    assert state_of(hass, "lock.shed") == "jammed"
    assert state_of(hass, LOCK) == "locked"
    await connected.update(4)
    assert hass.states.get("lock.back_door") is None
    assert await connected.events() == []


async def test_a_gap_that_the_snapshot_leaves_makes_it_ask_again(hass: HomeAssistant, connected: FakeGateway) -> None:
    await connected.update(3)
    await connected.snapshot(seq=2)
    assert await connected.events() == [fixture("resync"), fixture("resync")]
    assert hass.states.get("lock.shed") is None
    await connected.snapshot(seq=3)
    assert state_of(hass, "lock.shed") == "jammed"
    assert await connected.events() == []


async def test_updates_before_the_first_snapshot_are_applied_after_it(
    hass: HomeAssistant, gateway: FakeGateway
) -> None:
    await gateway.listen()
    await gateway.update(0)
    assert await gateway.events() == []
    await gateway.snapshot()
    assert state_of(hass, LOCK) == "unlocking"


async def test_an_update_that_overtakes_parts_of_a_snapshot_is_shown_at_once_and_not_undone_by_it(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    changes = async_capture_events(hass, "state_changed")
    first, second, third = fixtures("snapshot")
    await connected.call({**first, "snapshot_id": "2"})
    await connected.update(0, 1)
    assert state_of(hass, LOCK) == "unlocked"
    await connected.call({**second, "snapshot_id": "2"})
    await connected.call({**third, "snapshot_id": "2"})
    assert state_of(hass, LOCK) == "unlocked"
    assert [it.data["new_state"].state for it in changes if it.data["entity_id"] == LOCK] == ["unlocking", "unlocked"]
    await connected.update(2)
    assert state_of(hass, "sensor.home_token_status") == "sign_in_needed"


async def test_what_an_update_removes_while_a_snapshot_is_on_its_way_stays_removed(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    first, second, third = fixtures("snapshot")
    await connected.call({**first, "snapshot_id": "2"})
    await connected.call({**fixture("updates", 4), "seq": 1})
    await connected.call({**second, "snapshot_id": "2"})
    await connected.call({**third, "snapshot_id": "2"})
    assert hass.states.get("lock.back_door") is None
    assert state_of(hass, LOCK) == "locked"


async def test_the_parts_of_a_running_snapshot_are_kept_when_another_one_is_asked_for(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    first, second, third = ({**it, "snapshot_id": "2", "seq": 2} for it in fixtures("snapshot"))
    await connected.call(first)
    await connected.update(3)
    assert await connected.events() == [fixture("resync")]
    await connected.call(second)
    await connected.call({**first, "snapshot_id": "3", "seq": 4})
    await connected.call(third)
    assert (state_of(hass, LOCK), hass.states.get("lock.shed")) == ("locked", None)


async def test_snapshots_that_never_end_and_updates_without_end_take_no_more_room(
    hass: HomeAssistant, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "UPDATES_KEPT", 2)
    await gateway.listen()
    for number in range(5):
        await gateway.call({**fixture("snapshot", 0), "snapshot_id": str(number)})
    await gateway.update(0, 1, 2)
    await gateway.snapshot()
    # The first update is the one that was dropped.
    assert await gateway.events() == [fixture("resync")]
    assert state_of(hass, LOCK) == "locked"
    await gateway.snapshot(seq=1)
    assert await gateway.events() == []


async def test_what_a_later_gateway_says_beyond_this_protocol_is_no_error(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.call(fixture("update-unknown"))
    assert state_of(hass, LOCK) == "unknown"
    assert state_of(hass, "binary_sensor.front_door_door") == "unknown"
    assert state_of(hass, "sensor.home_token_status") == "unknown"
    assert state_of(hass, "binary_sensor.home_token_problem") == "unknown"
