"""The link: one gateway, one session, no gap, no ghost."""

import logging

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.utec_gateway.const import CONF_GATEWAY_ID, CRASH_S, DOMAIN

from ..conftest import Dial
from ..gateway import GATEWAY, FakeGateway, fixture, fixtures
from ..house import state_of, wait

LOCK = "lock.front_door"
SESSION_MESSAGES = ("alive", "goodbye", "result-ok", "result-error", "update-unknown")


# Who may, and when


async def test_without_a_loaded_entry_every_command_answers_not_set_up(
    hass: HomeAssistant, gateway: FakeGateway, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    for name in ("hello", "listen", *SESSION_MESSAGES):
        assert await gateway.refused(fixture(name)) == fixture("errors", 0)["code"] == "not_set_up"
    assert await gateway.refused(fixture("snapshot", 0)) == "not_set_up"


async def test_only_administrators_may_speak(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    gateway = FakeGateway(hass, await hass_ws_client(hass, hass_read_only_access_token))
    for name in ("hello", "listen", *SESSION_MESSAGES):
        assert await gateway.refused(fixture(name)) == "unauthorized"
    assert loaded.data == {}


async def test_the_first_hello_binds_the_gateway_to_the_entry(gateway: FakeGateway, loaded: MockConfigEntry) -> None:
    for _ in range(2):
        assert (await gateway.call(fixture("hello")))["protocol"] == fixture("hello-result")["protocol"]
        assert loaded.data[CONF_GATEWAY_ID] == loaded.unique_id == GATEWAY


async def test_another_gateway_is_refused(gateway: FakeGateway, loaded: MockConfigEntry) -> None:
    await gateway.call(fixture("hello"))
    for name in ("hello", "listen"):
        code = await gateway.refused({**fixture(name), "gateway_id": "another"})
        assert code == fixture("errors", 1)["code"] == "other_gateway"
    assert loaded.data[CONF_GATEWAY_ID] == GATEWAY


async def test_after_a_reload_a_gateway_has_to_say_hello_before_it_listens(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_reload(loaded.entry_id)
    assert await connected.refused(fixture("listen")) == "unknown_session"
    assert await connected.event() == fixture("goodbye-events", 0)
    await connected.connect()
    assert state_of(hass, LOCK) == "locked"


async def test_a_message_that_is_no_message_is_refused_and_changes_nothing(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    session = {"session": connected.session}
    part = {**fixture("snapshot", 0), **session}
    update = {**fixture("updates", 0), **session}
    device, account = part["devices"][0], part["accounts"][0]
    for broken in (
        {**part, "part": 0},
        {**part, "devices": [{**device, "name": 7}]},
        {**part, "devices": [{**device, "battery_percent": "full"}]},
        {**part, "accounts": [{**account, "expires_at": "soon"}]},
        {**part, "accounts": [{**account, "expires_at": 1e30}]},
        {**part, "accounts": [{"id": "x"}]},
        {**update, "seq": -1},
        {**update, "set": {"devices": {}}},
        {**update, "removed": {"devices": [1]}},
        {**fixture("hello"), "gateway_id": ""},
    ):
        assert await connected.refused(broken) == "invalid_format"
    assert state_of(hass, LOCK) == "locked"
    await connected.update(0)
    assert state_of(hass, LOCK) == "unlocking"


# Protocol versions


async def test_a_gateway_without_a_common_protocol_is_told_which_half_to_update(
    gateway: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    newer = await gateway.send(fixture("hello-newer"))
    assert newer["error"]["code"] == fixture("errors", 3)["code"] == "unsupported_protocol"
    assert "update the integration" in newer["error"]["message"]
    issue = issue_registry.async_get_issue(DOMAIN, "protocol")
    assert issue is not None
    assert issue.translation_key == "update_integration"
    assert issue.translation_placeholders == {"gateway_version": "9.0.0", "integration_version": "0.1.0"}

    older = await gateway.send({**fixture("hello"), "protocol": {"min": 0, "max": 0}})
    assert "update the gateway" in older["error"]["message"]
    issue = issue_registry.async_get_issue(DOMAIN, "protocol")
    assert issue is not None
    assert issue.translation_key == "update_gateway"
    assert loaded.data == {}

    await gateway.call(fixture("hello"))
    assert issue_registry.async_get_issue(DOMAIN, "protocol") is None


async def test_the_highest_common_protocol_is_chosen(gateway: FakeGateway) -> None:
    later = {**fixture("hello"), "protocol": {"min": 1, "max": 7, "preview": 8}}
    assert (await gateway.call(later))["protocol"] == 1


# Sessions


async def test_messages_of_another_session_are_refused(connected: FakeGateway) -> None:
    for name in SESSION_MESSAGES:
        assert await connected.refused(fixture(name)) == fixture("errors", 2)["code"] == "unknown_session"
    assert await connected.refused(fixture("snapshot", 0)) == "unknown_session"


async def test_a_newer_listen_replaces_the_older_and_entities_do_not_flap(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    newer = await dial()
    await newer.listen()
    assert await connected.event() == fixture("goodbye-events", 1)
    assert await connected.refused({**fixture("alive"), "session": connected.session}) == "unknown_session"
    assert state_of(hass, LOCK) == "locked"


async def test_the_end_of_an_old_socket_never_touches_the_new_link(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    newer = await dial()
    await newer.connect()
    await connected.close()
    assert state_of(hass, LOCK) == "locked"
    await newer.update(0)
    assert state_of(hass, LOCK) == "unlocking"


async def test_a_gateway_that_crashed_and_is_back_within_8_s_was_never_away(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    changes = async_capture_events(hass, "state_changed")
    await connected.close()
    await wait(hass, freezer, 7)
    newer = await dial()
    await newer.connect()
    await wait(hass, freezer, 30)
    assert changes == []
    assert state_of(hass, LOCK) == "locked"


async def test_the_end_of_the_socket_makes_everything_unavailable_until_a_snapshot_has_come(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    await connected.close()
    await wait(hass, freezer, CRASH_S + 1)
    assert {state.state for state in hass.states.async_all() if state.domain != "zone"} == {"unavailable"}

    newer = await dial()
    await newer.listen()
    assert state_of(hass, LOCK) == "unavailable"
    await newer.snapshot()
    assert state_of(hass, LOCK) == "locked"

    said = [
        it.message for it in caplog.records if it.name.startswith("custom_components") and it.levelno > logging.DEBUG
    ]
    assert said == [
        "The gateway is not connected any more: its connection ended",
        "The gateway is connected",
    ]


async def test_unsubscribing_ends_the_session(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, gateway: FakeGateway
) -> None:
    await gateway.call(fixture("hello"))
    listened = await gateway.send(fixture("listen"))
    gateway.session = (await gateway.event())["session"]
    await gateway.snapshot()
    await gateway.call({"type": "unsubscribe_events", "subscription": listened["id"]})
    assert await gateway.refused({**fixture("alive"), "session": gateway.session}) == "unknown_session"
    await wait(hass, freezer, CRASH_S + 1)
    assert state_of(hass, LOCK) == "unavailable"


async def test_unloading_says_goodbye_and_leaves_no_session(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    assert await connected.event() == fixture("goodbye-events", 0)
    assert state_of(hass, LOCK) == "unavailable"
    await connected.close()


async def test_a_gateway_that_leaves_before_its_snapshot_was_never_there(
    hass: HomeAssistant, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    await gateway.listen()
    await gateway.close()
    assert "The gateway is" not in caplog.text
    assert hass.states.get(LOCK) is None


# Silence


async def test_a_silent_gateway_that_never_sent_a_snapshot_was_never_there(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    await gateway.listen()
    await wait(hass, freezer, 41)
    assert await gateway.event() == fixture("goodbye-events", 2)
    assert "The gateway is" not in caplog.text


async def test_a_silent_gateway_is_dropped_after_40_s(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway
) -> None:
    await wait(hass, freezer, 39)
    assert state_of(hass, LOCK) == "locked"
    await wait(hass, freezer, 2)
    assert await connected.event() == fixture("goodbye-events", 2)
    assert state_of(hass, LOCK) == "unavailable"
    assert await connected.refused({**fixture("alive"), "session": connected.session}) == "unknown_session"


async def test_each_message_of_the_session_is_a_sign_of_life(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway
) -> None:
    for message in (fixture("alive"), fixture("updates", 0), fixture("result-ok"), fixture("snapshot", 0)):
        await wait(hass, freezer, 39)
        await connected.call(message)
    await wait(hass, freezer, 39)
    assert state_of(hass, LOCK) == "unlocking"


async def test_a_gateway_that_is_alive_but_owes_a_snapshot_is_dropped(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.update(1)
    assert await connected.event() == fixture("resync")
    for _ in range(2):
        await wait(hass, freezer, 21)
        await connected.send({**fixture("alive"), "session": connected.session})
    assert state_of(hass, LOCK) == "unavailable"


# Snapshots and updates


async def test_a_snapshot_is_applied_when_its_last_part_has_come_in_any_order(
    hass: HomeAssistant, gateway: FakeGateway
) -> None:
    await gateway.listen()
    first, second, third = fixtures("snapshot")
    await gateway.call({**second, "snapshot_id": "given up"})
    await gateway.call(third)
    await gateway.call(second)
    assert hass.states.get(LOCK) is None
    await gateway.call(first)
    assert state_of(hass, LOCK) == "locked"
    assert state_of(hass, "lock.back_door") == "unavailable"


async def test_what_a_snapshot_does_not_hold_is_removed(hass: HomeAssistant, connected: FakeGateway) -> None:
    await connected.call({**fixture("snapshot", 1), "snapshot_id": "2", "part": 1, "parts": 1})
    assert hass.states.get(LOCK) is None
    assert state_of(hass, "lock.back_door") == "unavailable"


async def test_a_gap_makes_it_ask_for_a_snapshot_once_and_ignore_updates_until_it_has_come(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.update(1, 2)
    assert await connected.events() == [fixture("resync")]
    assert state_of(hass, LOCK) == "locked"
    await connected.snapshot(seq=2)
    await connected.update(0, 1, 3)
    assert await connected.events() == [fixture("resync")]
    assert state_of(hass, LOCK) == "locked"
    await connected.snapshot(seq=3)
    await connected.update(3)
    assert state_of(hass, "lock.shed") == "jammed"


async def test_updates_before_the_first_snapshot_are_ignored(hass: HomeAssistant, gateway: FakeGateway) -> None:
    await gateway.listen()
    await gateway.update(0)
    assert await gateway.events() == []
    await gateway.snapshot()
    assert state_of(hass, LOCK) == "locked"


async def test_updating_an_entity_by_hand_asks_for_a_snapshot(hass: HomeAssistant, connected: FakeGateway) -> None:
    await async_setup_component(hass, "homeassistant", {})
    await hass.services.async_call("homeassistant", "update_entity", {"entity_id": LOCK}, blocking=True)
    assert await connected.event() == fixture("resync")


async def test_what_a_later_gateway_says_beyond_this_protocol_is_no_error(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.call(fixture("update-unknown"))
    assert state_of(hass, LOCK) == "unknown"
    assert state_of(hass, "binary_sensor.front_door_door") == "unknown"
    assert state_of(hass, "sensor.home_token_status") == "unknown"
    assert state_of(hass, "binary_sensor.home_token_problem") == "unknown"


# Planned goodbyes


async def test_a_planned_goodbye_keeps_the_states_until_the_gateway_is_back(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    await connected.call(fixture("goodbye"))
    await connected.close()
    await wait(hass, freezer, 29)
    assert state_of(hass, LOCK) == "locked"
    newer = await dial()
    await newer.connect()
    await wait(hass, freezer, 30)
    assert state_of(hass, LOCK) == "locked"


async def test_updating_an_entity_by_hand_while_the_gateway_is_away_asks_nobody(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await async_setup_component(hass, "homeassistant", {})
    await connected.call(fixture("goodbye"))
    await hass.services.async_call("homeassistant", "update_entity", {"entity_id": LOCK}, blocking=True)
    assert await connected.events() == []
    assert state_of(hass, LOCK) == "locked"


async def test_a_gateway_that_does_not_come_back_in_time_is_gone(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.call({**fixture("goodbye"), "back_in_s": 3600})
    await wait(hass, freezer, 59)
    assert state_of(hass, LOCK) == "locked"
    await wait(hass, freezer, 2)
    assert state_of(hass, LOCK) == "unavailable"


async def test_a_socket_that_ends_again_before_the_snapshot_does_not_cut_the_wait_short(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    await connected.call(fixture("goodbye"))
    newer = await dial()
    await newer.listen()
    await newer.close()
    assert state_of(hass, LOCK) == "locked"
    await wait(hass, freezer, 31)
    assert state_of(hass, LOCK) == "unavailable"


async def test_a_silence_before_the_snapshot_does_not_cut_the_wait_short_either(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, dial: Dial
) -> None:
    await connected.call({**fixture("goodbye"), "back_in_s": 60})
    newer = await dial()
    await newer.listen()
    await wait(hass, freezer, 41)
    assert await newer.event() == fixture("goodbye-events", 2)
    assert state_of(hass, LOCK) == "locked"
    await wait(hass, freezer, 20)
    assert state_of(hass, LOCK) == "unavailable"


async def test_unloading_during_a_planned_absence_leaves_nothing_behind(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    await connected.call(fixture("goodbye"))
    await hass.config_entries.async_unload(loaded.entry_id)
    assert await connected.events() == []
    assert state_of(hass, LOCK) == "unavailable"
