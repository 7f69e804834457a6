"""Service calls: sent once, waited for, and honest about how they ended."""

import asyncio
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.auth.models import User
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.link import commands

from ..gateway import FRONT, HOME, FakeGateway, as_in_contract, fixture
from ..house import entity, settle, state_of, wait
from .conftest import Act

LOCK = "lock.front_door"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]


async def test_unlocking_sends_one_command_and_returns_when_it_is_confirmed(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    call = act("lock", "unlock", LOCK, Context(user_id=ada.id))
    command = await connected.event()
    assert as_in_contract(command, "command-unlock")
    await connected.update(0)
    assert state_of(hass, LOCK) == "unlocking"
    await connected.update(1)
    assert not call.done()
    await connected.ok(command)
    await call
    assert state_of(hass, LOCK) == "unlocked"
    assert await connected.events() == []


async def test_locking_what_is_locked_is_sent_and_fires_no_event_of_a_change(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    assert state_of(hass, LOCK) == "locked"
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    call = act("lock", "lock", LOCK, Context(user_id=ada.id))
    command = await connected.event()
    assert (command["name"], state_of(hass, LOCK)) == ("lock", "locked")
    await connected.ok(command)
    await call
    assert changes == []


async def test_the_refresh_button_refreshes_its_account(connected: FakeGateway, act: Act, ada: User) -> None:
    call = act("button", "press", "button.home_refresh_token_now", Context(user_id=ada.id))
    command = await connected.event()
    assert as_in_contract(command, "command-refresh")
    assert command["target"] == {"account_id": HOME}
    await connected.ok(command)
    await call


async def test_doors_and_callers_do_not_wait_for_each_other(connected: FakeGateway, act: Act) -> None:
    first = act("lock", "unlock", LOCK)
    second = act("lock", "lock", LOCK)
    commands_ = [await connected.event(), await connected.event()]
    assert [it["name"] for it in commands_] == ["unlock", "lock"]
    assert len({it["id"] for it in commands_}) == 2
    await connected.ok(commands_[1])
    await second
    await connected.ok(commands_[0])
    await first


@pytest.mark.parametrize("code", sorted(commands.TRANSLATED_CODES - {"link_lost", "not_connected", "timed_out"}))
async def test_each_error_of_the_gateway_has_a_sentence_of_its_own(connected: FakeGateway, act: Act, code: str) -> None:
    call = act("lock", "unlock", LOCK)
    await connected.fail(await connected.event(), code=code)
    with pytest.raises(HomeAssistantError) as failed:
        await call
    assert failed.value.translation_key == code
    assert "Front door" in str(failed.value) or "{name}" not in english("exceptions")[code]["message"]


def english(section: str) -> Any:
    """A section of the English translations."""
    folder = Path(commands.__file__).parent.parent
    return json.loads((folder / "translations" / "en.json").read_text())[section]


async def test_an_error_that_is_not_known_says_what_the_gateway_says(connected: FakeGateway, act: Act) -> None:
    call = act("lock", "unlock", LOCK)
    await connected.fail(await connected.event(), code="on_fire", message="The lock burns.")
    with pytest.raises(HomeAssistantError, match=r"Front door failed: The lock burns\. \(on_fire\)") as failed:
        await call
    assert failed.value.translation_key == "command_failed"


async def test_a_failure_without_an_error_is_a_failure(connected: FakeGateway, act: Act) -> None:
    call = act("lock", "unlock", LOCK)
    command = await connected.event()
    await connected.call({**fixture("result-ok"), "command_id": command["id"], "ok": False})
    with pytest.raises(HomeAssistantError, match="internal"):
        await call


@pytest.mark.parametrize(
    ("domain", "service", "entity_id", "limit_s"),
    [("lock", "lock", LOCK, 90), ("button", "press", "button.home_refresh_token_now", 40)],
)
async def test_a_gateway_that_does_not_answer_ends_the_call_in_time(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    act: Act,
    domain: str,
    service: str,
    entity_id: str,
    limit_s: int,
) -> None:
    call = act(domain, service, entity_id)
    command = await connected.event()
    assert command["timeout_ms"] == limit_s * 1000
    for _ in range(limit_s // 10):
        await wait(hass, freezer, 9.5)
        assert not call.done()
        await connected.call(fixture("alive"))
    await wait(hass, freezer, 6)
    with pytest.raises(HomeAssistantError) as failed:
        await call
    assert failed.value.translation_key == "timed_out"
    await connected.ok(command)


async def test_a_lost_link_ends_the_call_at_once(connected: FakeGateway, act: Act) -> None:
    call = act("lock", "unlock", LOCK)
    await connected.event()
    await connected.close()
    with pytest.raises(HomeAssistantError) as failed:
        await call
    assert failed.value.translation_key == "link_lost"


async def test_unloading_waits_for_the_commands_that_are_under_way(
    hass: HomeAssistant, connected: FakeGateway, act: Act, loaded: MockConfigEntry
) -> None:
    call = act("button", "press", "button.home_refresh_token_now")
    command = await connected.event()
    unloading = hass.async_create_task(hass.config_entries.async_unload(loaded.entry_id))
    await settle()
    assert not unloading.done()
    # What belongs to the session is still taken, a new one is not begun.
    await connected.call(fixture("alive"))
    assert await connected.refused(fixture("hello")) == "not_set_up"
    await connected.ok(command)
    await call
    assert await unloading
    assert await connected.refused({**fixture("alive"), "session": connected.session}) == "not_set_up"


async def test_unloading_does_not_wait_for_ever(
    hass: HomeAssistant,
    connected: FakeGateway,
    act: Act,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.utec_gateway.UNLOAD_S", 0)
    call = act("button", "press", "button.home_refresh_token_now")
    await connected.event()
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(HomeAssistantError) as failed:
        await call
    assert failed.value.translation_key == "link_lost"


async def test_a_call_while_the_gateway_restarts_fails_at_once(connected: FakeGateway, act: Act) -> None:
    await connected.call(fixture("goodbye"))
    with pytest.raises(HomeAssistantError) as failed:
        await act("lock", "unlock", LOCK)
    assert failed.value.translation_key == "not_connected"


async def test_a_cancelled_caller_does_not_recall_its_command_and_its_late_result_is_taken(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "unlock", LOCK, context)
    command = await connected.event()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await connected.update(0, 1)
    await connected.ok(command)
    assert await connected.events() == []
    assert entity(hass, LOCK).context is context


async def test_the_front_door_is_the_lock_of_the_contract() -> None:
    assert fixture("command-unlock")["target"] == {"device_id": FRONT}


# A refusal is a change, or what shows what was asked for would go on showing it


async def test_a_refusal_that_changes_nothing_is_a_change_all_the_same_but_not_of_the_state(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, act: Act
) -> None:
    before = entity(hass, LOCK)
    moments = set()
    for _ in range(2):
        await wait(hass, freezer, 1)
        call = act("lock", "unlock", LOCK)
        await connected.fail(await connected.event(), code="lock_in_passage_mode")
        with pytest.raises(HomeAssistantError):
            await call
        after = entity(hass, LOCK)
        assert (after.state, after.last_changed) == (before.state, before.last_changed)
        moments.add(after.attributes["command_failed_at"])
    assert len(moments) == 2
    call = act("lock", "lock", LOCK)
    await connected.ok(await connected.event())
    await call
    assert "command_failed_at" not in entity(hass, LOCK).attributes


async def test_a_command_of_a_door_that_the_link_took_along_writes_nothing(
    hass: HomeAssistant,
    connected: FakeGateway,
    act: Act,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.utec_gateway.UNLOAD_S", 0)
    call = act("lock", "unlock", LOCK)
    await connected.event()
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(HomeAssistantError) as failed:
        await call
    assert failed.value.translation_key == "link_lost"
    assert state_of(hass, LOCK) == "unavailable"


# Overtaken by a newer command


@pytest.mark.parametrize(
    ("device", "is_error"),
    [
        ({"lock_state": "unlocked"}, False),
        ({"lock_state": "locked"}, True),
        ({"lock_state": "unlocked", "transition": "locking"}, True),
    ],
)
async def test_a_superseded_command_is_an_error_unless_the_door_is_as_asked_and_at_rest(
    connected: FakeGateway, act: Act, device: dict[str, Any], is_error: bool
) -> None:
    call = act("lock", "unlock", LOCK)
    command = await connected.event()
    await connected.change_device(1, FRONT_OBJECT, **device)
    await connected.fail(command, code="command_superseded")
    if not is_error:
        await call
        return
    with pytest.raises(HomeAssistantError, match="A newer command for Front door replaced this one"):
        await call


async def test_a_lock_in_passage_mode_says_that_it_is_and_what_to_do(connected: FakeGateway, act: Act) -> None:
    call = act("lock", "lock", LOCK)
    await connected.fail(await connected.event(), code="lock_in_passage_mode")
    with pytest.raises(HomeAssistantError, match=r"Front door is in passage mode.*Set its mode to normal first"):
        await call
