"""What generation B of the integration asks of its gateway, and how it reads the answers; written for the tests."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .coordinator import Coordinator

PLATFORMS = ["lock", "sensor"]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry[Coordinator]) -> bool:
    entry.runtime_data = Coordinator(hass, entry)
    await entry.runtime_data.async_config_entry_first_refresh()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry[Coordinator]) -> bool:
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
