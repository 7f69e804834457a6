"""Service calls: sent once, waited for, and honest about how they ended."""

import asyncio
from collections.abc import Callable, Coroutine
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.auth.models import User
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_capture_events

from custom_components.utec_gateway.link import commands, origin

from ..gateway import FRONT, HOME, FakeGateway, fixture
from ..house import entity, state_of, wait

LOCK = "lock.front_door"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]

type Act = Callable[..., asyncio.Task[None]]


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Call a service in the background."""

    def start(domain: str, service: str, entity_id: str, context: Context | None = None) -> asyncio.Task[None]:
        async def call() -> None:
            await hass.services.async_call(domain, service, {"entity_id": entity_id}, blocking=True, context=context)

        coroutine: Coroutine[Any, Any, None] = call()
        return hass.async_create_background_task(coroutine, "service call")

    return start


@pytest.fixture
async def ada(hass: HomeAssistant) -> User:
    """A person."""
    return MockUser(name="Ada", is_owner=True).add_to_hass(hass)


def as_in_contract(command: dict[str, Any], name: str) -> bool:
    """Whether a command is the contract's, but for its id."""
    return {**command, "id": fixture(name)["id"]} == fixture(name)


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


async def test_an_automation_is_named_as_the_one_who_asked(hass: HomeAssistant, connected: FakeGateway) -> None:
    triggered = {
        "alias": "Lock up at night",
        "triggers": {"trigger": "event", "event_type": "night"},
        "actions": {"action": "lock.lock", "target": {"entity_id": LOCK}},
    }
    assert await async_setup_component(hass, "automation", {"automation": triggered})
    hass.bus.async_fire("night")
    command = await connected.event()
    assert as_in_contract(command, "command-lock")
    await connected.ok(command)


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
    with pytest.raises(HomeAssistantError, match=r"Front door: The lock burns\. \(on_fire\)") as failed:
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


async def test_unloading_ends_the_call_at_once(
    hass: HomeAssistant, connected: FakeGateway, act: Act, loaded: MockConfigEntry
) -> None:
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


# Who did it


async def test_the_confirmation_carries_the_context_of_the_one_who_asked(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "unlock", LOCK, context)
    command = await connected.event()
    await connected.update(0)
    assert entity(hass, LOCK).context is context
    await wait(hass, freezer, 30)
    await connected.update(1)
    assert entity(hass, LOCK).context is context
    assert entity(hass, LOCK).attributes["changed_by"] == "Ada"
    await connected.ok(command)
    await call


async def test_a_confirmation_right_after_the_result_is_still_attributed(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "unlock", LOCK, context)
    await connected.ok(await connected.event())
    await call
    await connected.update(0, 1)
    assert entity(hass, LOCK).context is context


async def test_a_change_that_nobody_here_asked_for_names_nobody(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "unlock", LOCK, context)
    command = await connected.event()
    await connected.update(0, 1)
    await connected.ok(command)
    await call
    await connected.change_device(3, FRONT_OBJECT, lock_state="locked")
    assert entity(hass, LOCK).context.id != context.id
    assert "changed_by" not in entity(hass, LOCK).attributes


async def test_a_turn_by_hand_long_after_a_command_that_changed_nothing_names_nobody(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "lock", LOCK, context)
    await connected.ok(await connected.event())
    await call
    await connected.change_device(1, FRONT_OBJECT, lock_state="unlocked")
    await wait(hass, freezer, 6)
    await connected.change_device(2, FRONT_OBJECT, lock_state="locked")
    assert entity(hass, LOCK).context.id != context.id
    assert "changed_by" not in entity(hass, LOCK).attributes


async def test_after_a_failed_command_a_change_names_nobody(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "unlock", LOCK, context)
    await connected.fail(await connected.event())
    with pytest.raises(HomeAssistantError):
        await call
    await connected.change_device(1, FRONT_OBJECT, lock_state="unlocked")
    assert entity(hass, LOCK).context.id != context.id


