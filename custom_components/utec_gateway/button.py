"""The buttons of an account: its token is refreshed now."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import REFRESH_TIMEOUT_S
from .coordinator import UtecGatewayConfigEntry
from .entity.account import AccountEntity
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


class RefreshButton(AccountEntity, ButtonEntity):
    """Refreshes the token of an account."""

    @override
    async def async_press(self) -> None:
        """Refresh, and return when the new token is stored."""
        # Before any await: another service call may replace it.
        context, subject = self._context, self.account.name
        origin = await self.coordinator.origins.async_resolve(context)
        command = Command(name="refresh", target={"account_id": self._thing_id}, timeout_s=REFRESH_TIMEOUT_S)
        sent = self.coordinator.link.async_send(command, origin)
        await async_confirmed(sent, subject)
