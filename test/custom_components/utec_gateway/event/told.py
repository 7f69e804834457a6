"""What an event entity has told."""

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event


class Told:
    """The types of the events, as they come; what only becomes available again is none."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        self.types: list[str] = []
        async_track_state_change_event(hass, entity_id, self._take)

    @callback
    def _take(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        assert old is not None
        assert new is not None
        if "unavailable" not in (old.state, new.state) and old.state != new.state:
            self.types.append(new.attributes["event_type"])
