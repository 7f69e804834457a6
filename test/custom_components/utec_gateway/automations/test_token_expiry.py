"""The trigger token_expires_within: once for each token that comes near its end without being renewed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import HOME, FakeGateway, fixture
from ..house import settle, state_of, wait
from .accounts import CABIN_ACCOUNT, change_home, picture_of
from .conftest import Automate

EXPIRY = "sensor.home_token_expires"
LOOK_S = 11
TRIGGER = {
    "trigger": "utec_gateway.token_expires_within",
    "target": {"entity_id": EXPIRY},
    "options": {"duration": {"hours": 1}},
}

type Renew = Callable[[float | None], None]


@pytest.fixture
async def renew(hass: HomeAssistant, freezer: FrozenDateTimeFactory, loaded: MockConfigEntry) -> Renew:
    """Publish a token that ends in so many hours. One that ends in three hours is there."""
    freezer.move_to(dt_util.utcnow().replace(microsecond=0))

    def publish(hours: float | None) -> None:
        end = None if hours is None else round((dt_util.utcnow() + timedelta(hours=hours)).timestamp() * 1000)
        change_home(loaded.runtime_data, expires_at=end)

    publish(3)
    await hass.async_block_till_done()
    return publish


class Clock:
    """Lets time go by."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass, self.freezer = hass, freezer

    async def show(self, at: datetime) -> None:
        """Set the clock, forward or back, and let Home Assistant notice."""
        self.freezer.move_to(at)
        await wait(self.hass, self.freezer, LOOK_S)

    async def go(self, hours: float) -> None:
        """Let time go by."""
        await self.show(dt_util.utcnow() + timedelta(hours=hours))


@pytest.fixture
def clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """The clock of Home Assistant."""
    return Clock(hass, freezer)


async def test_it_fires_once_when_nothing_renews_the_token_and_again_for_the_next(
    renew: Renew, clock: Clock, automate: Automate, fired: list[ServiceCall]
) -> None:
    end = dt_util.utcnow() + timedelta(hours=3)
    await automate(TRIGGER, told=("entity_id", "account", "expires_at", "duration"))
    await clock.go(0)
    await clock.go(1.9)
    assert fired == []
    await clock.go(0.1)
    assert [it.data for it in fired] == [
        {"entity_id": EXPIRY, "account": "Home", "expires_at": str(end), "duration": "1:00:00"}
    ]
    await clock.go(2)
    assert len(fired) == 1

    renew(3)
    await clock.go(1)
    assert len(fired) == 1
    # Renewed in time.
    renew(3)
    await clock.go(1.5)
    assert len(fired) == 1
    await clock.go(1)
    assert len(fired) == 2


async def test_a_token_that_never_was_further_away_does_not_come_near(
    renew: Renew, clock: Clock, automate: Automate, fired: list[ServiceCall]
) -> None:
    renew(0.9)
    await automate(TRIGGER)
    await clock.go(0.5)
    renew(0.9)
    await clock.go(0.5)
    renew(None)
    await clock.go(0.5)
    assert fired == []
    renew(2)
    await clock.go(0)
    await clock.go(1.5)
    assert len(fired) == 1


async def test_a_clock_that_jumps_makes_it_fire_at_the_next_look_and_never_twice(
    loaded: MockConfigEntry, renew: Renew, clock: Clock, automate: Automate, fired: list[ServiceCall]
) -> None:
    before = dt_util.utcnow()
    await automate(TRIGGER)
    await clock.go(0)
    await clock.go(2.5)
    assert len(fired) == 1
    await clock.show(before)
    loaded.runtime_data.async_publish(loaded.runtime_data.picture)
    await settle()
    await clock.go(2.5)
    assert len(fired) == 1


