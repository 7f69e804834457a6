"""Letting another gateway take over."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..coordinator import UtecGatewayConfigEntry
from ..picture.offer import Offer
from ..registry.offers import listed
from ..registry.take_over import Verdict, async_compare, async_take_over


class TakeOverFlow(RepairsFlow):
    """Asks whether the other gateway may take over. What it would cost is compared anew at each step."""

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
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)
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
            if offer := entry.runtime_data.offers.of_issue(self.issue_id):
                return entry, offer
        return None
