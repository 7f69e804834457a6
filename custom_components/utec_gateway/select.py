"""The mode of a lock."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import UtecGatewayConfigEntry
from .entity.device import DeviceEntity
from .entity.new_entities import async_add_new_entities
from .picture.device_words import LockMode

# The gateway queues the commands of one lock; locks never wait for each other.
PARALLEL_UPDATES = 0

SELECTS = (
    SelectEntityDescription(
        key="lock_mode",
        translation_key="lock_mode",
        entity_category=EntityCategory.CONFIG,
        options=list(LockMode),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the modes of the locks that report one."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SELECT,
        lambda picture: picture.locks,
        SELECTS,
        LockModeSelect,
        has=lambda device, _: device.lock_mode is not None,
    )


class LockModeSelect(DeviceEntity, SelectEntity):
    """Whether a lock follows commands, stays unlocked, or stays locked."""

    _asked_for = ("lock_mode",)
    _unrecorded_attributes = frozenset({"command_failed_at"})

    @property
    @override
    def current_option(self) -> str | None:
        """The mode that the cloud last confirmed."""
        return self.device.lock_mode

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the mode, and return when the cloud has confirmed it."""
        origin = await self._async_origin()
        await self._async_command("set_mode", {"mode": option}, origin, lambda: self.device.lock_mode == option)
