"""Calling actions, and answering what they ask the gateway."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant, ServiceResponse, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.utec_gateway.actions.table import ACTIONS
from custom_components.utec_gateway.const import DOMAIN

from ..gateway import FakeGateway, Message, fixture

type Run = Callable[..., asyncio.Task[ServiceResponse]]

WITH_RESPONSE = {it.name for it in ACTIONS if it.response is SupportsResponse.ONLY}
# Of the contract.
ACCOUNT_OBJECTS = {it["name"]: it for it in fixture("snapshot", 0)["accounts"]}
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
BACK_OBJECT = fixture("snapshot", 1)["devices"][0]
HOME_ENTITY = "binary_sensor.home_token_problem"
CABIN_ENTITY = "sensor.cabin_token_status"


@pytest.fixture
def run(hass: HomeAssistant) -> Run:
    """Call an action in the background, as a user or as nobody."""

    def start(name: str, user: User | None = None, **data: Any) -> asyncio.Task[ServiceResponse]:
        async def call() -> ServiceResponse:
            return await hass.services.async_call(
                DOMAIN,
                name,
                data,
                blocking=True,
                context=Context(user_id=user.id) if user else None,
                return_response=name in WITH_RESPONSE,
            )

        coroutine: Coroutine[Any, Any, ServiceResponse] = call()
        return hass.async_create_background_task(coroutine, "action")

    return start


async def answer(gateway: FakeGateway, command: Message, data: Any) -> None:
    """Answer a command with data."""
    await gateway.call({**fixture("result-ok"), "command_id": command["id"], "data": data})


async def error_of(call: asyncio.Task[ServiceResponse], kind: type[HomeAssistantError] = HomeAssistantError) -> str:
    """The sentence with which a call ends, with the full stop that Home Assistant leaves out."""
    with pytest.raises(HomeAssistantError) as failed:
        await call
    assert type(failed.value) is kind, repr(failed.value)
    return f"{failed.value}."


@pytest.fixture
async def guest(hass: HomeAssistant) -> User:
    """A person who is no administrator, and may control two entities."""
    guest = MockUser(name="Guest").add_to_hass(hass)
    allowed = {"button.home_refresh_token_now": True, "select.front_door_mode": True}
    guest.mock_policy({"entities": {"entity_ids": allowed}})
    return guest
