"""The config flow. It asks for nothing: the gateway dials in on its own.

There is one entry. A gateway that is discovered while it belongs to another one may take over, and never gets a second.
The manifest does not say `single_config_entry`: with that, Home Assistant would refuse such a discovery by itself.
"""

from typing import Any, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, ConfigEntryState, ConfigFlow, ConfigFlowResult
from homeassistant.core import callback
from homeassistant.helpers.service_info.hassio import HassioServiceInfo

from .const import CONF_FORMER_GATEWAY_ID, CONF_GATEWAY_ID, CONF_SLUG, DOMAIN, TITLE
from .picture.offer import Offer
from .registry.offers import listed
from .registry.take_over import Verdict, async_compare, async_take_over


class UtecGatewayConfigFlow(ConfigFlow, domain=DOMAIN):
    """Sets up the one entry: by hand, or when the Supervisor discovers the add-on."""

    def __init__(self) -> None:
        """Start with nothing known of the gateway."""
        self._data: dict[str, str] = {}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Confirm. The entry will belong to the first gateway that says hello."""
        return self._confirm("user", user_input)

    @override
    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """Handle the Supervisor's discovery of the add-on."""
        gateway_id = discovery_info.config.get(CONF_GATEWAY_ID)
        self._data = {CONF_SLUG: discovery_info.slug}
        if isinstance(gateway_id, str) and gateway_id:
            self._data[CONF_GATEWAY_ID] = gateway_id
            await self.async_set_unique_id(gateway_id)
            self._abort_if_unique_id_configured()
        else:
            await self._async_handle_discovery_without_unique_id()
        return await self.async_step_hassio_confirm()

    async def async_step_hassio_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Confirm what was discovered."""
        entry = self._entry()
        if entry is None or CONF_GATEWAY_ID not in self._data:
            return self._confirm("hassio_confirm", user_input)
        if entry.data.get(CONF_GATEWAY_ID, self._data[CONF_GATEWAY_ID]) == self._data[CONF_GATEWAY_ID]:
            return self.async_abort(reason="single_instance_allowed")
        return await self.async_step_take_over()

    async def async_step_take_over(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the gateway take over: nothing is lost."""
        return await self._offer_take_over(confirmed=Verdict.SAME if user_input is not None else None)

    async def async_step_other_locks(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the gateway take over, though something goes: the form says what."""
        return await self._offer_take_over(confirmed=Verdict.OTHER if user_input is not None else None)

    async def async_step_not_yet(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Look again whether the gateway has the locks by now."""
        return await self._offer_take_over(confirmed=None)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let another gateway take the place of the current one: the one that offers itself, else the next one."""
        entry = self._get_reconfigure_entry()
        if user_input is None and self._offer(entry) is not None:
            return await self._offer_take_over(confirmed=None)
        if user_input is None:
            return self.async_show_form(
                step_id="reconfigure",
                description_placeholders={"gateway_id": entry.data.get(CONF_GATEWAY_ID, "?")},
            )
        data = {key: it for key, it in entry.data.items() if key != CONF_GATEWAY_ID}
        if CONF_GATEWAY_ID in entry.data:
            data[CONF_FORMER_GATEWAY_ID] = entry.data[CONF_GATEWAY_ID]
        return self.async_update_reload_and_abort(entry, unique_id=None, data=data)

    async def _offer_take_over(self, *, confirmed: Verdict | None) -> ConfigFlowResult:
        """Say what a take-over would do now. It is done once exactly that was confirmed."""
        entry = self._entry()
        if entry is None or entry.disabled_by:
            return self.async_abort(reason="no_offer")
        offer = self._offer(entry)
        comparison = None if offer is None else async_compare(self.hass, entry, offer)
        if offer is not None and comparison is not None and comparison.verdict is confirmed:
            await async_take_over(self.hass, entry, offer)
            self._abort_others()
            return self.async_abort(reason="taken_over")
        steps = {Verdict.SAME: "take_over", Verdict.OTHER: "other_locks", Verdict.NOT_YET: "not_yet"}
        return self.async_show_form(
            step_id="not_yet" if comparison is None else steps[comparison.verdict],
            description_placeholders={"missing": "" if comparison is None else listed(comparison.missing)},
        )

    def _offer(self, entry: ConfigEntry) -> Offer | None:
        """Find what the gateway has offered over the link; None before it has dialled in."""
        if entry.state is not ConfigEntryState.LOADED:
            return None
        found: Offer | None = (
            entry.runtime_data.offers.newest
            if self.source == SOURCE_RECONFIGURE
            else entry.runtime_data.offers.of(self._data.get(CONF_GATEWAY_ID, ""))
        )
        return found

    def _entry(self) -> ConfigEntry | None:
        """Find the one entry; what was ignored is none."""
        return next(iter(self._async_current_entries(include_ignore=False)), None)

    def _confirm(self, step_id: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        if self._entry() is not None:
            return self.async_abort(reason="single_instance_allowed")
        if user_input is None:
            return self.async_show_form(step_id=step_id)
        self._abort_others()
        return self.async_create_entry(title=TITLE, data=self._data)

    @callback
    def _abort_others(self) -> None:
        """Take the cards away that would ask the same again."""
        for flow in self._async_in_progress(include_uninitialized=True):
            self.hass.config_entries.flow.async_abort(flow["flow_id"])
