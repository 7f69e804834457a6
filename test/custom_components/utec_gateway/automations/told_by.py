"""What tells of a lock's commands, as the entities write it."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN


class ToldBy:
    """An entity of a lock."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, platform: Platform, unique_id: str) -> None:
        self._hass = hass
        lock = er.async_get(hass).async_get("lock.front_door")
        assert lock is not None
        self.device_id = lock.device_id
        self.entity_id = (
            er.async_get(hass)
            .async_get_or_create(platform, DOMAIN, unique_id, config_entry=entry, device_id=lock.device_id)
            .entity_id
        )

    async def write(self, state: str, **attributes: str) -> None:
        """Write a state."""
        self._hass.states.async_set(self.entity_id, state, attributes)
        await self._hass.async_block_till_done()
