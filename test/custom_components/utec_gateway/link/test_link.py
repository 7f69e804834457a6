"""The link: one gateway, one session, no ghost."""

import logging
from unittest.mock import AsyncMock

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway import async_unload_entry
from custom_components.utec_gateway.const import CRASH_S

from ..conftest import Dial
from ..gateway import FakeGateway, fixture
from ..house import state_of, wait

LOCK = "lock.front_door"


# Sessions


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
    shown = {state.entity_id: state.state for state in hass.states.async_all() if state.domain != "zone"}
    assert {shown.pop(it) for it in list(shown) if it.endswith("_trouble")} == {"gateway_not_connected"}
    assert shown.pop("binary_sensor.u_tec_gateway_link") == "off"
    # The last event stays what it was; here there has been none.
    assert {shown.pop(it) for it in list(shown) if it.startswith("event.")} == {"unknown"}
    assert set(shown.values()) == {"unavailable"}

    newer = await dial()
    await newer.listen()
    assert state_of(hass, LOCK) == "unavailable"
    await newer.snapshot()
    assert state_of(hass, LOCK) == "locked"

    said = [
        it.message for it in caplog.records if it.name.startswith("custom_components") and it.levelno > logging.DEBUG
    ]
    assert said == [
        "The gateway is no longer connected: its connection ended",
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


async def test_an_entry_that_cannot_be_unloaded_keeps_its_session(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stuck:
        stuck.setattr(hass.config_entries, "async_unload_platforms", AsyncMock(return_value=False))
        assert not await async_unload_entry(hass, loaded)
    assert await connected.events() == []
    await connected.update(0)
    assert state_of(hass, LOCK) == "unlocking"


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