async def test_it_fires_once_over_a_restart_and_also_for_what_came_near_meanwhile(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    renew: Renew,
    clock: Clock,
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    picture = loaded.runtime_data.picture
    await automate(TRIGGER, {**TRIGGER, "options": {"duration": "00:30:00"}}, told=("duration",))
    await clock.go(0)
    await clock.go(2.2)
    assert [it.data["duration"] for it in fired] == ["1:00:00"]

    await hass.config_entries.async_unload(loaded.entry_id)
    await clock.go(0.5)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(loaded.entry_id)
    loaded.runtime_data.async_publish(picture)
    await clock.go(0)
    assert len(fired) == 1
    # Automations listen at the end of the start.
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert [it.data["duration"] for it in fired] == ["1:00:00", "0:30:00"]


async def test_nothing_is_said_of_a_token_while_the_gateway_is_away(
    loaded: MockConfigEntry, renew: Renew, clock: Clock, automate: Automate, fired: list[ServiceCall]
) -> None:
    await automate(TRIGGER)
    await clock.go(0)
    loaded.runtime_data.async_lose("its connection ended")
    await clock.go(2.5)
    # It has renewed the token meanwhile.
    renew(3)
    await clock.go(0)
    assert fired == []
    loaded.runtime_data.async_lose("its connection ended")
    await clock.go(2.5)
    assert fired == []
    # It has not.
    loaded.runtime_data.async_publish(loaded.runtime_data.picture)
    await clock.go(0)
    assert len(fired) == 1


async def test_the_device_of_the_account_has_it_though_it_is_a_diagnostic_entity(
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    renew: Renew,
    clock: Clock,
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, HOME), loaded.entry_id)
    assert isinstance(device, dr.DeviceEntry)
    await automate({**TRIGGER, "target": {"device_id": device.id}})
    await clock.go(0)
    await clock.go(2.5)
    assert len(fired) == 1


async def test_what_nobody_waits_for_any_more_and_accounts_that_are_gone_are_forgotten(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    renew: Renew,
    clock: Clock,
    automate: Automate,
    hass_storage: dict[str, Any],
) -> None:
    async def stored() -> Any:
        # It is looked at, and then saved.
        for _ in range(2):
            await clock.go(0)
            await hass.async_block_till_done()
        return hass_storage[f"{DOMAIN}.told.{loaded.entry_id}"]["data"]["ends"]

    await automate(TRIGGER)
    assert (await stored())[HOME] == {"3600": {"is_ahead": True, "told": 0}}
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.automation_0"}, blocking=True)
    assert await stored() == {}
    await hass.services.async_call("automation", "turn_on", {"entity_id": "automation.automation_0"}, blocking=True)
    assert HOME in await stored()
    loaded.runtime_data.async_publish(picture_of(CABIN_ACCOUNT))
    assert HOME not in await stored()


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"options": {}}, "required key not provided at 'options.duration'"),
        ({"options": {"duration": "0:00:00"}}, "the duration must be a second or more"),
        ({"options": {"duration": "soon"}}, "offset soon should be format"),
        ({"target": {"entity_id": "sensor.home_token_status"}}, "sensor.home_token_status is not a token expiry of"),
    ],
)
async def test_what_is_wrong_with_it_is_said(
    hass: HomeAssistant,
    connected: FakeGateway,
    automate: Automate,
    caplog: pytest.LogCaptureFixture,
    config: dict[str, Any],
    sentence: str,
) -> None:
    await automate(TRIGGER | config)
    assert state_of(hass, "automation.automation_0") == "unavailable"
    assert sentence in caplog.text


async def test_the_end_of_the_refresh_token_is_not_that_of_the_token(
    everything_on: None,
    hass: HomeAssistant,
    connected: FakeGateway,
    automate: Automate,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await connected.change_account(1, fixture("snapshot", 0)["accounts"][0], refresh_expires_at=1_800_000_000_000)
    await hass.async_block_till_done()
    other = "sensor.home_refresh_token_expires"
    assert state_of(hass, other) != "unknown"
    await automate(TRIGGER | {"target": {"entity_id": other}})
    assert state_of(hass, "automation.automation_0") == "unavailable"
    assert f"{other} is not a token expiry of" in caplog.text
