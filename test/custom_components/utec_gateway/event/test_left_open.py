"""A door that has been open for ten minutes, as far as that is certain, is said to have been left open: once."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CRASH_S, LEFT_OPEN_S

from ..conftest import Dial
from ..gateway import FakeGateway, fixture, fixtures
from ..house import entity, state_of, wait

EVENT = "event.front_door_activity"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]


@pytest.fixture
def house(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> House:
    """A door, and time that goes by."""
    return House(hass, freezer, connected, dial, loaded)


class House:
    """A door, and time that goes by while the gateway says that it is alive."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        gateway: FakeGateway,
        dial: Dial,
        entry: MockConfigEntry,
    ) -> None:
        self.hass = hass
        self.freezer = freezer
        self.gateway = gateway
        self._dial = dial
        self._entry = entry
        self._seq = 0

    async def door(self, state: str | None, **fields: Any) -> None:
        """The gateway says how the door is."""
        self._seq += 1
        await self.gateway.change_device(self._seq, FRONT_OBJECT, door_state=state, **fields)

    async def pass_by(self, seconds: float) -> None:
        """Let time go by."""
        while seconds > 0:
            await wait(self.hass, self.freezer, min(seconds, 30))
            await self.gateway.call(fixture("alive"))
            seconds -= 30

    async def start_again(self, state: str) -> None:
        """Load the integration anew, while the door is as said."""
        await self.hass.config_entries.async_reload(self._entry.entry_id)
        await self.come_back(state)

    async def come_back(self, state: str) -> None:
        """Connect again."""
        self.gateway, self._seq = await self._dial(), 0
        await self.gateway.listen()
        first, *rest = fixtures("snapshot")
        for part in ({**first, "devices": [{**FRONT_OBJECT, "door_state": state}]}, *rest):
            await self.gateway.call(part)
        await self.hass.async_block_till_done()

    @property
    def said(self) -> str | None:
        """When it was last said."""
        state = entity(self.hass, EVENT)
        return state.state if state.attributes["event_type"] == "door_left_open" else None


async def test_it_is_said_after_ten_minutes_and_once_for_each_opening(house: House) -> None:
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S - 30)
    assert house.said is None
    await house.pass_by(60)
    first = house.said
    assert first is not None
    await house.pass_by(2 * LEFT_OPEN_S)
    assert house.said == first
    await house.door("closed")
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S + 30)
    assert house.said not in (None, first)


async def test_a_door_that_is_closed_in_time_is_not_left_open(house: House) -> None:
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S - 60)
    await house.door("closed")
    await house.pass_by(LEFT_OPEN_S)
    assert house.said is None


@pytest.mark.parametrize(
    "doubt",
    [
        {"freshness": "stale", "trouble": "cloud_unreachable"},
        {"freshness": "expired", "available": False},
        {"online": False, "available": False, "trouble": "offline"},
    ],
    ids=["old", "too old", "offline"],
)
async def test_what_is_not_certain_is_not_said_and_counts_anew_when_it_is_again(
    house: House, doubt: dict[str, Any]
) -> None:
    await house.door("open", **doubt)
    await house.pass_by(LEFT_OPEN_S + 30)
    assert house.said is None
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S - 60)
    await house.door("open", **doubt)
    await house.pass_by(120)
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S - 60)
    assert house.said is None
    await house.pass_by(90)
    assert house.said is not None
    # It is still the same opening.
    first = house.said
    await house.door("open", **doubt)
    await house.door("open")
    await house.door("unknown")
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S + 30)
    assert house.said == first


async def test_an_older_gateway_that_says_nothing_of_age_is_believed(house: House) -> None:
    await house.door("open", freshness=None)
    await house.pass_by(LEFT_OPEN_S + 30)
    assert house.said is not None


async def test_a_link_that_is_lost_stops_the_count(hass: HomeAssistant, house: House) -> None:
    await house.door("open")
    await house.pass_by(300)
    await house.gateway.close()
    await wait(hass, house.freezer, CRASH_S + 1)
    await wait(hass, house.freezer, LEFT_OPEN_S)
    assert house.said is None
    await house.come_back("open")
    await house.pass_by(LEFT_OPEN_S - 60)
    assert house.said is None
    await house.pass_by(90)
    assert house.said is not None


async def test_it_is_not_said_again_after_a_restart_and_nothing_runs_on_after_the_end(
    hass: HomeAssistant, house: House
) -> None:
    await house.door("open")
    await house.pass_by(300)
    await house.start_again("open")
    await house.pass_by(LEFT_OPEN_S - 60)
    assert house.said is None
    await house.pass_by(90)
    first = house.said
    assert first is not None
    await house.start_again("open")
    await house.pass_by(LEFT_OPEN_S + 30)
    assert house.said == first
    await house.start_again("closed")
    await house.door("open")
    await house.pass_by(LEFT_OPEN_S + 30)
    assert house.said not in (None, first)


async def test_a_lock_without_a_door_sensor_has_no_such_event(house: House, hass: HomeAssistant) -> None:
    await house.pass_by(LEFT_OPEN_S + 60)
    assert state_of(hass, "event.back_door_activity") == "unknown"