async def test_a_late_failure_of_an_older_command_leaves_the_newer_one_alone(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    older = act("lock", "lock", LOCK)
    older_command = await connected.event()
    context = Context(user_id=ada.id)
    newer = act("lock", "unlock", LOCK, context)
    newer_command = await connected.event()
    await connected.fail(older_command)
    with pytest.raises(HomeAssistantError):
        await older
    await connected.update(0, 1)
    assert entity(hass, LOCK).context is context
    await connected.ok(newer_command)
    await newer


async def test_only_the_latest_automations_are_remembered(hass: HomeAssistant) -> None:
    origins = origin.Origins(hass)
    stop = origins.async_follow()
    contexts = [Context() for _ in range(origin.AUTOMATIONS_KEPT + 1)]
    for number, context in enumerate(contexts):
        hass.bus.async_fire("automation_triggered", {"name": f"Number {number}"}, context=context)
    await hass.async_block_till_done()
    assert (await origins.async_resolve(contexts[0])).name is None
    assert (await origins.async_resolve(contexts[1])).name == "Number 1"
    assert (await origins.async_resolve(None)).name is None
    assert (await origins.async_resolve(Context(user_id="nobody"))).name is None
    stop()


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


async def test_a_mode_that_was_refused_is_a_change_of_its_setting(hass: HomeAssistant, connected: FakeGateway) -> None:
    call = set_mode(hass, "passage")
    await connected.fail(await connected.event())
    with pytest.raises(HomeAssistantError):
        await call
    assert "command_failed_at" in entity(hass, "select.front_door_mode").attributes


async def test_a_command_of_a_door_that_the_link_took_along_writes_nothing(
    hass: HomeAssistant, connected: FakeGateway, act: Act, loaded: MockConfigEntry
) -> None:
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
    with pytest.raises(HomeAssistantError, match="Front door was given a newer command"):
        await call


# The mode of a lock


async def test_setting_the_mode_is_the_contracts_command_and_returns_when_it_is_confirmed(
    hass: HomeAssistant, connected: FakeGateway, ada: User
) -> None:
    call = set_mode(hass, "passage", Context(user_id=ada.id))
    command = await connected.event()
    assert as_in_contract(command, "command-set-mode")
    assert not call.done()
    await connected.change_device(1, FRONT_OBJECT, lock_mode="passage")
    await connected.ok(command)
    await call
    assert state_of(hass, "select.front_door_mode") == "passage"


async def test_a_mode_that_was_not_set_is_told_in_words_and_the_old_one_stays(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    call = set_mode(hass, "always_locked")
    await connected.fail(await connected.event(), code="command_unsupported")
    with pytest.raises(HomeAssistantError, match="Front door cannot do this"):
        await call
    assert state_of(hass, "select.front_door_mode") == "normal"


@pytest.mark.parametrize(("mode", "is_error"), [("passage", False), ("always_locked", True)])
async def test_a_superseded_mode_is_an_error_unless_it_is_the_wanted_one(
    hass: HomeAssistant, connected: FakeGateway, mode: str, is_error: bool
) -> None:
    call = set_mode(hass, "passage")
    command = await connected.event()
    await connected.change_device(1, FRONT_OBJECT, lock_mode=mode)
    await connected.fail(command, code="command_superseded")
    if not is_error:
        await call
        return
    with pytest.raises(HomeAssistantError, match="newer command"):
        await call


async def test_a_lock_in_passage_mode_says_that_it_is_and_what_to_do(connected: FakeGateway, act: Act) -> None:
    call = act("lock", "lock", LOCK)
    await connected.fail(await connected.event(), code="lock_in_passage_mode")
    with pytest.raises(HomeAssistantError, match=r"Front door is in passage mode.*Set its mode to normal first"):
        await call


def set_mode(hass: HomeAssistant, mode: str, context: Context | None = None) -> asyncio.Task[None]:
    """Choose a mode of the front door in the background."""

    async def call() -> None:
        data = {"entity_id": "select.front_door_mode", "option": mode}
        await hass.services.async_call("select", "select_option", data, blocking=True, context=context)

    coroutine: Coroutine[Any, Any, None] = call()
    return hass.async_create_background_task(coroutine, "service call")
