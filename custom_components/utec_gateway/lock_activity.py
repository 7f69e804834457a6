"""What people want to know of a lock, as an event on Home Assistant's bus: who moved it, from where, and what failed.

The logbook describes it. What Home Assistant itself was asked for and has been done is no event: there its own line
about the change of state says who it was, or which automation.
"""

from typing import Any

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util.event_type import EventType

from .const import DOMAIN
from .coordinator import UtecGatewayConfigEntry
from .picture.activity import Activity
from .picture.device_words import LockState

EVENT_LOCK_ACTIVITY: EventType[dict[str, Any]] = EventType(f"{DOMAIN}_lock_activity")

COMMAND_FAILED = "command_failed"

_COMMANDS = frozenset({"lock", "set_mode", "unlock"})
_FAILURES = frozenset({"offline", "refused", "unconfirmed"})


def _action_of(it: Activity) -> str | None:
    """Find what happened; None for what is not told."""
    command = it.command
    if it.kind == "command_ended" and command is not None:
        return COMMAND_FAILED if command.name in _COMMANDS and command.outcome in _FAILURES else None
    if it.kind != "state_changed" or it.value != "lock_state" or it.before is None or it.now not in tuple(LockState):
        return None
    is_told_by_core = command is not None and command.way == "home_assistant" and it.now != LockState.JAMMED
    return None if is_told_by_core else str(it.now)


def _data_of(it: Activity, action: str) -> dict[str, Any]:
    command = it.command
    return {
        "action": action,
        "cause": it.cause,
        "command": command.name if command else None,
        "way": command.way if command else None,
        "asker": command.asker if command else None,
        "automation": bool(command and command.automation),
        "outcome": command.outcome if command else None,
        "error_code": command.error_code if command else None,
        "error_message": command.error_message if command else None,
    }


@callback
def async_fire_lock_activity(entry: UtecGatewayConfigEntry) -> CALLBACK_TYPE:
    """Fire an event for each entry of the activity log that is told; returns a function that ends this."""
    hass = entry.runtime_data.hass

    @callback
    def tell(it: Activity) -> None:
        device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, it.device_id), entry.entry_id)
        entity_id = er.async_get(hass).async_get_entity_id(Platform.LOCK, DOMAIN, f"{it.device_id}_lock")
        action = _action_of(it)
        if action is None or device is None or entity_id is None:
            return
        user_id = it.command.user_id if it.command else None
        data = {ATTR_DEVICE_ID: device.id, ATTR_ENTITY_ID: entity_id, **_data_of(it, action)}
        hass.bus.async_fire(EVENT_LOCK_ACTIVITY, data, context=Context(user_id=user_id) if user_id else None)

    return entry.runtime_data.async_listen_activity(None, tell)
