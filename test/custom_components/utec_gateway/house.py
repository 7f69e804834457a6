"""Looking at Home Assistant, and letting its time go by."""

import asyncio
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant, State
from pytest_homeassistant_custom_component.common import async_fire_time_changed


async def settle() -> None:
    """Let happen what needs no time. Home Assistant's own way waits for all tasks, service calls under way included."""
    for _ in range(50):
        await asyncio.sleep(0)


async def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time go by."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await settle()


async def write_stores(hass: HomeAssistant) -> None:
    """Have all stores write what they hold back, as at the end of Home Assistant."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()


def entity(hass: HomeAssistant, entity_id: str) -> State:
    """The state object of an entity that must exist."""
    state = hass.states.get(entity_id)
    assert state is not None, f"{entity_id} is not among {sorted(hass.states.async_entity_ids())}"
    return state


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """The state of an entity that must exist."""
    return entity(hass, entity_id).state
