"""Diagnostics. The link carries no secrets; what identifies a person or a device is redacted anyway."""

from collections.abc import Iterable
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .coordinator import UtecGatewayConfigEntry
from .picture.account import Account
from .picture.device import Device

TO_REDACT = {"client_id", "cloud_user", "device_code", "redirect_uri", "serial", "page"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: UtecGatewayConfigEntry) -> dict[str, Any]:
    """Collect what helps to understand a problem report."""
    coordinator = entry.runtime_data
    link, picture = coordinator.link, coordinator.picture
    hello = coordinator.hello
    return {
        "integration_version": coordinator.version,
        "gateway_version": hello.version if hello else None,
        "entry": dict(entry.data),
        "link": {
            "connected": coordinator.connected,
            "session_open": link.session is not None,
            "commands_under_way": len(link.commands),
        },
        "not_understood": picture and [it for it in map(_not_understood, picture.devices.values()) if it],
        "malformed": picture and [{"kind": it.kind, "id": it.id, "error": it.error} for it in picture.malformed],
        "picture": picture
        and {
            "gateway": async_redact_data(picture.gateway.as_sent, TO_REDACT),
            "accounts": _redacted(picture.accounts.values()),
            "devices": _redacted(picture.devices.values()),
        },
    }


def _not_understood(device: Device) -> dict[str, Any] | None:
    """Describe a device that has no entity, or that a later gateway describes in words unknown here."""
    capabilities = device.as_sent.get("unknown_capabilities") or []
    if device.kind and not capabilities and not device.unknown_words:
        return None
    return {
        "id": device.id,
        "category": device.as_sent.get("category"),
        "handle_type": device.as_sent.get("handle_type"),
        "capabilities": capabilities,
        "words": device.unknown_words,
    }


def _redacted(things: Iterable[Account] | Iterable[Device]) -> list[Any]:
    return [async_redact_data(thing.as_sent, TO_REDACT) for thing in things]
