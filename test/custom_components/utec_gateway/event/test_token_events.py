"""What happens to an account's token is an event, once and in order, whatever happens to clocks and connections."""

from typing import Any

import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.const import DOMAIN

from ..conftest import Dial
from ..gateway import CABIN, HOME, FakeGateway, Message, fixture, fixtures
from ..house import entity, settle, state_of
from .told import Told

HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]
CABIN_OBJECT = fixture("snapshot", 0)["accounts"][1]
EVENT = "event.home_token_event"
STORE = f"{DOMAIN}.token_history."
KNOWN: list[Message] = HOME_OBJECT["recent"]


def happened(kind: str, at: int, generation: int = 3, code: str | None = None) -> Message:
    """An event as the gateway lists it."""
    message = "The cloud did not answer within 20 s." if code else "The token was refreshed."
    return {"at": at, "kind": kind, "generation": generation, "class": None, "code": code, "message": message}


FAILED = happened("failed", 1_796_000_000_000, code="timeout")
RETRIED = happened("retried", 1_796_000_060_000, code="http_503")
RECOVERED = happened("recovered", 1_796_000_120_000, generation=4)
REFRESHED = happened("refreshed", 1_796_000_180_000, generation=5)


async def recent(gateway: FakeGateway, seq: int, *events: Message, **fields: Any) -> None:
    """Let an account list other events."""
    await gateway.change_account(seq, HOME_OBJECT, recent=list(events), **fields)


async def reconnect(dial: Dial, *events: Message) -> FakeGateway:
    """Connect again with a picture in which other events are listed."""
    gateway = await dial()
    await gateway.listen()
    first, *rest = fixtures("snapshot")
    accounts = [{**HOME_OBJECT, "recent": list(events)}, CABIN_OBJECT]
    for part in ({**first, "accounts": accounts}, *rest):
        await gateway.call(part)
    await gateway.hass.async_block_till_done()
    return gateway


async def test_what_is_known_when_an_account_is_first_seen_is_no_event(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    assert state_of(hass, EVENT) == state_of(hass, "event.cabin_token_event") == "unknown"
    await connected.change_account(1, HOME_OBJECT, id="new", name="New", recent=[FAILED])
    await hass.async_block_till_done()
    assert state_of(hass, "event.new_token_event") == "unknown"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("refreshed", "refreshed"),
        ("adopted", "refreshed"),
        ("failed", "failed"),
        ("retried", "failed"),
        ("recovered", "recovered"),
        ("signed_in", "signed_in"),
        ("signed_out", "signed_out"),
    ],
)
async def test_each_kind_of_event_is_one(hass: HomeAssistant, connected: FakeGateway, kind: str, shown: str) -> None:
    await recent(connected, 1, *KNOWN, happened(kind, 1_796_000_000_000))
    assert entity(hass, EVENT).attributes["event_type"] == shown


async def test_a_failure_says_what_when_and_why(hass: HomeAssistant, connected: FakeGateway) -> None:
    await recent(connected, 1, *KNOWN, FAILED)
    attributes = entity(hass, EVENT).attributes
    assert {name: attributes[name] for name in ("event_type", "code", "message", "at")} == {
        "event_type": "failed",
        "code": "timeout",
        "message": "The cloud did not answer within 20 s.",
        "at": "2026-11-30T00:53:20+00:00",
    }


async def test_a_kind_of_a_later_gateway_is_no_event(hass: HomeAssistant, connected: FakeGateway) -> None:
    told = Told(hass, EVENT)
    await recent(connected, 1, *KNOWN, happened("burnt", 1), REFRESHED)
    assert told.types == ["refreshed"]


