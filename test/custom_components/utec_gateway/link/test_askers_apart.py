"""Commands for several devices, in several steps or told of twice do not take each other's askers away."""

from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from pytest_homeassistant_custom_component.common import MockUser

from ..gateway import FakeGateway, Message, fixture
from ..house import entity
from .conftest import Act

FRONT_LOCK, BACK_LOCK, HALL_LAMP = "lock.front_door", "lock.back_door", "light.hall_lamp"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
# It is offline in the contract.
BACK_OBJECT = {**fixture("snapshot", 1)["devices"][0], "online": True, "available": True, "lock_state": "locked"}
LAMP_OBJECT = fixture("snapshot", 1)["devices"][2]


def told(seq: int, **command: Any) -> Message:
    """An update in which the gateway tells of a command that runs, asked for on its page."""
    message = fixture("updates-commands", 0)
    message["set"]["commands"][0].update(command)
    return {**message, "seq": seq}


async def test_commands_for_two_locks_at_once_keep_their_askers(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    await connected.change_device(1, BACK_OBJECT)
    adas = Context(user_id=ada.id)
    bobs = Context(user_id=MockUser(name="Bob", is_owner=True).add_to_hass(hass).id)
    calls = [act("lock", "unlock", FRONT_LOCK, adas), act("lock", "unlock", BACK_LOCK, bobs)]
    commands = await connected.events()
    await connected.change_device(2, FRONT_OBJECT, lock_state="unlocked")
    assert entity(hass, FRONT_LOCK).context is adas
    await connected.change_device(3, BACK_OBJECT, lock_state="unlocked")
    assert entity(hass, BACK_LOCK).context is bobs
    for command, call in zip(commands, calls, strict=True):
        await connected.ok(command)
        await call


async def test_home_assistant_ends_its_own_command_itself_whatever_the_gateway_tells_of_it_meanwhile(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    adas = Context(user_id=ada.id)
    call = act("lock", "unlock", FRONT_LOCK, adas)
    command = await connected.event()
    await connected.call(told(1, id=command["id"], ended_at=1_795_255_270_000, outcome="refused"))
    await connected.change_device(2, FRONT_OBJECT, lock_state="unlocked")
    assert entity(hass, FRONT_LOCK).context is adas
    await connected.ok(command)
    await call


async def test_a_lock_that_the_page_found_offline_and_that_follows_late_names_who_asked(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    message = told(1, name="unlock", args={}, ended_at=1_795_255_270_000, outcome="offline")
    await connected.call(message)
    await connected.change_device(2, FRONT_OBJECT, lock_state="unlocked")
    asker = message["set"]["commands"][0]["origin"]["name"]
    assert entity(hass, FRONT_LOCK).attributes["changed_by"] == asker


async def test_a_lamp_that_comes_on_first_and_dims_later_is_named_at_each_step(
    everything_on: None, hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    await connected.change_device(1, LAMP_OBJECT, switch_state="off")
    adas = Context(user_id=ada.id)
    call = act("light", "turn_on", HALL_LAMP, adas, brightness_pct=40)
    command = await connected.event()
    for seq, level in ((2, 50), (3, 40)):
        await connected.change_device(seq, LAMP_OBJECT, level=level)
        assert entity(hass, HALL_LAMP).context is adas
    await connected.ok(command)
    await call


@pytest.mark.parametrize(
    ("command", "changed"),
    [
        ({"name": "set_color", "args": {"color": {"r": 1, "g": 2, "b": 3}}}, {"color": {"r": 1, "g": 2, "b": 3}}),
        ({"name": "set_level", "args": {"level": 0}}, {"switch_state": "off"}),
        # Nobody knows what it asks for.
        ({"name": "dance"}, {"switch_state": "off"}),
    ],
)
async def test_whoever_changes_a_lamp_on_the_page_is_named_if_that_is_what_was_asked_for(
    everything_on: None,
    hass: HomeAssistant,
    connected: FakeGateway,
    ada: User,
    command: dict[str, Any],
    changed: dict[str, Any],
) -> None:
    await connected.call(told(1, device_id=LAMP_OBJECT["id"], **command))
    await connected.change_device(2, LAMP_OBJECT, **changed)
    assert entity(hass, HALL_LAMP).context.user_id == (None if command["name"] == "dance" else ada.id)
