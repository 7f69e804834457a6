"""Switches: an account's automatic refresh; and plugs and switches, which are disabled by default.

They are not what a lock gateway is for.
"""

from typing import Any, override

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SETTING_TIMEOUT_S
from .coordinator import UtecGatewayConfigEntry
from .entity.account import AccountEntity
from .entity.device import MainEntity
from .entity.new_entities import async_add_new_entities
from .picture.device_words import DeviceKind

# The gateway queues the commands of one device; devices never wait for each other.
PARALLEL_UPDATES = 0

SWITCHES = (
    SwitchEntityDescription(key="switch", translation_key="switch", name=None, entity_registry_enabled_default=False),
)

ACCOUNT_SWITCHES = (
    SwitchEntityDescription(
        key="automatic_refresh",
        translation_key="automatic_refresh",
        entity_category=EntityCategory.CONFIG,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SWITCH,
        lambda picture: [device for device in picture.with_entities if device.is_switched and not device.is_light],
        SWITCHES,
        UtecGatewaySwitch,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SWITCH,
        lambda picture: picture.accounts.values(),
        ACCOUNT_SWITCHES,
        AutomaticRefreshSwitch,
        # An older gateway does not tell.
        has=lambda account, _: account.automatic_refresh is not None,
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


class AutomaticRefreshSwitch(AccountEntity, SwitchEntity):
    """Whether the gateway refreshes an account's token by itself. What it shows is what the gateway has stored."""

    @property
    @override
    def is_on(self) -> bool | None:
        """The value."""
        return self.account.automatic_refresh

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on, and return when the gateway has stored it."""
        await self._async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off, and return when the gateway has stored it."""
        await self._async_set(False)

    async def _async_set(self, on: bool) -> None:
        await self._async_ask("set_automatic_refresh", SETTING_TIMEOUT_S, {"on": on})
