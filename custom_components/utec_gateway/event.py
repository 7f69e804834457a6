"""Events: what happens to the token of an account, and what happens to a lock."""

from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription, EventExtraStoredData
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started

from .const import LEFT_OPEN_S
from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .entity.account import AccountEntity
from .entity.device import DeviceEntity
from .entity.new_entities import async_add_new_entities
from .picture.account import TokenEvent
from .picture.activity import Activity
from .picture.device import Device
from .picture.device_words import DoorState, Freshness
from .picture.lock_event import DOOR_LEFT_OPEN, LOCK_EVENTS, event_attributes, lock_event
from .registry.token_history import SIGN_IN_NEEDED, TokenHistory

PARALLEL_UPDATES = 0

# What the kinds of the gateway's events are here. A retry is planned after a failure, and a token that an interrupted
# refresh was granted is one that was refreshed.
TOKEN_EVENTS = {
    "refreshed": "refreshed",
    "adopted": "refreshed",
    "failed": "failed",
    "retried": "failed",
    "recovered": "recovered",
    SIGN_IN_NEEDED: "sign_in_needed",
    "signed_in": "signed_in",
    "signed_out": "signed_out",
}

# No entity category for both: they are offered where people build automations.
ACCOUNT_EVENTS = (
    EventEntityDescription(
        key="token_event", translation_key="token_event", event_types=list(dict.fromkeys(TOKEN_EVENTS.values()))
    ),
)

ACTIVITIES = (EventEntityDescription(key="activity", translation_key="activity", event_types=list(LOCK_EVENTS)),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events."""
    coordinator = entry.runtime_data
    history = await TokenHistory.async_load(hass, entry.entry_id)
    entry.async_on_unload(history.async_flush)

    @callback
    def take() -> None:
        # Without entities, while it is being unloaded, nothing could be told: it is news again after that.
        if coordinator.picture is not None and entry.state is not ConfigEntryState.UNLOAD_IN_PROGRESS:
            history.async_take(coordinator.picture)

    def token_events(
        coordinator: UtecGatewayCoordinator, thing_id: str, description: EventEntityDescription
    ) -> TokenEvents:
        return TokenEvents(coordinator, thing_id, description, history)

    entry.async_on_unload(coordinator.async_add_listener(take))
    take()
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.EVENT,
        lambda picture: picture.accounts.values(),
        ACCOUNT_EVENTS,
        token_events,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.EVENT,
        lambda picture: picture.locks,
        ACTIVITIES,
        LockActivity,
    )


class TokenEvents(AccountEntity, EventEntity):
    """What happens to the token of an account, each once: also what happened while the gateway was not connected."""

    # They only explain the event.
    _unrecorded_attributes = frozenset({"at", "message"})

    def __init__(
        self,
        coordinator: UtecGatewayCoordinator,
        thing_id: str,
        description: EventEntityDescription,
        history: TokenHistory,
    ) -> None:
        """Create the entity; `history` knows what has been told."""
        super().__init__(coordinator, thing_id, description)
        self._history = history

    @property
    @override
    def available(self) -> bool:
        """The last event stays what it was."""
        return True

    @property
    @override
    def _watched(self) -> object:
        """The events alone."""
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the events, once the one that is remembered has been written: the next is a change of it.

        While Home Assistant starts there are no automations that could take it.
        """
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.hass.loop.call_soon(self._await_start).cancel)

    @callback
    def _await_start(self) -> None:
        self.async_on_remove(async_at_started(self.coordinator.hass, self._follow))

    @callback
    def _follow(self, _hass: HomeAssistant) -> None:
        self.async_on_remove(self._history.async_follow(self._thing_id, self._tell))

    @callback
    def _tell(self, event: TokenEvent) -> None:
        if event.kind in TOKEN_EVENTS:
            at = event.at.isoformat() if event.at else None
            told = {"at": at, "code": event.code, "message": event.message}
            self._trigger_event(TOKEN_EVENTS[event.kind], {name: it for name, it in told.items() if it})
            self.async_write_ha_state()


@dataclass
class StoredActivity(EventExtraStoredData):
    """The last event of a lock, and what has been said of its door, across restarts of Home Assistant."""

    is_left_open: bool


class LockActivity(DeviceEntity, EventEntity):
    """What happens to a lock: who did what, and how, as far as it is known."""

    _unrecorded_attributes = frozenset({"message"})

    def __init__(self, coordinator: UtecGatewayCoordinator, thing_id: str, description: EventEntityDescription) -> None:
        """Create the entity."""
        super().__init__(coordinator, thing_id, description)
        self._cancel: CALLBACK_TYPE | None = None
        # Whether it has been said of the present opening that the door was left open.
        self._is_said = False

    @property
    @override
    def available(self) -> bool:
        """The last event stays what it was."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what happens to the lock, and its door."""
        await super().async_added_to_hass()
        stored = await self.async_get_last_extra_data()
        self._is_said = stored is not None and stored.as_dict().get("is_left_open") is True
        self.async_on_remove(self.coordinator.async_listen_activity(self._thing_id, self._tell))
        self.async_on_remove(self._stop_watching)
        self._watch_door()

    @property
    @override
    def extra_restore_state_data(self) -> StoredActivity:
        """What is stored."""
        last = super().extra_restore_state_data
        return StoredActivity(last.last_event_type, last.last_event_attributes, self._is_said)

    @callback
    def _tell(self, activity: Activity) -> None:
        if event := lock_event(activity):
            user_id = activity.command.user_id if activity.command else None
            self._set_context(Context(user_id=user_id) if user_id else None)
            self._trigger_event(event, dict(event_attributes(activity)))
            self.async_write_ha_state()

    @callback
    @override
    def _handle_change(self) -> None:
        """Watch the door. What happens to the lock comes as activity."""
        self._written = self.device
        self._watch_door()

    @callback
    def _watch_door(self) -> None:
        """Wait while the door is known to be open; where that is not certain for a while, begin anew after it."""
        if not (self._is_shown and _is_door_certain(self.device)):
            self._stop_watching()
        elif self.device.door_state is DoorState.CLOSED:
            self._stop_watching()
            self._is_said = False
        elif self._cancel is None and not self._is_said:
            self._cancel = async_call_later(self.coordinator.hass, LEFT_OPEN_S, self._say_left_open)

    @callback
    def _say_left_open(self, _now: datetime) -> None:
        self._cancel = None
        self._is_said = True
        self._set_context(None)
        self._trigger_event(DOOR_LEFT_OPEN)
        self.async_write_ha_state()

    @callback
    def _stop_watching(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None


def _is_door_certain(device: Device) -> bool:
    """Tell whether what is known of a door holds now; an older gateway does not tell how old it is."""
    return device.door_state is not None and device.available and device.freshness in (Freshness.FRESH, None)
