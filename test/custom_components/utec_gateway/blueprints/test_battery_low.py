"""The blueprint battery_low."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import BACK, FRONT
from ..house import settle
from .conftest import TOLD, Instantiate


class Batteries:
    """The low batteries of both doors."""

    def __init__(self, hass: HomeAssistant, entity_ids: tuple[str, str]) -> None:
        self._hass = hass
        self.entity_ids = entity_ids

    async def write(self, *states: str) -> None:
        """Write the states of both."""
        for entity_id, state in zip(self.entity_ids, states, strict=True):
            self._hass.states.async_set(entity_id, state, {"device_class": "battery"})
        await settle()


@pytest.fixture
async def batteries(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    instantiate: Instantiate,
    freezer: FrozenDateTimeFactory,
) -> Batteries:
    """Both doors with good batteries at noon, and the automation."""
    freezer.move_to(dt_util.now().replace(hour=12, minute=0, second=0, microsecond=0))

    def register(thing_id: str, name: str) -> str:
        device = device_registry.async_get_or_create(
            config_entry_id=loaded.entry_id, identifiers={(DOMAIN, thing_id)}, name=name
        )
        return entity_registry.async_get_or_create(
            "binary_sensor",
            DOMAIN,
            f"{thing_id}_battery_low",
            config_entry=loaded,
            device_id=device.id,
            original_device_class="battery",
        ).entity_id

    both = Batteries(hass, (register(FRONT, "Front door"), register(BACK, "Back door")))
    await both.write("off", "off")
    await instantiate("battery_low", batteries=list(both.entity_ids), notify=TOLD)
    return both


async def at(hass: HomeAssistant, freezer: FrozenDateTimeFactory, hour: int) -> None:
    """Let it be a time of the next day."""
    freezer.move_to((dt_util.now() + timedelta(days=1)).replace(hour=hour, minute=0, second=1))
    async_fire_time_changed(hass)
    await settle()


async def test_it_tells_which_batteries_have_become_low(batteries: Batteries, told: list[ServiceCall]) -> None:
    await batteries.write("on", "off")
    await batteries.write("on", "off")
    assert [it.data["message"] for it in told] == ["Change the batteries of: Front door."]
    await batteries.write("on", "on")
    assert told[1].data["message"] == "Change the batteries of: Front door, Back door."


async def test_it_reminds_once_a_day_until_they_have_been_changed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, batteries: Batteries, told: list[ServiceCall]
) -> None:
    # What became low while nobody saw it is told by the reminder alone.
    await batteries.write("unavailable", "off")
    await batteries.write("on", "off")
    assert told == []
    await at(hass, freezer, 18)
    await at(hass, freezer, 18)
    assert len(told) == 2
    await batteries.write("off", "unavailable")
    await at(hass, freezer, 18)
    assert len(told) == 2