async def test_several_at_once_are_told_one_by_one_in_the_order_of_the_list(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    told = Told(hass, EVENT)
    await recent(connected, 1, *KNOWN, FAILED, RETRIED, RECOVERED)
    await recent(connected, 2, *KNOWN, FAILED, RETRIED, RECOVERED)
    # The list is as long as it may be: what is old leaves it.
    await recent(connected, 3, RETRIED, RECOVERED, REFRESHED)
    assert told.types == ["failed", "failed", "recovered", "refreshed"]


async def test_a_clock_that_jumps_back_hides_nothing_and_repeats_nothing(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    told = Told(hass, EVENT)
    back = happened("recovered", 1_000_000_000_000, generation=4)
    await recent(connected, 1, *KNOWN, FAILED, back)
    await recent(connected, 2, *KNOWN, FAILED, back, {**REFRESHED, "at": 1_000_000_060_000})
    assert told.types == ["failed", "recovered", "refreshed"]


async def test_a_list_of_nothing_but_news_is_told_and_one_of_a_restored_backup_is_not(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    told = Told(hass, EVENT)
    await recent(connected, 1, *KNOWN, REFRESHED, generation=5)
    await recent(connected, 2, *(happened("retried", 1_797_000_000_000 + i, generation=5) for i in range(40)))
    assert told.types == ["refreshed", *["failed"] * 40]
    # What went before is listed again, or what is older still; and what happens after it is news.
    await recent(connected, 3, *KNOWN, generation=3)
    await recent(connected, 4, happened("refreshed", 5, generation=1), happened("refreshed", 6, generation=2))
    assert len(told.types) == 41
    # Without a list there is nothing to compare.
    await recent(connected, 5)
    await recent(connected, 6, happened("refreshed", 5, generation=1), happened("refreshed", 6, generation=2))
    assert len(told.types) == 41


async def test_what_happened_while_the_link_was_down_is_told_once_when_it_is_back(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    told = Told(hass, EVENT)
    await recent(connected, 1, *KNOWN, FAILED)
    await connected.close()
    gateway = await reconnect(dial, *KNOWN, FAILED, RETRIED, RECOVERED)
    assert told.types == ["failed", "failed", "recovered"]
    await gateway.call({**fixture("updates", 0), "seq": 5, "set": {}})
    for part in fixtures("snapshot"):
        accounts = [{**it, "recent": [*KNOWN, FAILED, RETRIED, RECOVERED]} for it in part["accounts"]]
        await gateway.call({**part, "snapshot_id": "again", "seq": 5, "accounts": accounts})
    assert told.types == ["failed", "failed", "recovered"]


async def test_what_happened_while_the_integration_was_not_loaded_is_told_once_after_what_was_remembered(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await recent(connected, 1, *KNOWN, FAILED)
    before = entity(hass, EVENT)
    told = Told(hass, EVENT)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert hass_storage[STORE + loaded.entry_id]["data"][HOME]["generation"] == 3
    await reconnect(dial, *KNOWN, FAILED)
    again = entity(hass, EVENT)
    assert (again.state, again.attributes["event_type"], again.attributes["at"]) == (
        before.state,
        "failed",
        before.attributes["at"],
    )
    assert told.types == []
    await hass.config_entries.async_reload(loaded.entry_id)
    await reconnect(dial, *KNOWN, FAILED, RECOVERED, REFRESHED)
    assert told.types == ["recovered", "refreshed"]


async def test_while_home_assistant_starts_they_wait_for_the_automations(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> None:
    told = Told(hass, EVENT)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_reload(loaded.entry_id)
    await reconnect(dial, *KNOWN, FAILED)
    assert told.types == []
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settle()
    assert told.types == ["failed"]


async def test_what_comes_while_the_integration_is_being_unloaded_is_told_after_that(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> None:
    told = Told(hass, EVENT)
    press = {"entity_id": "button.home_refresh_token_now"}
    call = hass.async_create_task(hass.services.async_call("button", "press", press, blocking=True))
    command = await connected.event()
    reloading = hass.async_create_task(hass.config_entries.async_reload(loaded.entry_id))
    await settle()
    await recent(connected, 1, *KNOWN, FAILED)
    await connected.ok(command)
    await call
    assert await reloading
    await reconnect(dial, *KNOWN, FAILED)
    assert told.types == ["failed"]


async def test_the_last_event_stays_while_the_gateway_is_gone(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    await recent(connected, 1, *KNOWN, FAILED)
    before = state_of(hass, EVENT)
    changes = async_capture_events(hass, "state_changed")
    loaded.runtime_data.async_lose("a test")
    assert state_of(hass, EVENT) == before
    assert EVENT not in {it.data["entity_id"] for it in changes}


async def test_an_incident_for_which_somebody_must_sign_in_is_an_event_once_and_after_its_cause(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    told = Told(hass, EVENT)
    incident = {"number": 3, "kind": "sign_in_needed", "opened_at": 1, "closed_at": None}
    error = {"class": "dead_grant", "code": "invalid_grant", "message": "The cloud refused the sign-in.", "at": 1}
    dead: dict[str, Any] = {"status": "sign_in_needed", "reason": "grant_dead", "last_error": error}
    await recent(connected, 1, *KNOWN, FAILED, **dead, incident=incident)
    assert told.types == ["failed", "sign_in_needed"]
    attributes = entity(hass, EVENT).attributes
    assert (attributes["code"], attributes["message"]) == ("invalid_grant", "The cloud refused the sign-in.")
    assert "at" not in attributes
    await recent(connected, 2, *KNOWN, FAILED, RETRIED, **dead, incident=incident)
    await recent(connected, 3, *KNOWN, FAILED, RETRIED, incident={**incident, "closed_at": 2})
    assert told.types == ["failed", "sign_in_needed", "failed"]
    # One for which something else must be done is none.
    await recent(connected, 4, *KNOWN, FAILED, RETRIED, status="misconfigured", incident={**incident, "number": 4})
    assert told.types == ["failed", "sign_in_needed", "failed"]
    await recent(connected, 5, *KNOWN, FAILED, RETRIED, **dead, incident={**incident, "number": 5})
    assert told.types == ["failed", "sign_in_needed", "failed", "sign_in_needed"]


async def test_who_is_not_signed_in_when_first_seen_is_no_event(hass: HomeAssistant, connected: FakeGateway) -> None:
    told = Told(hass, "event.cabin_token_event")
    await connected.change_account(1, CABIN_OBJECT, name="Cabin ")
    assert told.types == []
    await connected.change_account(2, CABIN_OBJECT, status="fresh", recent=[happened("signed_in", 5, generation=1)])
    assert told.types == ["signed_in"]


async def test_one_that_was_disabled_does_not_catch_up(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_update_entity(EVENT, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    await recent(connected, 1, *KNOWN, FAILED, RETRIED)
    entity_registry.async_update_entity(EVENT, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await reconnect(dial, *KNOWN, FAILED, RETRIED)
    assert state_of(hass, EVENT) == "unknown"


async def test_what_is_stored_goes_with_its_account_and_with_the_entry(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    stored = STORE + loaded.entry_id
    gone = {**fixture("updates", 4), "seq": 1, "set": {}, "removed": {"accounts": [CABIN]}}
    await connected.call(gone)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert set(hass_storage[stored]["data"]) == {HOME}
    await hass.config_entries.async_remove(loaded.entry_id)
    assert stored not in hass_storage


async def test_an_account_that_cannot_be_read_keeps_what_has_been_told(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await hass.config_entries.async_reload(loaded.entry_id)
    gateway = await dial()
    await gateway.listen()
    first, *rest = fixtures("snapshot")
    for part in ({**first, "accounts": [{**HOME_OBJECT, "status": []}, CABIN_OBJECT]}, *rest):
        await gateway.call({**part, "accounts": [{**it, "name": None} for it in part["accounts"]]})
    await hass.config_entries.async_reload(loaded.entry_id)
    assert set(hass_storage[STORE + loaded.entry_id]["data"]) == {HOME, CABIN}


@pytest.mark.parametrize("broken", [[], {HOME: {"events": "all"}}, {HOME: {"events": [], "incident": "x"}}])
async def test_what_is_stored_and_cannot_be_read_is_dropped_with_one_warning(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    broken: object,
) -> None:
    key = STORE + entry.entry_id
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": broken}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle()
    warnings = [it.message for it in caplog.records if it.levelname == "WARNING" and "told" in it.message]
    assert len(warnings) == (1 if broken else 0)
