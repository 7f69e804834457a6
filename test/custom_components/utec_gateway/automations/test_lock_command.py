"""The trigger lock_command_failed and the condition lock_last_command_failed: what becomes of a lock's commands."""

from typing import Any

import probatio
import pytest

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ..gateway import BACK, FRONT, FakeGateway
from ..house import state_of
from .conftest import Automate, Holds
from .told_by import ToldBy

LOCK = "lock.front_door"
TRIGGER = {"trigger": "utec_gateway.lock_command_failed", "target": {"entity_id": LOCK}}
CONDITION = {"condition": "utec_gateway.lock_last_command_failed", "target": {"entity_id": LOCK}}
FAILED = {"event_type": "command_failed", "asker": "Ada", "command": "lock", "code": "device_offline"}


@pytest.fixture
def activity(hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry) -> ToldBy:
    """The activity of the front door."""
    return ToldBy(hass, loaded, Platform.EVENT, f"{FRONT}_activity")


@pytest.fixture
def last_command(hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry) -> ToldBy:
    """The last command of the front door; a person has enabled it."""
    told_by = ToldBy(hass, loaded, Platform.SENSOR, f"{FRONT}_last_command")
    er.async_get(hass).async_update_entity(told_by.entity_id, disabled_by=None)
    return told_by


async def test_it_fires_for_each_command_that_fails_and_for_nothing_else(
    activity: ToldBy, automate: Automate, fired: list[ServiceCall]
) -> None:
    await automate(TRIGGER, told=("entity_id", "to_state.attributes.command", "to_state.attributes.code"))
    await activity.write("unknown")
    await activity.write("2026-11-29T10:00:00.000+00:00", **FAILED)
    await activity.write("2026-11-29T10:01:00.000+00:00", event_type="locked", command="lock")
    await activity.write("2026-11-29T10:02:00.000+00:00", **FAILED)
    await activity.write("2026-11-29T10:03:00.000+00:00", **FAILED)
    assert [it.data for it in fired] == 3 * [
        {
            "entity_id": activity.entity_id,
            "to_state.attributes.command": "lock",
            "to_state.attributes.code": "device_offline",
        }
    ]


async def test_a_failure_that_is_remembered_is_no_new_one(
    hass: HomeAssistant, activity: ToldBy, automate: Automate, fired: list[ServiceCall]
) -> None:
    await activity.write("2026-11-29T10:00:00.000+00:00", **FAILED)
    await automate(TRIGGER)
    await activity.write("unavailable")
    await activity.write("2026-11-29T10:00:00.000+00:00", **FAILED)
    hass.states.async_remove(activity.entity_id)
    await activity.write("2026-11-29T10:00:00.000+00:00", **FAILED)
    assert fired == []


async def test_a_lock_may_be_chosen_by_its_device_and_other_locks_do_not_count(
    hass: HomeAssistant, loaded: MockConfigEntry, activity: ToldBy, automate: Automate, fired: list[ServiceCall]
) -> None:
    ToldBy(hass, loaded, Platform.EVENT, f"{BACK}_activity")
    targets: list[dict[str, Any]] = [{"device_id": activity.device_id}, {"entity_id": "lock.back_door"}]
    await automate(*({**TRIGGER, "target": it} for it in targets), told=("idx",))
    await activity.write("unknown")
    await activity.write("2026-11-29T10:00:00.000+00:00", **FAILED)
    assert len(fired) == 1


async def test_a_lock_whose_activity_comes_later_counts_from_then_on(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, automate: Automate, fired: list[ServiceCall]
) -> None:
    await automate({**TRIGGER, "target": {"entity_id": [LOCK, "lock.no_such_lock"]}})
    activity = ToldBy(hass, loaded, Platform.EVENT, f"{FRONT}_activity")
    await activity.write("unknown")
    await activity.write("2026-11-29T10:00:00.000+00:00", **FAILED)
    assert len(fired) == 1


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"target": {}}, "the target names nothing"),
        ({"target": {"entity_id": "sensor.front_door_battery"}}, "is not a lock of U-tec Gateway"),
        ({"options": {"behavior": "each"}}, "not a valid option at 'options.behavior'"),
    ],
)
async def test_what_is_wrong_with_the_trigger_is_said(
    hass: HomeAssistant,
    connected: FakeGateway,
    automate: Automate,
    caplog: pytest.LogCaptureFixture,
    config: dict[str, Any],
    sentence: str,
) -> None:
    await automate(TRIGGER | config)
    assert state_of(hass, "automation.automation_0") == "unavailable"
    assert sentence in caplog.text


async def test_what_tells_of_the_lock_must_be_enabled(
    hass: HomeAssistant,
    activity: ToldBy,
    last_command: ToldBy,
    entity_registry: er.EntityRegistry,
    automate: Automate,
    holds: Holds,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for told_by in (activity, last_command):
        entity_registry.async_update_entity(told_by.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await automate(TRIGGER)
    assert f"{activity.entity_id} is disabled, which tells of {LOCK}: enable it" in caplog.text
    with pytest.raises(probatio.Invalid, match=f"{last_command.entity_id} is disabled"):
        await holds(CONDITION)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("confirmed", False),
        ("superseded", False),
        ("refused", True),
        ("offline", True),
        ("unconfirmed", True),
        ("unknown", False),
        ("unavailable", False),
    ],
)
async def test_the_condition_holds_while_the_last_command_has_failed(
    last_command: ToldBy, holds: Holds, outcome: str, expected: bool
) -> None:
    await last_command.write(outcome)
    assert await holds(CONDITION) is expected
    assert await holds({**CONDITION, "target": {"device_id": last_command.device_id}}) is expected


async def test_who_follows_the_condition_asks_again_by_themselves(last_command: ToldBy, holds: Holds) -> None:
    await last_command.write("refused")
    assert await holds(CONDITION)
    assert holds.asked_again


async def test_it_can_be_asked_for_how_long(last_command: ToldBy, holds: Holds) -> None:
    await last_command.write("refused")
    assert await holds({**CONDITION, "options": {"for": "00:01:00"}}) is False
