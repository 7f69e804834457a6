"""Deciding what becomes of what a former gateway left."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult

from ..const import DOMAIN
from ..coordinator import UtecGatewayConfigEntry


class LeftBehindFlow(RepairsFlow):
    """Asks what is to become of what a former gateway left. What that is, is looked up anew at each step."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Say what is left, and ask."""
        if (entry := self._find()) is None:
            return self._abort()
        return self.async_show_menu(
            step_id="init",
            menu_options=["wait", "remove"],
            description_placeholders={"missing": entry.runtime_data.succession.names},
        )

    async def async_step_wait(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Keep it, and ask again in a day."""
        if (entry := self._find()) is not None:
            entry.runtime_data.succession.async_wait()
        return self.async_abort(reason="waiting")

    async def async_step_remove(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let it go."""
        if (entry := self._find()) is None:
            return self._abort()
        entry.runtime_data.succession.async_let_go()
        return self.async_create_entry(data={})

    def _find(self) -> UtecGatewayConfigEntry | None:
        """Find the entry, if there is something left."""
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        return next((it for it in entries if it.runtime_data.succession.missing), None)

    def _abort(self) -> RepairsFlowResult:
        """Say why there is nothing to decide: after a restart, because the gateway has not come yet."""
        entries: list[UtecGatewayConfigEntry] = self.hass.config_entries.async_loaded_entries(DOMAIN)
        is_unknown = any(it.runtime_data.succession.is_unknown for it in entries)
        return self.async_abort(reason="not_known_yet" if is_unknown else "nothing_left")
