"""The trigger token_problem_started: once for each incident, whatever is restarted."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..conftest import Dial
from ..gateway import CABIN, HOME, FakeGateway, fixture
from ..house import settle, state_of, wait
from .conftest import Automate

PROBLEM = "binary_sensor.home_token_problem"
TRIGGER = {"trigger": "utec_gateway.token_problem_started", "target": {"entity_id": PROBLEM}}
ACCOUNT = fixture("snapshot", 0)["accounts"][0]
LATER_THAN_A_LOOK_S = 11


def incident(number: int | None, *, is_open: bool = True) -> Mapping[str, Any]:
    """Fields of an account that must be signed in, or of one that works again."""
    said = {"number": number, "kind": "sign_in_needed", "opened_at": 1, "closed_at": None if is_open else 2}
    return {
        "status": "sign_in_needed" if is_open else "fresh",
        "reason": "grant_dead" if is_open else None,
        "last_error": {"class": "dead_grant", "code": "invalid_grant", "message": "Sign in.", "at": 1},
        "incident": None if number is None else said,
    }


async def test_it_fires_once_for_each_incident(
    hass: HomeAssistant, connected: FakeGateway, automate: Automate, fired: list[ServiceCall]
) -> None:
    await automate(TRIGGER, told=("entity_id", "account", "status", "reason", "message"))
    await connected.change_account(1, ACCOUNT, **incident(1))
    await connected.change_account(2, ACCOUNT, **incident(1), consecutive_failures=2)
    assert [it.data for it in fired] == [
        {
            "entity_id": PROBLEM,
            "account": "Home",
            "status": "sign_in_needed",
            "reason": "grant_dead",
            "message": "Sign in.",
        }
    ]
    # The person has to do something else: nothing but the number changes what the entity shows.
    await connected.change_account(3, ACCOUNT, **incident(2) | {"status": "misconfigured"})
    assert len(fired) == 2
    await connected.change_account(4, ACCOUNT, **incident(2, is_open=False))
    await connected.change_account(5, ACCOUNT, **incident(2))
    assert len(fired) == 2
    await connected.change_account(6, ACCOUNT, **incident(3))
    assert len(fired) == 3
    await hass.async_block_till_done()


@pytest.mark.parametrize("status", ["fresh", "a word of a later gateway"])
async def test_an_older_gateway_without_numbers_has_a_new_incident_after_each_recovery(
    connected: FakeGateway, automate: Automate, fired: list[ServiceCall], status: str
) -> None:
    await automate(TRIGGER)
    await connected.change_account(1, ACCOUNT, **incident(None))
    await connected.change_account(2, ACCOUNT, status=status)
    await connected.change_account(3, ACCOUNT, **incident(None))
    assert len(fired) == (2 if status == "fresh" else 1)


async def test_a_problem_that_will_begin_is_none_yet(
    connected: FakeGateway, automate: Automate, fired: list[ServiceCall]
) -> None:
    await automate(TRIGGER)
    ending = {"number": 1, "kind": "sign_in_ending", "opened_at": 1, "closed_at": None}
    await connected.change_account(1, ACCOUNT, incident=ending, sign_in_ends_at=4_000_000_000_000)
    assert state_of(connected.hass, PROBLEM) == "off"
    assert fired == []


async def test_the_problem_that_was_told_is_not_told_again_after_a_reload_nor_a_lost_link(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    dial: Dial,
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    await automate(TRIGGER)
    await connected.change_account(1, ACCOUNT, **incident(1))
    await hass.config_entries.async_reload(loaded.entry_id)
    assert state_of(hass, PROBLEM) == "unavailable"
    newer = await dial()
    await newer.connect()
    await newer.change_account(1, ACCOUNT, **incident(1))
    assert state_of(hass, PROBLEM) == "on"
    assert len(fired) == 1
    # One that began while nobody was connected is news.
    await hass.config_entries.async_reload(loaded.entry_id)
    newest = await dial()
    await newest.connect()
    await newest.change_account(1, ACCOUNT, **incident(2))
    assert len(fired) == 2


async def test_the_end_of_the_start_is_waited_for_and_the_entity(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    automate: Automate,
    fired: list[ServiceCall],
    loaded: MockConfigEntry,
    dial: Dial,
) -> None:
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_reload(loaded.entry_id)
    gateway = await dial()
    await gateway.listen()
    for part in ("0", "1", "2"):
        whole = fixture("snapshot", int(part))
        accounts = [ACCOUNT | dict(incident(1))] if part == "0" else whole["accounts"]
        await gateway.call({**whole, "accounts": accounts, "seq": 0})
    await automate(TRIGGER)
    assert state_of(hass, PROBLEM) == "on"
    assert fired == []
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert len(fired) == 1


async def test_a_problem_that_is_there_from_the_first_picture_on_is_told_when_the_entity_shows_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    gateway: FakeGateway,
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    await automate({**TRIGGER, "target": {"entity_id": PROBLEM}})
    await gateway.listen()
    for index in range(3):
        whole = fixture("snapshot", index)
        accounts = [ACCOUNT | dict(incident(1))] if index == 0 else whole["accounts"]
        await gateway.call({**whole, "accounts": accounts, "seq": 0})
    await hass.async_block_till_done()
    await wait(hass, freezer, LATER_THAN_A_LOOK_S)
    assert len(fired) == 1


async def test_nothing_is_told_while_home_assistant_ends_nor_after_the_entry_is_gone(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    automate: Automate,
    fired: list[ServiceCall],
    hass_storage: dict[str, Any],
) -> None:
    await automate(TRIGGER)
    hass.set_state(CoreState.stopping)
    await connected.change_account(1, ACCOUNT, **incident(1))
    assert fired == []
    hass.set_state(CoreState.running)
    await connected.change_account(2, ACCOUNT, **incident(1), consecutive_failures=2)
    assert len(fired) == 1
    await hass.config_entries.async_unload(loaded.entry_id)
    key = f"{DOMAIN}.told.{loaded.entry_id}"
    assert hass_storage[key]["data"] == {"incidents": {HOME: 1, CABIN: 1}, "ends": {}}
    await hass.config_entries.async_remove(loaded.entry_id)
    assert key not in hass_storage


async def test_the_account_may_be_chosen_by_its_device_area_or_label_and_others_do_not_count(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    area_registry: ar.AreaRegistry,
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, HOME), loaded.entry_id)
    assert isinstance(device, dr.DeviceEntry)
    area = area_registry.async_create("Office")
    device_registry.async_update_device(device.id, area_id=area.id)
    entity_registry.async_update_entity(PROBLEM, labels={"tokens"})
    triggers = [
        {**TRIGGER, "target": target}
        for target in (
            {"device_id": device.id},
            {"area_id": area.id},
            {"label_id": "tokens"},
            {"entity_id": "binary_sensor.cabin_token_problem"},
        )
    ]
    await automate(*triggers, told=("idx", "entity_id"))
    await connected.change_account(1, ACCOUNT, **incident(1))
    assert [it.data["entity_id"] for it in fired] == [PROBLEM] * 3


async def test_an_automation_that_is_off_is_told_nothing(
    hass: HomeAssistant, connected: FakeGateway, automate: Automate, fired: list[ServiceCall]
) -> None:
    await automate(TRIGGER)
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.automation_0"}, blocking=True)
    await connected.change_account(1, ACCOUNT, **incident(1))
    assert fired == []
    await hass.services.async_call("automation", "turn_on", {"entity_id": "automation.automation_0"}, blocking=True)
    await connected.change_account(2, ACCOUNT, **incident(1), consecutive_failures=2)
    await settle()
    assert fired == []


async def test_what_is_stored_and_cannot_be_read_is_told_once_more(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass_storage[f"{DOMAIN}.told.{entry.entry_id}"] = {"version": 1, "data": {"incidents": "none"}}
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert "What automations were told of the tokens cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({}, "required key not provided at 'target'"),
        ({"target": {}}, "the target names nothing"),
        ({"target": {"entity_id": "lock.front_door"}}, "lock.front_door is not a token problem of U-tec Gateway"),
        ({"target": {"entity_id": PROBLEM}, "options": {"for": 5}}, "not a valid option at 'options.for'"),
    ],
)
async def test_what_is_wrong_with_it_is_said(
    hass: HomeAssistant,
    connected: FakeGateway,
    automate: Automate,
    caplog: pytest.LogCaptureFixture,
    config: dict[str, Any],
    sentence: str,
) -> None:
    await automate({"trigger": TRIGGER["trigger"], **config})
    assert state_of(hass, "automation.automation_0") == "unavailable"
    assert sentence in caplog.text
