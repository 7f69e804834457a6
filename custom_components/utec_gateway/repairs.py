"""Repairs that are done in Home Assistant: letting another gateway take over. The others lead to the gateway's page."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import UtecGatewayConfigEntry
from .picture.offer import Offer
from .registry.offers import listed, offer_issue_id
from .registry.succession import LEFT_BEHIND
from .registry.take_over import Verdict, async_compare, async_take_over


class TakeOverFlow(RepairsFlow):
    """Asks whether the other gateway may take over. What it would cost is compared anew at each step."""

    def __init__(self, gateway_id: str) -> None:
        """Start for the gateway that has offered itself."""
        self._gateway_id = gateway_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask what is to be asked."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Take over: nothing is lost."""
        if (found := self._find()) is None:
            return self.async_abort(reason="no_offer")
        entry, offer = found
        if async_compare(self.hass, entry, offer).verdict is not Verdict.SAME:
            return await self.async_step_choose()
        if user_input is None:
            return self.async_show_form(step_id="confirm")
        return await self._take_over(entry, offer)

    async def async_step_choose(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Say what would go, and ask which gateway it shall be."""
        if (found := self._find()) is None:
            return self.async_abort(reason="no_offer")
        return self.async_show_menu(
            step_id="choose",
            menu_options=["keep", "replace"],
            description_placeholders={"missing": listed(async_compare(self.hass, *found).missing)},
        )

    async def async_step_keep(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Keep the present gateway, and do not ask again."""
        ir.async_ignore_issue(self.hass, DOMAIN, offer_issue_id(self._gateway_id), True)
        return self.async_abort(reason="kept")

    async def async_step_replace(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Take over, though something goes: the user has read what."""
        if (found := self._find()) is None:
            return self.async_abort(reason="no_offer")
        return await self._take_over(*found)

    async def _take_over(self, entry: UtecGatewayConfigEntry, offer: Offer) -> RepairsFlowResult:
        await async_take_over(self.hass, entry, offer)
        # The card of the discovered gateway asks the same.
        flows = self.hass.config_entries.flow
        for flow in flows.async_progress_by_handler(DOMAIN, match_context={"unique_id": offer.gateway_id}):
            flows.async_abort(flow["flow_id"])
        return self.async_create_entry(data={})

    def _find(self) -> tuple[UtecGatewayConfigEntry, Offer] | None:
        """Find the offer. None: the gateway has stopped, or the entry is gone or disabled."""
        for entry in self.hass.config_entries.async_loaded_entries(DOMAIN):
            if offer := entry.runtime_data.offers.of(self._gateway_id):
                return entry, offer
        return None


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


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Start a repair."""
    if issue_id == LEFT_BEHIND:
        return LeftBehindFlow()
    return TakeOverFlow(str((data or {}).get("gateway_id")))
