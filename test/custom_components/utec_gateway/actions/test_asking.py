"""Whatever an action does: when it may be called, by whom, and what it says if it cannot be done."""

import asyncio
from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.utec_gateway.actions.table import ACTIONS
from custom_components.utec_gateway.const import DOMAIN

from ..gateway import FakeGateway, Message
from ..house import settle
from .conftest import HOME_ENTITY, WITH_RESPONSE, Run, answer, error_of

LOCK = "lock.front_door"
# One call of each action.
CALLS: dict[str, dict[str, Any]] = {
    "refresh_token": {"account": HOME_ENTITY},
    "get_sign_in_link": {"account": HOME_ENTITY},
    "set_lock_mode": {"entity_id": LOCK, "mode": "passage"},
    "get_activity": {"entity_id": LOCK},
    "get_token_history": {"account": HOME_ENTITY},
}
ALL = pytest.mark.parametrize("name", [it.name for it in ACTIONS])
QUESTIONS = pytest.mark.parametrize("name", sorted(WITH_RESPONSE))


@ALL
async def test_without_a_loaded_entry_it_says_so(
    hass: HomeAssistant, loaded: MockConfigEntry, run: Run, name: str
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    assert "is not loaded" in await error_of(run(name, **CALLS[name]), ServiceValidationError)


async def test_without_any_entry_the_actions_are_there_and_say_so(hass: HomeAssistant, run: Run) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    for name, data in CALLS.items():
        assert "Could not find config entry" in await error_of(run(name, **data), ServiceValidationError)


@ALL
async def test_before_the_gateway_has_come_it_says_that_it_is_not_connected(
    loaded: MockConfigEntry, run: Run, name: str
) -> None:
    assert "U-tec Gateway failed: the gateway is not connected" in await error_of(run(name, **CALLS[name]))


@ALL
async def test_while_the_gateway_is_away_it_says_that_it_is_not_connected(
    connected: FakeGateway, run: Run, name: str
) -> None:
    await connected.close()
    assert "the gateway is not connected" in await error_of(run(name, **CALLS[name]))


@ALL
async def test_a_link_that_breaks_ends_the_call(connected: FakeGateway, run: Run, name: str) -> None:
    call = run(name, **CALLS[name])
    await connected.event()
    await connected.close()
    assert "The connection to the gateway was lost" in await error_of(call)


@ALL
async def test_the_gateway_learns_who_asks(connected: FakeGateway, run: Run, ada: User, name: str) -> None:
    call = run(name, ada, **CALLS[name])
    command = await connected.event()
    assert command["context"] == {"user": "Ada", "user_id": ada.id, "automation": None}
    await connected.fail(command, code="rate_limited")
    assert "there were too many requests" in await error_of(call)


@ALL
async def test_a_user_who_is_gone_may_nothing(connected: FakeGateway, run: Run, name: str) -> None:
    with pytest.raises(UnknownUser):
        await run(name, MockUser(name="Nobody"), **CALLS[name])
    assert await connected.events() == []


@ALL
async def test_who_may_control_nothing_may_nothing(
    hass: HomeAssistant, connected: FakeGateway, run: Run, name: str
) -> None:
    with pytest.raises(Unauthorized):
        await run(name, MockUser(name="Stranger").add_to_hass(hass), **CALLS[name])
    assert await connected.events() == []


@QUESTIONS
async def test_what_only_administrators_read_on_the_page_others_do_not_read_here(
    connected: FakeGateway, run: Run, guest: User, name: str
) -> None:
    with pytest.raises(Unauthorized):
        await run(name, guest, **CALLS[name])
    assert await connected.events() == []


@pytest.mark.parametrize("name", sorted(CALLS.keys() - WITH_RESPONSE))
async def test_who_may_control_the_entity_may_call_the_action(
    connected: FakeGateway, run: Run, guest: User, name: str
) -> None:
    call = run(name, guest, **CALLS[name])
    await connected.ok(await connected.event())
    assert await call is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("refresh_token", {"account": "sensor.cabin_token_status"}),
        ("set_lock_mode", {"entity_id": "lock.back_door", "mode": "passage"}),
    ],
)
async def test_who_may_control_one_entity_may_not_ask_the_other(
    connected: FakeGateway, run: Run, guest: User, name: str, data: Message
) -> None:
    with pytest.raises(Unauthorized):
        await run(name, guest, **data)
    assert await connected.events() == []


# Questions to the gateway


@QUESTIONS
async def test_an_older_gateway_is_to_be_updated(connected: FakeGateway, run: Run, name: str) -> None:
    call = run(name, **CALLS[name])
    await connected.fail(await connected.event(), code="command_unsupported")
    assert await error_of(call) == "The gateway is too old for this action. Update it, then try again."


async def test_what_a_lock_cannot_do_is_not_the_gateways_age(connected: FakeGateway, run: Run) -> None:
    call = run("set_lock_mode", **CALLS["set_lock_mode"])
    await connected.fail(await connected.event(), code="command_unsupported")
    assert await error_of(call) == "Front door does not support this."


@QUESTIONS
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"url": 7},
        {"url": "javascript:alert(1)"},
        {"url": "https://"},
        {"url": "https://[cloud"},
        {"url": "https://cloud.example", "expires_at": "noon"},
        {"entries": "none"},
        {"entries": [{"id": 1}]},
        {"events": None},
        {"events": [{"at": None, "kind": "refreshed", "generation": 3, "message": "Done."}]},
        {"events": [{"at": 1, "kind": "refreshed", "generation": -1, "message": "Done."}]},
    ],
)
async def test_an_answer_that_cannot_be_read_is_one_error_and_nothing_is_guessed(
    connected: FakeGateway, run: Run, caplog: pytest.LogCaptureFixture, name: str, data: Message
) -> None:
    call = run(name, **CALLS[name])
    await answer(connected, await connected.event(), data)
    assert "could not be read" in await error_of(call)
    assert "alert" not in caplog.text


async def test_what_is_asked_is_not_asked_again_when_the_caller_gives_up(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    call = run("get_token_history", account=HOME_ENTITY)
    command = await connected.event()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await answer(connected, command, {"events": []})
    assert await connected.events() == []


@pytest.mark.parametrize("limit", [0, 501, "many"])
@pytest.mark.parametrize("name", ["get_activity", "get_token_history"])
async def test_only_a_limit_from_1_to_500_is_asked_for(connected: FakeGateway, run: Run, name: str, limit: Any) -> None:
    with pytest.raises(Exception, match="limit"):
        await run(name, **CALLS[name], limit=limit)
    assert await connected.events() == []


async def test_a_failure_of_one_is_told_when_all_have_ended_and_the_others_are_in_the_log(
    connected: FakeGateway, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    call = run("set_lock_mode", entity_id=["lock.front_door", "lock.back_door"], mode="passage")
    commands = [await connected.event(), await connected.event()]
    await connected.fail(commands[0], code="device_offline")
    await settle()
    assert not call.done()
    await connected.fail(commands[1], code="command_unconfirmed")
    assert "is offline" in await error_of(call)
    assert "did not confirm the command in time" in caplog.text


def test_every_action_is_called_here() -> None:
    assert set(CALLS) == {it.name for it in ACTIONS}
