"""Buttons: an account's token is refreshed now; the gateway looks for devices."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import LOOK_TIMEOUT_S, REFRESH_TIMEOUT_S, TITLE
from .coordinator import UtecGatewayConfigEntry
from .entity.account import AccountEntity
from .entity.gateway import GatewayEntity
from .entity.new_entities import async_add_new_entities
from .link.commands import Command, async_confirmed

# The gateway joins refreshes of one account; accounts never wait for each other.
PARALLEL_UPDATES = 0

ACCOUNT_BUTTONS = (
    ButtonEntityDescription(
        key="refresh",
        translation_key="refresh",
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)

GATEWAY_BUTTONS = (
    ButtonEntityDescription(
        key="look_for_devices",
        translation_key="look_for_devices",
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BUTTON,
        lambda picture: picture.accounts.values(),
        ACCOUNT_BUTTONS,
        RefreshButton,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BUTTON,
        lambda picture: [picture.gateway],
        GATEWAY_BUTTONS,
        LookForDevicesButton,
    )


class RefreshButton(AccountEntity, ButtonEntity):
    """Refreshes the token of an account."""

    @override
    async def async_press(self) -> None:
        """Refresh, and return when the new token is stored."""
        await self._async_ask("refresh", REFRESH_TIMEOUT_S)


class LookForDevicesButton(GatewayEntity, ButtonEntity):
    """Asks the clouds of all accounts which devices they have."""

    @override
    async def async_press(self) -> None:
        """Look, and return when what was found is in the picture."""
        # Before any await: another service call may replace it.
        origin = await self.coordinator.origins.async_resolve(self._context)
        command = Command(name="look_for_devices", target={}, timeout_s=LOOK_TIMEOUT_S)
        await async_confirmed(self.coordinator.link.async_send(command, origin), TITLE)
