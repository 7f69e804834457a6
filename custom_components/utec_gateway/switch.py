"""Plugs and switches. They are not what a lock gateway is for, so they are disabled by default."""

from typing import Any, override

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import UtecGatewayConfigEntry
from .entity.device import MainEntity
from .entity.new_entities import async_add_new_entities
from .picture.device_words import DeviceKind

# The gateway queues the commands of one device; devices never wait for each other.
PARALLEL_UPDATES = 0

SWITCHES = (
    SwitchEntityDescription(key="switch", translation_key="switch", name=None, entity_registry_enabled_default=False),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the plugs and switches."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SWITCH,
        lambda picture: [device for device in picture.with_entities if device.is_switched and not device.is_light],
        SWITCHES,
        UtecGatewaySwitch,
    )


class UtecGatewaySwitch(MainEntity, SwitchEntity):
    """A plug or a switch."""

    _asked_for = ("switch_state",)

    @property
    @override
    def device_class(self) -> SwitchDeviceClass:
        """Whether it is an outlet."""
        return SwitchDeviceClass.OUTLET if self.device.kind is DeviceKind.PLUG else SwitchDeviceClass.SWITCH

    @property
    @override
    def is_on(self) -> bool | None:
        """What the cloud last confirmed."""
        return self.device.is_on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on, and return when the cloud has confirmed it."""
        origin = await self._async_origin()
        await self._async_command("turn_on", {}, origin, lambda: self.is_on is True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off, and return when the cloud has confirmed it."""
        origin = await self._async_origin()
        await self._async_command("turn_off", {}, origin, lambda: self.is_on is False)
