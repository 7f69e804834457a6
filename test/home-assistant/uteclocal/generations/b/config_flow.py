"""The gateway's address, which must answer to GET /health with 200."""

import asyncio
from typing import Any

import aiohttp
import probatio

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers.aiohttp_client import async_get_clientsession

WITHIN_S = 10


class UteclocalFlow(ConfigFlow, domain="uteclocal"):
    VERSION = 1

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        errors = {}
        if user_input is not None:
            host = user_input["host"].rstrip("/")
            await self.async_set_unique_id(host)
            self._abort_if_unique_id_configured()
            if await self._answers(host):
                return self.async_create_entry(title="U-tec Local Gateway", data={"host": host})
            errors = {"base": "cannot_connect"}
        schema = probatio.Schema({probatio.Required("host", default="http://192.168.1.40:8000"): str})
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def _answers(self, host: str) -> bool:
        try:
            async with (
                asyncio.timeout(WITHIN_S),
                async_get_clientsession(self.hass).get(f"{host}/health") as response,
            ):
                return response.status == 200
        except aiohttp.ClientError, TimeoutError:
            return False
