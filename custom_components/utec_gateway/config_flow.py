"""The config flow. It asks for nothing: the gateway dials in on its own."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers.service_info.hassio import HassioServiceInfo

from .const import CONF_GATEWAY_ID, CONF_SLUG, DOMAIN, TITLE


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
        return self._confirm("hassio_confirm", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the next gateway that says hello take the place of the current one."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            return self.async_show_form(
                step_id="reconfigure",
                description_placeholders={"gateway_id": entry.data.get(CONF_GATEWAY_ID, "?")},
            )
        kept = {key: it for key, it in entry.data.items() if key != CONF_GATEWAY_ID}
        return self.async_update_reload_and_abort(entry, unique_id=None, data=kept)

    def _confirm(self, step_id: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        if user_input is None:
            return self.async_show_form(step_id=step_id)
        return self.async_create_entry(title=TITLE, data=self._data)
