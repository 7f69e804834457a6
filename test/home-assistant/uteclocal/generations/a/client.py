"""The calls. None has a time-out of its own, and none looks at the content type."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession


class Client:
    def __init__(self, hass: HomeAssistant, host: str) -> None:
        self._session = async_get_clientsession(hass)
        self._base = host.rstrip("/")

    async def devices(self) -> list[tuple[str, str]]:
        """Id and name of each: whatever it is, it is taken for a lock."""
        async with self._session.get(f"{self._base}/api/devices") as response:
            response.raise_for_status()
            answer = await response.json(content_type=None)
        return [(str(device["id"]), device["name"]) for device in answer["payload"]["devices"]]

    async def states(self, device_id: str) -> dict[tuple[str, str], Any]:
        """By capability and name, in lower case."""
        async with self._session.post(f"{self._base}/api/status", json={"id": device_id}) as response:
            response.raise_for_status()
            answer = await response.json(content_type=None)
        device = answer["payload"]["devices"][0]
        listed = device.get("states") or device.get("state") or []
        entries = [listed] if isinstance(listed, dict) else listed
        return {
            (str(entry.get("capability")).lower(), str(entry.get("name") or entry.get("attribute")).lower()): entry.get(
                "value"
            )
            for entry in entries
        }

    async def command(self, name: str, device_id: str) -> None:
        """Anything from 200 to 299 is success, whatever the body says."""
        async with self._session.post(f"{self._base}/{name}", json={"id": device_id}) as response:
            response.raise_for_status()
