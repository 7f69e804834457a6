"""The blueprint lock_by_itself."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import async_mock_service

from ..house import settle, wait
from .conftest import TOLD, Instantiate

LOCK, DOOR = "lock.front_door", "binary_sensor.front_door_door"
WAIT = {"minutes": 5}


class House:
    """A door with a lock and a sensor."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass, self.freezer = hass, freezer
        self.locked = async_mock_service(hass, "lock", "lock")

    async def lock(self, state: str, **attributes: Any) -> None:
        """The lock shows another state."""
        self.hass.states.async_set(LOCK, state, {"lock_mode": "normal"} | attributes)
        await settle()

    async def door(self, state: str) -> None:
        """The door's sensor shows another state."""
        self.hass.states.async_set(DOOR, state)
        await settle()

    async def wait(self, minutes: float) -> None:
        """Let time go by."""
        await wait(self.hass, self.freezer, minutes * 60 + 1)


@pytest.fixture
async def house(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> House:
    """A door that is locked and shut."""
    house = House(hass, freezer)
    await house.lock("locked")
    await house.door("off")
    return house


@pytest.fixture
def locked(house: House) -> list[ServiceCall]:
    """What was locked."""
    return house.locked


@pytest.fixture
async def _automation(house: House, instantiate: Instantiate) -> None:
    """The automation, with a door sensor."""
    await instantiate("lock_by_itself", lock=LOCK, doors=[DOOR], wait=WAIT)


@pytest.mark.usefixtures("_automation")
async def test_it_locks_when_the_door_has_been_unlocked_and_shut_for_as_long(
    house: House, locked: list[ServiceCall]
) -> None:
    await house.lock("unlocked")
    await house.wait(4)
    assert locked == []
    await house.wait(1)
    assert [it.data for it in locked] == [{"entity_id": [LOCK]}]


@pytest.mark.usefixtures("_automation")
@pytest.mark.parametrize("door", ["on", "unavailable", "unknown"])
async def test_it_waits_for_the_door_and_begins_anew_when_it_is_shut(
    house: House, locked: list[ServiceCall], door: str
) -> None:
    await house.lock("unlocked")
    await house.wait(3)
    await house.door(door)
    await house.wait(10)
    assert locked == []
    await house.door("off")
    await house.wait(4)
    assert locked == []
    await house.wait(1)
    assert len(locked) == 1


@pytest.mark.usefixtures("_automation")
@pytest.mark.parametrize("state", ["locked", "jammed", "locking", "unlocking", "unavailable", "unknown"])
async def test_it_leaves_a_lock_alone_that_is_not_unlocked_any_more(
    house: House, locked: list[ServiceCall], state: str
) -> None:
    await house.lock("unlocked")
    await house.wait(3)
    await house.lock(state)
    await house.wait(10)
    await house.door("on")
    await house.door("off")
    await house.wait(10)
    assert locked == []


@pytest.mark.usefixtures("_automation")
async def test_it_leaves_a_lock_in_passage_mode_alone_and_waits_anew_when_it_ends(
    house: House, locked: list[ServiceCall]
) -> None:
    await house.lock("unlocked", lock_mode="passage")
    await house.wait(6)
    assert locked == []
    await house.lock("unlocked")
    await house.wait(4)
    assert locked == []
    await house.wait(1)
    assert len(locked) >= 1


async def test_what_fails_is_tried_again_and_then_told(
    hass: HomeAssistant, house: House, instantiate: Instantiate, told: list[ServiceCall]
) -> None:
    tries: list[ServiceCall] = []

    async def refuse(call: ServiceCall) -> None:
        tries.append(call)
        raise HomeAssistantError("The cloud is away.")

    hass.services.async_register("lock", "lock", refuse)
    await instantiate("lock_by_itself", lock=LOCK, doors=[DOOR], wait=WAIT, failed=TOLD)
    await house.lock("unlocked")
    await house.wait(5)
    assert len(tries) == 1
    for _ in range(3):
        await house.wait(3)
    assert (len(tries), told) == (4, [])
    await house.wait(3)
    assert len(tries) == 5
    assert [it.data["message"] for it in told] == ["lock.front_door could not be locked."]
    await house.wait(60)
    assert len(tries) == 5


async def test_a_try_that_works_ends_it(
    hass: HomeAssistant, house: House, instantiate: Instantiate, told: list[ServiceCall]
) -> None:
    tries: list[ServiceCall] = []

    async def second_time(call: ServiceCall) -> None:
        tries.append(call)
        if len(tries) < 2:
            raise HomeAssistantError("The cloud is away.")
        await house.lock("locked")

    hass.services.async_register("lock", "lock", second_time)
    await instantiate("lock_by_itself", lock=LOCK, doors=[DOOR], wait=WAIT, failed=TOLD)
    await house.lock("unlocked")
    await house.wait(5)
    for _ in range(6):
        await house.wait(3)
    assert (len(tries), told) == (2, [])


@pytest.mark.usefixtures("_automation")
async def test_the_wait_begins_anew_when_the_lock_was_unavailable_in_between(
    house: House, locked: list[ServiceCall]
) -> None:
    await house.lock("unlocked")
    await house.wait(3)
    await house.lock("unavailable")
    await house.lock("unlocked")
    await house.wait(4)
    assert locked == []
    await house.wait(1)
    assert len(locked) == 1


async def test_after_a_start_of_home_assistant_the_wait_begins_anew(
    hass: HomeAssistant, house: House, instantiate: Instantiate, locked: list[ServiceCall]
) -> None:
    hass.set_state(CoreState.starting)
    await house.lock("unlocked")
    await instantiate("lock_by_itself", lock=LOCK, doors=[DOOR], wait=WAIT)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house.wait(4)
    assert locked == []
    await house.wait(1)
    assert len(locked) == 1


async def test_a_lock_that_is_unlocked_already_when_the_automation_is_saved_is_locked_too(
    hass: HomeAssistant, house: House, instantiate: Instantiate, locked: list[ServiceCall]
) -> None:
    await house.lock("unlocked")
    await instantiate("lock_by_itself", lock=LOCK, doors=[DOOR], wait=WAIT)
    hass.bus.async_fire("automation_reloaded")
    await settle()
    await house.wait(5)
    assert len(locked) == 1


async def test_without_a_sensor_nobody_looks_at_the_door_and_five_minutes_are_usual(
    house: House, instantiate: Instantiate, locked: list[ServiceCall]
) -> None:
    await instantiate("lock_by_itself", lock=LOCK)
    await house.door("on")
    await house.lock("unlocked")
    await house.wait(4)
    assert locked == []
    await house.wait(1)
    assert len(locked) == 1
