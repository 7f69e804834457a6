"""U-tec Gateway: the bridge between Home Assistant and the gateway that keeps U-tec locks signed in.

The gateway dials in (websocket_api.py); nothing here ever dials out, so setting up an entry cannot fail because the
gateway is not there yet.
"""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType
from homeassistant.loader import async_get_integration

from .actions.table import async_register_actions
from .const import DOMAIN, UNLOAD_S
from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator, async_clear_issues
from .lock_activity import async_fire_lock_activity
from .registry.devices import thing_id_of
from .registry.generations import Generations
from .registry.token_history import TokenHistory
from .watch.memory import Memory
from .watch.token_watch import TokenWatch
from .websocket_api import async_register_commands

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the gateway's commands and the actions. Without a loaded entry they say that there is none."""
    async_register_commands(hass)
    async_register_actions(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: UtecGatewayConfigEntry) -> bool:
    """Set up an entry: from now on the gateway may dial in."""
    integration = await async_get_integration(hass, DOMAIN)
    generations = await Generations.async_load(hass, entry.entry_id)
    coordinator = UtecGatewayCoordinator(hass, entry, str(integration.version), generations)
    entry.runtime_data = coordinator
    entry.async_on_unload(coordinator.origins.async_follow())
    entry.async_on_unload(async_fire_lock_activity(entry))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    watch = TokenWatch(coordinator, await Memory.async_load(hass, entry.entry_id))
    entry.async_on_unload(watch.async_stop)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: UtecGatewayConfigEntry) -> bool:
    """Unload an entry, after the commands that are under way.

    The socket stays open; the gateway is told that its session is over.
    """
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        # Without entities no further one can begin.
        await entry.runtime_data.link.commands.async_settle(UNLOAD_S)
        entry.runtime_data.async_shutdown()
        await entry.runtime_data.generations.async_flush()
    return unloaded


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: UtecGatewayConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let users remove devices that the gateway does not show. The others would come straight back."""
    picture = entry.runtime_data.picture
    thing_id = thing_id_of(device)
    return picture is None or thing_id is None or not (thing_id == picture.gateway.id or picture.shows(thing_id))


async def async_remove_entry(hass: HomeAssistant, entry: UtecGatewayConfigEntry) -> None:
    """Remove an entry, with its repair issues and what is stored for it."""
    async_clear_issues(hass)
    await Generations.async_remove(hass, entry.entry_id)
    await TokenHistory.async_remove(hass, entry.entry_id)
    await Memory.async_remove(hass, entry.entry_id)
