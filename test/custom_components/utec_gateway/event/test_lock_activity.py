"""What happens to a lock is an event that tells who and how; what only seems to happen is none."""

from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.picture.activity import Activity

from ..conftest import Dial
from ..gateway import BACK, FRONT, LAMP, FakeGateway, Message, fixture
from ..house import entity, state_of
from .entries import change, command, ended
from .told import Told

EVENT = "event.front_door_activity"
OUTCOME = "sensor.front_door_last_command"
WHO = ("asker", "way", "automation", "cause", "command", "code", "message", "lock_mode")


async def log(gateway: FakeGateway, seq: int, *activity: Message, **fields: Any) -> None:
    """Let the log gain entries, in the update in which the lock changes."""
    devices = [{**fixture("snapshot", 0)["devices"][0], **fields}] if fields else []
    changed = {"activity": list(activity), "devices": devices}
    await gateway.call({**fixture("updates", 0), "seq": seq, "set": changed, "removed": {}})


def shown(hass: HomeAssistant) -> dict[str, Any]:
    """The last event, and who and how."""
    attributes = entity(hass, EVENT).attributes
    return {name: attributes[name] for name in ("event_type", *WHO) if attributes.get(name) is not None}


@pytest.mark.parametrize(
    ("value", "before", "now", "cause", "event"),
    [
        ("lock_state", "locked", "unlocked", "poll", "unlocked_by_hand"),
        ("lock_state", "unlocked", "locked", "push", "locked_by_hand"),
        ("lock_state", "jammed", "locked", "poll", "locked_by_hand"),
        ("lock_state", "locked", "unlocked", "command", "unlocked"),
        ("lock_state", "unlocked", "locked", "command", "locked"),
        ("lock_state", "unlocked", "jammed", "command", "jammed"),
        ("lock_state", "unlocked", "jammed", "poll", "jammed"),
        ("lock_mode", "normal", "passage", "poll", "mode_changed"),
        ("door_state", "closed", "open", "poll", "door_opened"),
        ("door_state", "open", "closed", "push", "door_closed"),
    ],
)
async def test_each_change_is_an_event(
    hass: HomeAssistant, connected: FakeGateway, value: str, before: str, now: str, cause: str, event: str
) -> None:
    await log(connected, 1, change(value, before, now, cause))
    expected = {"event_type": event, "cause": cause}
    assert shown(hass) == (expected | {"lock_mode": now} if value == "lock_mode" else expected)


@pytest.mark.parametrize(
    "nothing",
    [
        pytest.param(change("lock_state", None, "locked"), id="seen for the first time"),
        pytest.param(change("door_state", None, "open"), id="a door that is seen for the first time"),
        pytest.param(change("lock_mode", None, "normal"), id="a mode that is seen for the first time"),
        pytest.param(change("lock_state", "unknown", "locked"), id="nothing was known"),
        pytest.param(change("lock_state", "locked", "unknown"), id="nothing is known"),
        pytest.param(change("door_state", "closed", "unknown"), id="nothing is known of the door"),
        pytest.param(change("lock_mode", "normal", "holiday"), id="a mode of a later gateway"),
        pytest.param(change("lock_state", "locked", {"r": 1}), id="no word"),
        pytest.param(change("battery_percent", 70, 30), id="the battery"),
        pytest.param(ended(outcome="confirmed"), id="a command that was confirmed"),
        pytest.param(ended(outcome="superseded"), id="a command that another replaced"),
        pytest.param(ended(outcome=None), id="a command without an outcome"),
        pytest.param({**ended(), "command": None}, id="an end without a command"),
        pytest.param({**ended(), "kind": "device_unavailable"}, id="unavailable"),
        pytest.param({**ended(), "kind": "device_on_fire"}, id="a kind of a later gateway"),
        pytest.param({**change("lock_state", "locked", "unlocked"), "device_id": BACK}, id="another lock"),
    ],
)
async def test_what_is_no_movement_is_no_event(hass: HomeAssistant, connected: FakeGateway, nothing: Message) -> None:
    await log(connected, 1, nothing)
    assert state_of(hass, EVENT) == "unknown"


