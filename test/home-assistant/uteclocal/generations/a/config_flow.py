"""One field, which nobody checks: neither whether somebody answers there, nor whether it was entered before."""

from typing import Any

import probatio

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class UteclocalFlow(ConfigFlow, domain="uteclocal"):
    VERSION = 1

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        if user_input is not None:
            return self.async_create_entry(title="U-tec Local Gateway", data=user_input)
        schema = probatio.Schema({probatio.Required("host", default="http://localhost:8000"): str})
        return self.async_show_form(step_id="user", data_schema=schema)
