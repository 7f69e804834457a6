"""What counts as a lock at the first look."""

from typing import Any

from homeassistant.components.lock import LockEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import reading
from .coordinator import Coordinator
from .entity import UteclocalEntity


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry[Coordinator], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    coordinator = entry.runtime_data
    async_add_entities(
        UteclocalLock(coordinator, device_id, device["name"], "")
        for device_id, device in coordinator.data.items()
        if reading.is_lock(device)
    )


class UteclocalLock(UteclocalEntity, LockEntity):
    @property
    def is_locked(self) -> bool | None:
        return reading.locked(self.device)

    async def async_lock(self, **kwargs: Any) -> None:
        await self.coordinator.command("lock", self.device_id)

    async def async_unlock(self, **kwargs: Any) -> None:
        await self.coordinator.command("unlock", self.device_id)