async def test_a_confirmed_command_is_one_event_that_tells_who_asked_and_which_way(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    told = Told(hass, EVENT)
    asked = command("lock", kind="home_assistant", name="Good night", automation=True)
    moved = change("lock_state", "unlocked", "locked", "command", command={**asked, "outcome": None})
    await log(connected, 1, moved, {**ended(), "command": asked}, lock_state="locked")
    assert told.types == ["locked"]
    assert shown(hass) == {
        "event_type": "locked",
        "asker": "Good night",
        "automation": True,
        "cause": "command",
        "command": "lock",
        "way": "home_assistant",
    }


@pytest.mark.parametrize("outcome", ["refused", "offline", "unconfirmed"])
async def test_a_command_that_failed_tells_why(hass: HomeAssistant, connected: FakeGateway, outcome: str) -> None:
    await log(connected, 1, ended(outcome=outcome))
    assert shown(hass) == {
        "event_type": "command_failed",
        "asker": "Ada",
        "automation": False,
        "code": "command_refused",
        "command": "unlock",
        "message": "The cloud refuses it.",
        "way": "page",
    }


async def test_who_asked_is_the_context_of_the_event_and_of_no_other(
    hass: HomeAssistant, connected: FakeGateway, ada: User
) -> None:
    asked = command(outcome=None, user_id=ada.id)
    await log(connected, 1, change("lock_state", "locked", "unlocked", "command", command=asked))
    assert entity(hass, EVENT).context.user_id == ada.id
    await log(connected, 2, change("lock_state", "unlocked", "locked"))
    assert entity(hass, EVENT).context.user_id is None


async def test_several_in_one_message_are_told_one_by_one(hass: HomeAssistant, connected: FakeGateway) -> None:
    told = Told(hass, EVENT)
    await log(
        connected,
        1,
        change("lock_state", "locked", "unlocked"),
        change("door_state", "closed", "open"),
        change("lock_state", "unlocked", "locked"),
        change("lock_state", "locked", "unlocked"),
    )
    assert told.types == ["unlocked_by_hand", "door_opened", "locked_by_hand", "unlocked_by_hand"]


async def test_only_locks_have_it_and_it_is_offered_where_automations_are_made(
    hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    assert entity_registry.entities[EVENT].entity_category is None
    assert entity_registry.entities[EVENT].unique_id == f"{FRONT}_activity"
    assert entity_registry.async_get_entity_id("event", "utec_gateway", f"{LAMP}_activity") is None


async def test_the_last_event_is_remembered_and_nobody_is_told_after_the_end(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> None:
    await log(connected, 1, ended(outcome="refused"))
    before, last = entity(hass, EVENT), shown(hass)
    coordinator = loaded.runtime_data
    await hass.config_entries.async_reload(loaded.entry_id)
    read = Activity(
        id=1,
        at=before.last_changed,
        kind="state_changed",
        device_id=FRONT,
        value="lock_state",
        before="locked",
        now="unlocked",
        cause="poll",
        command=None,
    )
    coordinator.async_tell([read])
    assert state_of(hass, EVENT) == "unavailable"
    await (await dial()).connect()
    assert (state_of(hass, EVENT), shown(hass)) == (before.state, last)


# What came of the last command


@pytest.mark.parametrize("outcome", ["confirmed", "refused", "offline", "unconfirmed", "superseded"])
async def test_what_came_of_the_last_command_is_a_sensor_that_is_remembered(
    everything_on: None,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
    outcome: str,
) -> None:
    assert state_of(hass, OUTCOME) == "unknown"
    await log(connected, 1, ended(outcome=outcome))
    await log(connected, 2, change("lock_state", "locked", "unlocked"))
    assert state_of(hass, OUTCOME) == outcome
    await hass.config_entries.async_reload(loaded.entry_id)
    await (await dial()).connect()
    assert state_of(hass, OUTCOME) == outcome


@pytest.mark.parametrize("outcome", ["exploded", None])
async def test_the_end_of_a_command_that_is_not_known_is_unknown_and_not_what_the_one_before_was(
    everything_on: None, hass: HomeAssistant, connected: FakeGateway, outcome: str | None
) -> None:
    await log(connected, 1, ended(outcome="confirmed"))
    await log(connected, 2, ended(outcome=outcome))
    assert state_of(hass, OUTCOME) == "unknown"


async def test_the_last_command_is_disabled_by_default(
    hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    assert entity_registry.entities[OUTCOME].disabled_by is er.RegistryEntryDisabler.INTEGRATION
    await log(connected, 1, ended())
    assert hass.states.get(OUTCOME) is None
