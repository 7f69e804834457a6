"""Looking again for the devices of an account that has none."""

from typing import Any

from homeassistant.components.repairs import RepairsFlowResult

from ..const import POLL_TIMEOUT_S
from ..link.commands import Command
from .account import AccountFlow


class NoDevicesFlow(AccountFlow):
    """Lets the gateway look again, and says what came of it."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        if self.find() is None:
            return self.nothing_left()
        return self.async_show_menu(step_id="init", menu_options=["look", "ignore"])

    async def async_step_look(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Look again. The repair goes with the first device that the gateway shows."""
        if (found := self.find()) is None:
            return self.nothing_left()
        coordinator, account = found
        command = Command(name="look_for_devices", target={"account_id": account.id}, timeout_s=POLL_TIMEOUT_S)
        outcome = await self.ask(coordinator, command)
        if outcome.error is not None:
            return self.failed(coordinator, outcome.error)
        if not isinstance(count := outcome.data.get("devices"), int) or count < 1:
            return self.async_abort(reason="still_none")
        return self.async_create_entry(data={}, description_placeholders={"count": str(count)})

    async def async_step_ignore(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Leave it so."""
        return self.ignore()
