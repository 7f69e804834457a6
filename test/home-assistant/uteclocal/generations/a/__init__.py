"""What generation A of the integration asks of its gateway, and how it reads the answers; written for the tests."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .client import Client

PLATFORMS = ["lock", "sensor"]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry[Client]) -> bool:
    entry.runtime_data = Client(hass, entry.data["host"])
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry[Client]) -> bool:
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
