"""The blueprint who_unlocked."""

from datetime import datetime
from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant, ServiceCall

from ..gateway import FakeGateway, fixture
from ..house import settle, state_of
from .conftest import TOLD, Instantiate

LOCK = "lock.front_door"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]


@pytest.fixture
async def _automation(connected: FakeGateway, instantiate: Instantiate) -> None:
    """The automation, for a door that is locked."""
    await connected.change_device(1, FRONT_OBJECT, lock_state="locked")
    await instantiate("who_unlocked", locks=[LOCK], notify=TOLD)


def said(calls: list[ServiceCall]) -> list[tuple[Any, Any, Any]]:
    """Title, message and name of what was told."""
    return [(it.data["title"], it.data["message"], it.data["who"]) for it in calls]


@pytest.mark.usefixtures("_automation")
async def test_it_tells_who_asked_in_home_assistant(
    hass: HomeAssistant, connected: FakeGateway, ada: User, told: list[ServiceCall]
) -> None:
    call = hass.async_create_task(
        hass.services.async_call("lock", "unlock", {"entity_id": LOCK}, True, context=Context(user_id=ada.id))
    )
    await settle()
    command = await connected.event()
    await connected.change_device(2, FRONT_OBJECT, lock_state="locked", transition="unlocking")
    assert (state_of(hass, LOCK), told) == ("unlocking", [])
    await connected.change_device(3, FRONT_OBJECT, lock_state="unlocked")
    await connected.ok(command)
    await call
    assert said(told) == [("Front door unlocked", "By Ada.", "Ada")]


@pytest.mark.usefixtures("_automation")
async def test_a_key_or_a_code_is_nobodys(connected: FakeGateway, told: list[ServiceCall]) -> None:
    await connected.change_device(2, FRONT_OBJECT, lock_state="unlocked")
    await settle()
    assert said(told) == [
        ("Front door unlocked", "Without a command: by hand, with a code, or in the Xthings Home app.", "")
    ]


@pytest.mark.usefixtures("_automation")
@pytest.mark.parametrize("before", ["unavailable", "unknown", "unlocked"])
async def test_a_lock_that_comes_back_unlocked_was_not_unlocked_now(
    hass: HomeAssistant, connected: FakeGateway, told: list[ServiceCall], before: str
) -> None:
    hass.states.async_set(LOCK, "unavailable")
    hass.states.async_set(LOCK, before)
    hass.states.async_set(LOCK, "unlocked", {"last_confirmed": datetime.now().astimezone()})
    await settle()
    assert told == []


@pytest.mark.usefixtures("_automation")
async def test_where_the_lock_names_nobody_the_person_of_the_user_is_named(
    hass: HomeAssistant, told: list[ServiceCall]
) -> None:
    hass.states.async_set("person.grace", "home", {"user_id": "grace", "friendly_name": "Grace"})
    hass.states.async_set("person.guest", "home")
    hass.states.async_set(LOCK, "unlocked", context=Context(user_id="grace"))
    await settle()
    hass.states.async_set(LOCK, "locked")
    hass.states.async_set(LOCK, "unlocked", context=Context(user_id="somebody"))
    await settle()
    assert [who for _, _, who in said(told)] == ["Grace", ""]
