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
from .picture.lock_event import BY_COMMAND, BY_HAND, COMMAND_FAILED, JAMMED, event_attributes, lock_event

EVENT_LOCK_ACTIVITY: EventType[dict[str, Any]] = EventType(f"{DOMAIN}_lock_activity")
ATTR_EVENT_TYPE = "event_type"

_TOLD = frozenset({*BY_COMMAND.values(), *BY_HAND.values(), JAMMED, COMMAND_FAILED})


def _told(activity: Activity) -> str | None:
    """Find what happened; None for what is not told."""
    event = lock_event(activity)
    command = activity.command
    is_told_by_core = event in BY_COMMAND.values() and command is not None and command.way == "home_assistant"
    return event if event in _TOLD and not is_told_by_core else None


@callback
def async_fire_lock_activity(entry: UtecGatewayConfigEntry) -> CALLBACK_TYPE:
    """Fire an event for each entry of the activity log that is told; returns a function that ends this."""
    hass = entry.runtime_data.hass

    @callback
    def tell(it: Activity) -> None:
        device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, it.device_id), entry.entry_id)
        entity_id = er.async_get(hass).async_get_entity_id(Platform.LOCK, DOMAIN, f"{it.device_id}_lock")
        event = _told(it)
        if event is None or device is None or entity_id is None:
            return
        user_id = it.command.user_id if it.command else None
        data = {
            ATTR_DEVICE_ID: device.id,
            ATTR_ENTITY_ID: entity_id,
            ATTR_EVENT_TYPE: event,
            **event_attributes(it),
        }
        hass.bus.async_fire(EVENT_LOCK_ACTIVITY, data, context=Context(user_id=user_id) if user_id else None)

    return entry.runtime_data.async_listen_activity(None, tell)
