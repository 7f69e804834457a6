"""Who asked: the names of users and automations behind a service call."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from homeassistant.const import ATTR_NAME
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    HomeAssistant,
    callback,
)
from homeassistant.util.event_type import EventType

# Fired by the automation component with the context that all its service calls carry.
EVENT_AUTOMATION_TRIGGERED: EventType[dict[str, Any]] = EventType("automation_triggered")

AUTOMATIONS_KEPT = 256


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The person or the automation that asked, as far as Home Assistant knows."""

    user: str | None = None
    user_id: str | None = None
    automation: str | None = None
    # What Home Assistant attributes a change to.
    context: Context | None = None

    @property
    def name(self) -> str | None:
        """One name for `changed_by`."""
        return self.automation or self.user


class Origins:
    """Resolves contexts to names. Remembers the latest triggered automations, because their context holds no name."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without automations."""
        self._hass = hass
        self._automations: OrderedDict[str, str] = OrderedDict()

    @callback
    def async_follow(self) -> CALLBACK_TYPE:
        """Remember automations as they are triggered; returns a function that ends this."""
        return self._hass.bus.async_listen(EVENT_AUTOMATION_TRIGGERED, self._remember)

    @callback
    def _remember(self, event: Event[dict[str, Any]]) -> None:
        self._automations[event.context.id] = str(event.data[ATTR_NAME])
        if len(self._automations) > AUTOMATIONS_KEPT:
            self._automations.popitem(last=False)

    async def async_resolve(self, context: Context | None) -> Origin:
        """Find the names behind a context."""
        if context is None:
            return Origin()
        user = await self._hass.auth.async_get_user(context.user_id) if context.user_id else None
        return Origin(
            user=user.name if user else None,
            user_id=user.id if user else None,
            automation=self._automations.get(context.id),
            context=context,
        )
