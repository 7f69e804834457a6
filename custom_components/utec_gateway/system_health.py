"""System health: how things stand with the gateway, on Home Assistant's own page for that."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import UtecGatewayCoordinator


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(async_describe, f"/config/integrations/integration/{DOMAIN}")


async def async_describe(hass: HomeAssistant) -> dict[str, Any]:
    """Describe the gateway: its name is nowhere, for people paste this where others read it."""
    entry = next(iter(hass.config_entries.async_loaded_entries(DOMAIN)), None)
    if entry is None:
        return {"connected": False}
    coordinator: UtecGatewayCoordinator = entry.runtime_data
    hello, picture = coordinator.hello, coordinator.picture
    about: dict[str, Any] = {
        "connected": coordinator.in_session,
        "integration_version": coordinator.version,
        "page_known": coordinator.page is not None,
    }
    if hello is not None:
        about |= {"gateway_version": hello.version, "protocol": hello.protocol}
    if picture is not None:
        accounts, locks = picture.accounts.values(), picture.locks
        about |= {
            "accounts": len(accounts),
            "accounts_with_problem": sum(it.needs_attention for it in accounts),
            "clouds_silent": sum(online is False for online in picture.gateway.clouds.values()),
            "locks": len(locks),
            "locks_unavailable": sum(not (coordinator.connected and it.available) for it in locks),
        }
    return about
