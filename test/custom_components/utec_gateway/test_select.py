"""The mode of a lock."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .gateway import FakeGateway, as_in_contract, fixture
from .house import entity, state_of

FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]


async def test_a_mode_that_was_refused_is_a_change_of_its_setting(hass: HomeAssistant, connected: FakeGateway) -> None:
    call = set_mode(hass, "passage")
    await connected.fail(await connected.event())
    with pytest.raises(HomeAssistantError):
        await call
    assert "command_failed_at" in entity(hass, "select.front_door_mode").attributes


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
    with pytest.raises(HomeAssistantError, match="Front door does not support this"):
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


def set_mode(hass: HomeAssistant, mode: str, context: Context | None = None) -> asyncio.Task[None]:
    """Choose a mode of the front door in the background."""

    async def call() -> None:
        data = {"entity_id": "select.front_door_mode", "option": mode}
        await hass.services.async_call("select", "select_option", data, blocking=True, context=context)

    coroutine: Coroutine[Any, Any, None] = call()
    return hass.async_create_background_task(coroutine, "service call")
