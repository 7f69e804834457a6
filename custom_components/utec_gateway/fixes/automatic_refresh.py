"""Switching the automatic refresh of an account on again."""

from typing import Any

from homeassistant.components.repairs import RepairsFlowResult

from ..const import REFRESH_TIMEOUT_S
from ..link.commands import Command
from .account import AccountFlow


class AutomaticRefreshFlow(AccountFlow):
    """Asks whether it is to be on again, or stays off."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask. What the gateway's configuration says can only be changed there."""
        if (found := self.find()) is None:
            return self.nothing_left()
        is_options = found[1].as_sent.get("owner") == "options"
        return self.async_show_menu(step_id="init", menu_options=["options" if is_options else "turn_on", "leave_off"])

    async def async_step_turn_on(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Switch it on."""
        if (found := self.find()) is None:
            return self.nothing_left()
        coordinator, account = found
        command = Command(
            name="set_automatic_refresh",
            target={"account_id": account.id},
            args={"on": True},
            timeout_s=REFRESH_TIMEOUT_S,
        )
        error = (await self.ask(coordinator, command)).error
        return self.async_create_entry(data={}) if error is None else self.failed(coordinator, error)

    async def async_step_options(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Say where it is switched on."""
        return self.nothing_left() if (found := self.find()) is None else self.owned_by_options(found[0])

    async def async_step_leave_off(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Leave it off."""
        return self.ignore()
