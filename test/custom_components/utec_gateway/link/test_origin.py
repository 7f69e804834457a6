"""Who asked, and who is named as the one who moved a bolt."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from custom_components.utec_gateway.link import origin

from ..gateway import FakeGateway, as_in_contract, fixture
from ..house import entity, wait
from .conftest import Act

LOCK = "lock.front_door"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]


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
    await connected.fail(await connected.event(), code="command_refused")
    with pytest.raises(HomeAssistantError):
        await call
    await connected.change_device(1, FRONT_OBJECT, lock_state="unlocked")
    assert entity(hass, LOCK).context.id != context.id


async def test_a_lock_that_was_told_to_be_offline_and_follows_late_names_who_asked(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    context = Context(user_id=ada.id)
    call = act("lock", "unlock", LOCK, context)
    await connected.fail(await connected.event(), code="device_offline")
    with pytest.raises(HomeAssistantError):
        await call
    await connected.change_device(1, FRONT_OBJECT, lock_state="unlocked")
    assert entity(hass, LOCK).context is context


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
