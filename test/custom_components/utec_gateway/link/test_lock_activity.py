"""What people want to know of a lock is an event: who moved it, from where, and what failed. Nothing is told twice."""

from typing import Any

import pytest

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.lock_activity import EVENT_LOCK_ACTIVITY
from custom_components.utec_gateway.picture.activity import parse_activity

from ..gateway import FRONT, LAMP, FakeGateway, Message
from .test_activity import REFUSED, UNLOCKED_BY_HAND, update


def by(way: str, **command: Any) -> Message:
    """What happened to the door by a command."""
    origin = {**REFUSED["command"]["origin"], "kind": way}
    asked = {**REFUSED["command"], "origin": origin, "outcome": None, "error": None, **command}
    return {**UNLOCKED_BY_HAND, "cause": "command", "command": asked}


def failed(**command: Any) -> Message:
    """The end of a command that did not go well."""
    return {**REFUSED, "command": {**REFUSED["command"], **command}}


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event[dict[str, Any]]]:
    """The events that are fired."""
    return async_capture_events(hass, EVENT_LOCK_ACTIVITY)


async def test_it_says_who_and_from_where_with_the_context_of_the_user(
    loaded: MockConfigEntry,
    connected: FakeGateway,
    device_registry: dr.DeviceRegistry,
    events: list[Event[dict[str, Any]]],
) -> None:
    await connected.call(update(1, by("page")))
    device = device_registry.async_get_device_by_identifier((DOMAIN, FRONT), loaded.entry_id)
    assert device is not None
    assert events[0].data == {
        "device_id": device.id,
        "entity_id": "lock.front_door",
        "event_type": "unlocked",
        "cause": "command",
        "command": "unlock",
        "way": "page",
        "asker": "Ada",
        "automation": False,
    }
    assert events[0].context.user_id == "ada"


@pytest.mark.parametrize(
    ("happened", "event_type"),
    [
        (UNLOCKED_BY_HAND, "unlocked_by_hand"),
        ({**UNLOCKED_BY_HAND, "to": "locked", "from": "unlocked"}, "locked_by_hand"),
        ({**UNLOCKED_BY_HAND, "to": "jammed"}, "jammed"),
        ({**by("home_assistant"), "to": "jammed"}, "jammed"),
        (by("api"), "unlocked"),
        (REFUSED, "command_failed"),
        (failed(name="set_mode", outcome="offline"), "command_failed"),
        (failed(outcome="unconfirmed"), "command_failed"),
    ],
)
async def test_it_is_told(
    connected: FakeGateway, events: list[Event[dict[str, Any]]], happened: Message, event_type: str
) -> None:
    await connected.call(update(1, happened))
    assert [it.data["event_type"] for it in events] == [event_type]


@pytest.mark.parametrize(
    "happened",
    [
        # Home Assistant's own line says who it was.
        by("home_assistant"),
        # Nothing is known of before: the door may have been so for days.
        {**UNLOCKED_BY_HAND, "from": None},
        {**UNLOCKED_BY_HAND, "to": None},
        {**UNLOCKED_BY_HAND, "to": {"r": 1}},
        {**UNLOCKED_BY_HAND, "value": "door_state", "to": "open"},
        {**UNLOCKED_BY_HAND, "kind": "device_unavailable", "to": "offline"},
        failed(outcome="confirmed", error=None),
        failed(outcome="superseded"),
        failed(outcome=None),
        {**REFUSED, "command": None},
        # Neither is a lock of Home Assistant.
        {**UNLOCKED_BY_HAND, "device_id": LAMP},
        {**UNLOCKED_BY_HAND, "device_id": "nobody"},
    ],
)
async def test_it_is_not_told(connected: FakeGateway, events: list[Event[dict[str, Any]]], happened: Message) -> None:
    await connected.call(update(1, happened))
    assert events == []


async def test_nothing_is_fired_after_the_entry_was_unloaded(
    hass: HomeAssistant, loaded: MockConfigEntry, connected: FakeGateway, events: list[Event[dict[str, Any]]]
) -> None:
    coordinator = loaded.runtime_data
    await hass.config_entries.async_unload(loaded.entry_id)
    happened = parse_activity(UNLOCKED_BY_HAND)
    assert happened is not None
    coordinator.async_tell([happened])
    assert events == []
