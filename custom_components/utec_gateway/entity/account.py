"""The entities of an account."""

from collections.abc import Mapping
from typing import Any, override

from ..link.commands import Command, async_confirmed
from ..picture.account import Account
from .base import UtecGatewayEntity


class AccountEntity(UtecGatewayEntity):
    """An entity of an account. It stays available while only the account's cloud is down: that is when it matters."""

    @property
    def account(self) -> Account:
        """What the picture says of the account. KeyError when it is not available."""
        return self.picture.accounts[self._thing_id]

    @property
    @override
    def _watched(self) -> object:
        """The account and its cloud, and whether it is shown."""
        picture = self.picture
        return picture.accounts.get(self._thing_id), picture.gateway.clouds.get(self._thing_id), self._is_shown

    async def _async_ask(self, name: str, timeout_s: int, args: Mapping[str, Any] | None = None) -> None:
        """Send a command about the account and return when it is done. Call this before any other await."""
        # Another service call may replace the context.
        context, subject = self._context, self.account.name
        origin = await self.coordinator.origins.async_resolve(context)
        command = Command(name=name, target={"account_id": self._thing_id}, args=args or {}, timeout_s=timeout_s)
        await async_confirmed(self.coordinator.link.async_send(command, origin), subject)
