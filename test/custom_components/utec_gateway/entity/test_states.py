"""How a lock looks in each of its states, and that nobody takes an old one for a new one."""

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import STATE_UNAVAILABLE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.const import CRASH_S

from ..conftest import Dial
from ..gateway import FRONT, FakeGateway, fixture, fixtures
from ..house import entity, state_of, wait

LOCK = "lock.front_door"
CONNECTION = "binary_sensor.front_door_connection"
MODE = "select.front_door_mode"
TROUBLE = "sensor.front_door_trouble"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
CONFIRMED = "2026-11-21T10:00:00+00:00"

# By the order of the contract's states.json.
JAMMED, PASSAGE, ALWAYS_LOCKED, NEVER_SAID, STALE, EXPIRED, SIGN_IN, NOT_REPORTED, MISSING, OFFLINE, WELL = range(11)


async def show(gateway: FakeGateway, index: int) -> None:
    """Let the front door look as the contract says."""
    await gateway.call({**fixture("states", index), "seq": 1})


def shown(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """The state of an entity and those of its attributes that tell how far it can be believed."""
    state = entity(hass, entity_id)
    told = ("freshness", "reason", "last_confirmed", "lock_mode")
    attributes = {name: state.attributes[name] for name in told if name in state.attributes}
    if last_confirmed := attributes.get("last_confirmed"):
        attributes["last_confirmed"] = last_confirmed.isoformat()
    return {"state": state.state, **attributes}


@pytest.mark.parametrize(
    ("index", "lock", "connection"),
    [
        (
            JAMMED,
            {"state": "jammed", "freshness": "fresh", "lock_mode": "normal"},
            {"state": "on", "freshness": "fresh"},
        ),
        (
            PASSAGE,
            {"state": "unlocked", "freshness": "fresh", "lock_mode": "passage"},
            {"state": "on", "freshness": "fresh"},
        ),
        (
            ALWAYS_LOCKED,
            {"state": "locked", "freshness": "fresh", "lock_mode": "always_locked"},
            {"state": "on", "freshness": "fresh"},
        ),
        (
            NEVER_SAID,
            {"state": "unknown", "freshness": "unknown", "lock_mode": "normal"},
            {"state": "unknown", "freshness": "unknown"},
        ),
        (
            STALE,
            {
                "state": "locked",
                "freshness": "stale",
                "reason": "cloud_unreachable",
                "last_confirmed": CONFIRMED,
                "lock_mode": "normal",
            },
            {"state": "off", "freshness": "stale", "reason": "cloud_unreachable", "last_confirmed": CONFIRMED},
        ),
        (
            EXPIRED,
            {"state": STATE_UNAVAILABLE},
            {"state": "off", "freshness": "expired", "reason": "cloud_unreachable", "last_confirmed": CONFIRMED},
        ),
        (
            SIGN_IN,
            {"state": STATE_UNAVAILABLE},
            {"state": "off", "freshness": "expired", "reason": "sign_in_needed", "last_confirmed": CONFIRMED},
        ),
        (
            NOT_REPORTED,
            {
                "state": "locked",
                "freshness": "stale",
                "reason": "not_reported",
                "last_confirmed": CONFIRMED,
                "lock_mode": "normal",
            },
            {"state": "off", "freshness": "stale", "reason": "not_reported", "last_confirmed": CONFIRMED},
        ),
        (
            MISSING,
            {"state": "locked", "freshness": "fresh", "reason": "missing", "lock_mode": "normal"},
            {"state": "on", "freshness": "fresh", "reason": "missing"},
        ),
        (
            OFFLINE,
            {"state": STATE_UNAVAILABLE},
            {"state": "off", "freshness": "stale", "reason": "offline", "last_confirmed": CONFIRMED},
        ),
        (
            WELL,
            {"state": "locked", "freshness": "fresh", "lock_mode": "normal"},
            {"state": "on", "freshness": "fresh"},
        ),
    ],
    ids=[
        "jammed",
        "passage",
        "always_locked",
        "never_said",
        "stale",
        "expired",
        "sign_in_needed",
        "not_reported",
        "missing",
        "offline",
        "well",
    ],
)
async def test_a_lock_and_its_connection_say_what_is_known_and_how_far_to_believe_it(
    hass: HomeAssistant, connected: FakeGateway, index: int, lock: dict[str, Any], connection: dict[str, Any]
) -> None:
    await show(connected, index)
    assert shown(hass, LOCK) == lock
    assert shown(hass, CONNECTION) == connection
    assert state_of(hass, TROUBLE) == connection.get("reason", "none")


async def test_what_is_wrong_with_a_lock_is_a_sensor_that_is_never_unavailable(
    hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    assert entity_registry.entities[TROUBLE].entity_category is EntityCategory.DIAGNOSTIC
    for message in fixtures("states")[0:11]:
        await connected.call(message)
        trouble = message["set"]["devices"][0]["trouble"]
        assert state_of(hass, TROUBLE) == (trouble or "none")
    assert state_of(hass, LOCK) == "locked"
    assert "reason" not in entity(hass, LOCK).attributes


async def test_a_state_that_is_only_too_old_is_unavailable_for_that_reason(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.change_device(1, FRONT_OBJECT, freshness="expired", available=False, trouble=None)
    assert shown(hass, LOCK) == {"state": STATE_UNAVAILABLE}
    assert shown(hass, CONNECTION)["reason"] == state_of(hass, TROUBLE) == "too_old"


async def test_a_lock_that_goes_offline_says_when_it_was_last_heard_while_that_is_not_old_yet(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.change_device(1, FRONT_OBJECT, online=False, available=False, trouble="offline")
    assert shown(hass, CONNECTION) == {
        "state": "off",
        "freshness": "fresh",
        "reason": "offline",
        "last_confirmed": CONFIRMED,
    }


async def test_while_the_gateway_is_gone_that_is_the_trouble_whatever_it_was_before(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    await show(connected, OFFLINE)
    await connected.close()
    await wait(hass, freezer, CRASH_S + 1)
    assert shown(hass, LOCK) == shown(hass, CONNECTION) == {"state": STATE_UNAVAILABLE}
    assert state_of(hass, TROUBLE) == "gateway_not_connected"
    await (await dial()).connect()
    assert (state_of(hass, LOCK), state_of(hass, TROUBLE)) == ("locked", "none")


async def test_what_belongs_to_a_lock_goes_and_comes_with_it(hass: HomeAssistant, connected: FakeGateway) -> None:
    others = ("sensor.front_door_battery", "binary_sensor.front_door_door", MODE)
    await show(connected, EXPIRED)
    assert {state_of(hass, it) for it in others} == {STATE_UNAVAILABLE}
    await connected.change_device(2, FRONT_OBJECT)
    assert [state_of(hass, it) for it in others] == ["80", "off", "normal"]


async def test_a_look_that_finds_nothing_new_is_no_change_of_state(hass: HomeAssistant, connected: FakeGateway) -> None:
    changes = async_capture_events(hass, "state_changed")
    for seq in range(1, 4):
        at = FRONT_OBJECT["confirmed_at"] + seq * 30_000
        said_at = dict.fromkeys(FRONT_OBJECT["said_at"], at)
        await connected.change_device(seq, FRONT_OBJECT, confirmed_at=at, said_at=said_at)
    assert changes == []


async def test_a_change_of_one_lock_writes_the_states_of_that_lock_only(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway
) -> None:
    def written() -> dict[str, datetime]:
        return {state.entity_id: state.last_reported for state in hass.states.async_all()}

    before = written()
    await wait(hass, freezer, 1)
    await connected.change_device(1, FRONT_OBJECT, lock_state="unlocked")
    changed = {entity_id for entity_id, at in written().items() if at != before[entity_id]}
    assert LOCK in changed
    assert not [it for it in changed if "back_door" in it]


async def test_when_a_state_was_confirmed_can_be_turned_on_and_outlives_the_lock(
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    sensor = "sensor.front_door_last_confirmed"
    registered = entity_registry.entities[sensor]
    assert registered.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert hass.states.get(sensor) is None
    entity_registry.async_update_entity(sensor, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    newer = await dial()
    await newer.connect()
    assert state_of(hass, sensor) == CONFIRMED
    await show(newer, EXPIRED)
    assert state_of(hass, LOCK) == STATE_UNAVAILABLE
    assert state_of(hass, sensor) == CONFIRMED
    await newer.change_device(2, FRONT_OBJECT, confirmed_at=None)
    assert state_of(hass, sensor) == "unknown"


async def test_an_older_gateway_that_says_nothing_of_age_is_believed(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    new = ("freshness", "available", "trouble", "missing_since_at", "confirmed_at", "said_at", "unknown_capabilities")
    older = {key: value for key, value in FRONT_OBJECT.items() if key not in new}
    await connected.change_device(1, older)
    assert shown(hass, LOCK) == {"state": "locked", "freshness": None, "lock_mode": "normal"}
    assert state_of(hass, CONNECTION) == "on"
    await connected.change_device(2, older, online=False)
    assert (state_of(hass, LOCK), state_of(hass, TROUBLE)) == (STATE_UNAVAILABLE, "offline")
    assert state_of(hass, CONNECTION) == "off"


# The mode


async def test_a_lock_that_reports_a_mode_has_a_setting_for_it(
    hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    assert state_of(hass, MODE) == "normal"
    assert entity(hass, MODE).attributes["options"] == ["normal", "passage", "always_locked"]
    assert entity_registry.entities[MODE].entity_category is EntityCategory.CONFIG
    await show(connected, PASSAGE)
    assert state_of(hass, MODE) == "passage"


async def test_a_lock_without_a_mode_has_none_until_it_reports_one(hass: HomeAssistant, connected: FakeGateway) -> None:
    shed = {**FRONT_OBJECT, "id": "shed", "name": "Shed"}
    await connected.change_device(1, shed, lock_mode=None)
    assert hass.states.get("select.shed_mode") is None
    await connected.change_device(2, shed, lock_mode="passage")
    assert state_of(hass, "select.shed_mode") == "passage"
    await connected.change_device(3, shed, lock_mode="holiday")
    assert state_of(hass, "select.shed_mode") == "unknown"


async def test_the_front_door_is_what_the_states_are_about() -> None:
    assert {it["set"]["devices"][0]["id"] for it in fixtures("states")[:11]} == {FRONT}
