"""A lock for each device, of which Home Assistant 2026.11 takes the first. A command counts as done at once."""

from typing import Any

from homeassistant.components.lock import LockEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import reading
from .client import Client


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry[Client], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    devices = await entry.runtime_data.devices()
    async_add_entities([UteclocalLock(entry, *device) for device in devices])


class UteclocalLock(LockEntity):
    _attr_has_entity_name = True
    _attr_name = None

    def __init__(self, entry: ConfigEntry[Client], device_id: str, name: str) -> None:
        self._client = entry.runtime_data
        self._device_id = device_id
        self._attr_unique_id = f"{entry.entry_id}_{device_id}"
        self._attr_extra_state_attributes = {"battery_level": None, "health_status": None}
        self._attr_device_info = DeviceInfo(
            identifiers={("uteclocal", device_id)},
            manufacturer="U-tec",
            name=name,
            via_device=("uteclocal", "gateway"),
        )

    async def async_added_to_hass(self) -> None:
        # While it looks, Home Assistant forgets who adds the others, and takes none with `via_device` from nobody.
        await self.async_update()

    async def async_update(self) -> None:
        try:
            states = await self._client.states(self._device_id)
        except Exception:  # noqa: BLE001 - whatever went wrong, the last values stay
            return
        found = reading.locked(states)
        if found is not None:
            self._attr_is_locked = found
        self._remember(battery_level=reading.battery(states), health_status=reading.health(states))

    async def async_lock(self, **kwargs: Any) -> None:
        await self._send("lock", is_locked=True)

    async def async_unlock(self, **kwargs: Any) -> None:
        await self._send("unlock", is_locked=False)

    async def _send(self, name: str, *, is_locked: bool) -> None:
        await self._client.command(name, self._device_id)
        self._attr_is_locked = is_locked
        self.async_write_ha_state()

    def _remember(self, **attributes: Any) -> None:
        known = {name: value for name, value in attributes.items() if value is not None}
        self._attr_extra_state_attributes = {**self._attr_extra_state_attributes, **known}
