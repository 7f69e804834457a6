"""Every 30 s the list, then each device of it, one after the other, all within 10 s."""

import asyncio
from datetime import timedelta
import logging
from typing import Any

import aiohttp

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .generation import CHECKS_THE_LIST, SECONDS_AFTER_A_COMMAND

_LOGGER = logging.getLogger(__name__)
WITHIN_S = 10

type Device = dict[str, Any]


class Coordinator(DataUpdateCoordinator[dict[str, Device]]):
    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name="uteclocal",
            update_interval=timedelta(seconds=30),
            # By default there is one look in 10 s: the tests ask for the next one sooner.
            request_refresh_debouncer=Debouncer(hass, _LOGGER, cooldown=0, immediate=True),
        )
        self._session = async_get_clientsession(hass)
        self._base = entry.data["host"]

    async def _async_update_data(self) -> dict[str, Device]:
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self._devices()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UpdateFailed(f"The gateway does not answer: {error}") from error

    async def _devices(self) -> dict[str, Device]:
        async with self._session.get(f"{self._base}/api/devices") as response:
            if CHECKS_THE_LIST and response.status != 200:
                raise UpdateFailed(f"The gateway answers {response.status}")
            answer = await response.json()
        devices = {}
        for listed in answer.get("payload", {}).get("devices", []):
            if "id" in listed:
                devices[listed["id"]] = await self._with_states(listed)
        return devices

    async def _with_states(self, listed: Device) -> Device:
        """What the answer has wins; without one there is the list's record alone. The status code is not looked at."""
        try:
            async with self._session.post(f"{self._base}/api/status", json={"id": listed["id"]}) as response:
                answer = await response.json()
            return {**listed, **answer["payload"]["devices"][0]}
        except Exception as error:  # noqa: BLE001 - one device's failure is no other's
            _LOGGER.debug("No states of %s: %s", listed["id"], error)
            return listed

    async def command(self, name: str, device_id: str) -> None:
        """A command that fails is only logged."""
        try:
            async with (
                asyncio.timeout(WITHIN_S),
                self._session.post(f"{self._base}/api/{name}", json={"id": device_id}) as response,
            ):
                done = response.status == 200
        except (aiohttp.ClientError, TimeoutError) as error:
            _LOGGER.debug("%s failed: %s", name, error)
            return
        if not done:
            _LOGGER.debug("%s was refused", name)
            return
        await asyncio.sleep(SECONDS_AFTER_A_COMMAND)
        await self.async_request_refresh()
