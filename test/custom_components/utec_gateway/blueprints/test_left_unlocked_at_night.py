"""The blueprint left_unlocked_at_night."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from ..gateway import FakeGateway
from ..house import settle, wait
from .conftest import TOLD, Instantiate

FRONT_DOOR, BACK_DOOR = "lock.front_door", "lock.back_door"


class Night:
    """An evening with two locks."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass, self.freezer = hass, freezer
        self._day = dt_util.now()

    async def at(self, hour: int, minute: int) -> None:
        """Let it be that time."""
        self.freezer.move_to(self._day.replace(hour=hour, minute=minute, second=1, microsecond=0))
        async_fire_time_changed(self.hass)
        await settle()

    async def wait(self, minutes: int) -> None:
        """Let time go by, and a little more each minute: what waits for one begins anew after it."""
        for _ in range(minutes):
            await wait(self.hass, self.freezer, 60.5)

    async def write(self, front: str, back: str = "locked") -> None:
        """Write the states of both locks."""
        self.hass.states.async_set(FRONT_DOOR, front)
        self.hass.states.async_set(BACK_DOOR, back)
        await settle()


@pytest.fixture
async def night(
    hass: HomeAssistant, connected: FakeGateway, freezer: FrozenDateTimeFactory, instantiate: Instantiate
) -> Night:
    """An evening: both doors are locked, and the automation is there."""
    night = Night(hass, freezer)
    await night.at(20, 0)
    await night.write("locked")
    await instantiate("left_unlocked_at_night", locks=[FRONT_DOOR, BACK_DOOR], notify=TOLD)
    return night


async def test_it_looks_when_the_night_begins_and_reminds_as_long_as_one_is_unlocked(
    night: Night, told: list[ServiceCall]
) -> None:
    await night.write("unlocked")
    await night.wait(30)
    assert told == []
    await night.at(22, 30)
    assert [it.data["message"] for it in told] == ["Front door is unlocked."]
    await night.write("unlocked", "unlocking")
    await night.wait(30)
    assert len(told) == 2
    await night.write("locked")
    await night.wait(60)
    assert len(told) == 2


async def test_one_that_comes_back_unlocked_from_being_unavailable_is_told(
    night: Night, told: list[ServiceCall]
) -> None:
    await night.at(22, 30)
    await night.write("unavailable")
    await night.wait(20)
    assert told == []
    await night.write("unlocked")
    await night.wait(9)
    assert told == []
    await night.wait(2)
    assert [it.data["message"] for it in told] == ["Front door is unlocked."]


async def test_one_that_is_unlocked_during_the_night_may_be_so_for_ten_minutes(
    night: Night, told: list[ServiceCall]
) -> None:
    await night.at(22, 30)
    await night.at(23, 0)
    await night.write("unlocked", "unlocked")
    await night.wait(8)
    await night.write("locked", "unlocked")
    await night.write("unlocked", "unlocked")
    assert told == []
    # One that is opened again and again hides no other.
    await night.wait(3)
    assert [it.data["message"] for it in told] == ["Back door is unlocked."]
    await night.wait(31)
    assert [it.data["message"] for it in told[1:]] == ["Back door, Front door are unlocked."]


async def test_a_jammed_lock_is_told_as_jammed(night: Night, told: list[ServiceCall]) -> None:
    await night.at(22, 30)
    await night.write("jammed", "unlocked")
    await night.wait(11)
    assert [it.data["message"] for it in told] == ["Back door is unlocked. Front door is jammed."]


async def test_by_day_nothing_is_said(night: Night, told: list[ServiceCall]) -> None:
    await night.write("unlocked")
    await night.wait(60)
    assert told == []


async def test_after_a_start_in_the_night_the_wait_begins_anew(
    hass: HomeAssistant,
    connected: FakeGateway,
    freezer: FrozenDateTimeFactory,
    instantiate: Instantiate,
    told: list[ServiceCall],
) -> None:
    night = Night(hass, freezer)
    await night.at(23, 0)
    await night.write("unlocked")
    hass.set_state(CoreState.starting)
    await instantiate("left_unlocked_at_night", locks=[FRONT_DOOR, BACK_DOOR], notify=TOLD)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await night.wait(9)
    assert told == []
    await night.wait(2)
    assert len(told) == 1
