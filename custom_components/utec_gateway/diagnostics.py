"""Diagnostics. The link carries no secrets; what identifies a person, a device or a home is redacted anyway."""

from collections.abc import Iterable, Mapping
import re
from typing import Any

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .const import CONF_FORMER_GATEWAY_ID, CONF_GATEWAY_ID
from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .picture.account import Account
from .picture.device import Device
from .picture.picture import Picture
from .registry.devices import thing_id_of
from .registry.issue_ids import account_issue_id

TO_REDACT = {
    "client_id",
    "cloud_user",
    "device_code",
    "redirect_uri",
    "serial",
    "page",
    "user_id",
}

_E_MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.\w+")
# A shorter id may be part of any word: it is replaced only where it stands alone.
_SHORTEST_IN_TEXT = 8


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: UtecGatewayConfigEntry) -> dict[str, Any]:
    """Collect what helps to understand a problem report."""
    about = _about(entry)
    picture = None
    if (coordinator := _coordinator_of(entry)) is not None:
        picture = coordinator.picture
        about |= {
            # Home Assistant adds the open repairs: which account those of each name are about.
            "repairs": {account_issue_id(it, None): it for it in picture.accounts} if picture else {},
            "not_understood": picture and [it for it in map(_not_understood, picture.devices.values()) if it],
            "malformed": picture and [{"kind": it.kind, "id": it.id, "error": it.error} for it in picture.malformed],
            "picture": picture
            and {
                "gateway": picture.gateway.as_sent,
                "accounts": _as_sent(picture.accounts.values()),
                "devices": _as_sent(picture.devices.values()),
            },
        }
    return _redacted(about, entry.data, picture)


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: UtecGatewayConfigEntry, device: dr.DeviceEntry
) -> dict[str, Any]:
    """Collect what concerns one device alone: the gateway, an account, or a device of one with its account."""
    about, thing_id = _about(entry), thing_id_of(device)
    coordinator = _coordinator_of(entry)
    picture = coordinator.picture if coordinator else None
    if picture is not None and thing_id is not None:
        about |= {
            "malformed": [
                {"kind": it.kind, "id": it.id, "error": it.error} for it in picture.malformed if it.id == thing_id
            ],
            **_concerning(picture, thing_id),
        }
    return _redacted(about, entry.data, picture)


def _coordinator_of(entry: UtecGatewayConfigEntry) -> UtecGatewayCoordinator | None:
    """Find what is known of the gateway: not by an entry that is disabled, or could not be set up."""
    return entry.runtime_data if entry.state is ConfigEntryState.LOADED else None


def _about(entry: UtecGatewayConfigEntry) -> dict[str, Any]:
    """Say how the entry and the link are."""
    about: dict[str, Any] = {
        "entry": {"state": entry.state.value, "disabled_by": entry.disabled_by, "data": dict(entry.data)}
    }
    if (coordinator := _coordinator_of(entry)) is None:
        return about
    link, hello = coordinator.link, coordinator.hello
    return about | {
        "integration_version": coordinator.version,
        "gateway_version": hello.version if hello else None,
        "link": {
            "connected": coordinator.connected,
            "session_open": link.session is not None,
            "commands_under_way": len(link.commands),
        },
    }


def _concerning(picture: Picture, thing_id: str) -> dict[str, Any]:
    """Find what the picture has of one thing."""
    if thing_id == picture.gateway.id:
        return {"gateway": picture.gateway.as_sent}
    clouds = picture.gateway.as_sent.get("clouds") or {}
    if thing_id in picture.accounts:
        served = [it.id for it in picture.devices.values() if it.account_id == thing_id]
        return {"account": picture.accounts[thing_id].as_sent, "cloud": clouds.get(thing_id), "devices": served}
    device = picture.devices.get(thing_id)
    if device is None:
        return {"device": None}
    account = picture.accounts.get(device.account_id)
    return {
        "device": device.as_sent,
        "not_understood": _not_understood(device),
        "account": account and {"id": account.id, "status": account.status, "reason": account.reason},
        "cloud": clouds.get(device.account_id),
    }


def _redacted(about: dict[str, Any], data: Mapping[str, Any], picture: Picture | None) -> dict[str, Any]:
    """Take out what identifies somebody or something."""
    redacted: dict[str, Any] = _without_ids(async_redact_data(about, TO_REDACT), _stand_ins(data, picture))
    return redacted


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


def _as_sent(things: Iterable[Account] | Iterable[Device]) -> list[Any]:
    return [thing.as_sent for thing in things]


def _stand_ins(data: Mapping[str, Any], picture: Picture | None) -> dict[str, str]:
    """Find what stands for each id in this file: the same for the same id, wherever it is."""
    stand_ins: dict[str, str] = {}
    if (former := data.get(CONF_FORMER_GATEWAY_ID)) is not None:
        stand_ins[former] = "former gateway"
    if (gateway_id := data.get(CONF_GATEWAY_ID)) is not None:
        stand_ins[gateway_id] = "gateway"
    if picture is None:
        return stand_ins
    stand_ins[picture.gateway.id] = "gateway"
    unread = [it for it in picture.malformed if it.id is not None]
    # Also of accounts that the gateway names and does not show.
    named = (*picture.gateway.clouds, *(it.account_id for it in picture.devices.values()))
    for kind, ids in (
        ("account", [*picture.accounts, *(it.id for it in unread if it.kind == "account"), *named]),
        ("device", [*picture.devices, *(it.id for it in unread if it.kind == "device")]),
    ):
        for number, thing_id in enumerate(dict.fromkeys(ids), start=1):
            stand_ins[str(thing_id)] = f"{kind} {number}"
    return stand_ins


def _without_ids(value: Any, stand_ins: Mapping[str, str]) -> Any:
    """Replace the ids and the e-mail addresses in all keys and texts."""
    in_text = sorted((it for it in stand_ins if len(it) >= _SHORTEST_IN_TEXT), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, in_text)) or r"(?!)", re.IGNORECASE)
    found = {it.lower(): stand_ins[it] for it in in_text}

    def text(it: str) -> str:
        if it in stand_ins:
            return stand_ins[it]
        return _E_MAIL.sub(REDACTED, pattern.sub(lambda match: found[match[0].lower()], it))

    def walk(it: Any) -> Any:
        if isinstance(it, str):
            return text(it)
        if isinstance(it, Mapping):
            return {walk(key): walk(inner) for key, inner in it.items()}
        if isinstance(it, list | tuple):
            return [walk(inner) for inner in it]
        return it

    return walk(value)
