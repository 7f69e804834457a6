"""Updating an entity by hand asks the cloud, and returns when what it says is shown."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.link.commands import CommandError, Outcome

from ..gateway import CABIN, HOME, FakeGateway, as_in_contract, fixture, fixtures
from ..house import settle, state_of, wait
from .conftest import Act

LOCK = "lock.front_door"
OTHERS = ("lock.back_door", "sensor.front_door_battery", "binary_sensor.home_cloud_connection")


@pytest.fixture(autouse=True)
async def _update_entity(hass: HomeAssistant) -> None:
    """Home Assistant has the action."""
    await async_setup_component(hass, "homeassistant", {})


async def test_it_makes_the_gateway_ask_the_cloud_and_returns_when_the_state_is_new(
    hass: HomeAssistant, connected: FakeGateway, act: Act
) -> None:
    call = act("homeassistant", "update_entity", LOCK)
    command = await connected.event()
    assert as_in_contract(command, "command-poll")
    await connected.update(0, 1)
    await settle()
    assert not call.done()
    await connected.ok(command)
    await call
    assert state_of(hass, LOCK) == "unlocked"


async def test_entities_of_one_account_ask_together_and_those_of_another_on_their_own(
    connected: FakeGateway, act: Act
) -> None:
    calls = [act("homeassistant", "update_entity", it) for it in (LOCK, *OTHERS, "sensor.cabin_token_status")]
    commands = await connected.events()
    assert [(it["name"], it["target"]) for it in commands] == [
        ("poll", {"account_id": HOME}),
        ("poll", {"account_id": CABIN}),
    ]
    for command in commands:
        await connected.ok(command)
    await asyncio.gather(*calls)
    # The next one asks again.
    call = act("homeassistant", "update_entity", LOCK)
    await connected.ok(await connected.event())
    await call


@pytest.mark.parametrize("code", ["cloud_unreachable", "rate_limited", "sign_in_needed"])
async def test_a_cloud_that_does_not_answer_is_no_error_of_the_entity(
    hass: HomeAssistant, connected: FakeGateway, act: Act, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    call = act("homeassistant", "update_entity", LOCK)
    await connected.fail(await connected.event(), code=code)
    await call
    assert state_of(hass, LOCK) == "locked"
    assert "Traceback" not in caplog.text


async def test_of_an_older_gateway_a_snapshot_is_asked_and_awaited_and_updates_go_on_meanwhile(
    hass: HomeAssistant, connected: FakeGateway, act: Act
) -> None:
    calls = [act("homeassistant", "update_entity", it) for it in (LOCK, "sensor.cabin_token_status")]
    for command in await connected.events():
        await connected.fail(command, code="command_unsupported")
    assert await connected.events() == [fixture("resync")]
    await connected.update(0)
    assert state_of(hass, LOCK) == "unlocking"
    first, second, third = fixtures("snapshot")
    for part in (first, second):
        await connected.call({**part, "snapshot_id": "2", "seq": 1})
    assert not any(it.done() for it in calls)
    await connected.call({**third, "snapshot_id": "2", "seq": 1})
    await asyncio.gather(*calls)
    assert state_of(hass, LOCK) == "locked"


async def test_a_gateway_that_leaves_meanwhile_ends_the_wait(connected: FakeGateway, act: Act) -> None:
    call = act("homeassistant", "update_entity", LOCK)
    await connected.fail(await connected.event(), code="command_unsupported")
    await connected.close()
    await call


async def test_a_gateway_that_never_answers_ends_the_wait(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, act: Act
) -> None:
    call = act("homeassistant", "update_entity", LOCK)
    await connected.event()
    await wait(hass, freezer, 30)
    await connected.call(fixture("alive"))
    assert not call.done()
    await wait(hass, freezer, 11)
    await call


async def test_while_the_gateway_is_away_nobody_is_asked(hass: HomeAssistant, connected: FakeGateway, act: Act) -> None:
    await connected.call(fixture("goodbye"))
    await act("homeassistant", "update_entity", LOCK)
    assert await connected.events() == []
    assert state_of(hass, LOCK) == "locked"


async def test_an_older_gateway_that_leaves_right_after_its_answer_is_not_waited_for(
    connected: FakeGateway, act: Act, loaded: MockConfigEntry
) -> None:
    call = act("homeassistant", "update_entity", LOCK)
    command = await connected.event()
    link = loaded.runtime_data.link
    link.async_result(connected.session, command["id"], Outcome(error=CommandError("command_unsupported")))
    link.async_close("unloaded")
    await call
