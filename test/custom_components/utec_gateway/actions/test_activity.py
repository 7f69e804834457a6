"""What has happened to locks."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..gateway import BACK, FRONT, FakeGateway, Message
from .conftest import Run, answer, error_of

BY_HAND: Message = {
    "id": 41,
    "at": 1_796_000_000_000,
    "kind": "state_changed",
    "device_id": FRONT,
    "device_name": "Front door",
    "value": "lock_state",
    "from": "locked",
    "to": "unlocked",
    "cause": "poll",
    "command": None,
}
REFUSED: Message = {
    **BY_HAND,
    "id": 42,
    "kind": "command_ended",
    **dict.fromkeys(("value", "from", "to", "cause")),
    "command": {
        "id": "abc",
        "name": "unlock",
        "args": {},
        "origin": {"kind": "page", "name": "Ada", "automation": False, "user_id": "ada"},
        "outcome": "refused",
        "took_ms": 900,
        "error": {"code": "command_refused", "message": "The cloud refuses it."},
    },
}


async def entries(gateway: FakeGateway, run: Run, *sent: Any, **data: Any) -> Any:
    """What is returned of the front door when the gateway sends this."""
    call = run("get_activity", entity_id="lock.front_door", **data)
    await answer(gateway, await gateway.event(), {"entries": list(sent), "next": None})
    response = await call
    assert response is not None
    assert list(response) == ["lock.front_door"]
    return response["lock.front_door"]


async def test_who_how_and_what_came_of_it_is_told(connected: FakeGateway, run: Run) -> None:
    assert await entries(connected, run, REFUSED, BY_HAND) == {
        "entries": [
            {
                "at": "2026-11-30T00:53:20+00:00",
                "kind": "command_ended",
                "value": None,
                "from": None,
                "to": None,
                "cause": None,
                "command": "unlock",
                "by": "Ada",
                "way": "page",
                "outcome": "refused",
                "error": "The cloud refuses it.",
            },
            {
                "at": "2026-11-30T00:53:20+00:00",
                "kind": "state_changed",
                "value": "lock_state",
                "from": "locked",
                "to": "unlocked",
                "cause": "poll",
                "command": None,
                "by": None,
                "way": None,
                "outcome": None,
                "error": None,
            },
        ]
    }


async def test_each_lock_is_asked_for_and_told_by_its_entity(connected: FakeGateway, run: Run) -> None:
    call = run("get_activity", entity_id=["lock.front_door", "lock.back_door"], limit="5", kinds=["state_changed"])
    commands = [await connected.event(), await connected.event()]
    assert {it["name"] for it in commands} == {"activity"}
    assert all(it["args"] == {"limit": 5, "kinds": ["state_changed"]} for it in commands)
    for it in commands:
        device_id = it["target"]["device_id"]
        await answer(connected, it, {"entries": [{**BY_HAND, "device_id": device_id}]})
    response: Any = await call
    assert {it["target"]["device_id"] for it in commands} == {FRONT, BACK}
    assert {key: len(it["entries"]) for key, it in response.items()} == {"lock.front_door": 1, "lock.back_door": 1}


async def test_without_kinds_all_are_asked_for_and_no_more_is_told_than_was_wanted(
    connected: FakeGateway, run: Run
) -> None:
    call = run("get_activity", entity_id="lock.front_door", limit=1)
    command = await connected.event()
    assert command["args"] == {"limit": 1}
    await answer(connected, command, {"entries": [BY_HAND, BY_HAND]})
    response: Any = await call
    assert len(response["lock.front_door"]["entries"]) == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [("x" * 256, "x" * 254 + "…"), (87, 87), (True, True), (None, None), ({"r": 1}, None), ([1], None)],
)
async def test_a_value_is_a_word_a_number_or_nothing(connected: FakeGateway, run: Run, sent: Any, told: Any) -> None:
    shown = (await entries(connected, run, {**BY_HAND, "to": sent}))["entries"][0]
    assert shown["to"] == told


async def test_what_is_of_another_lock_is_not_told_as_of_this_one(connected: FakeGateway, run: Run) -> None:
    call = run("get_activity", entity_id="lock.front_door")
    await answer(connected, await connected.event(), {"entries": [BY_HAND, {**BY_HAND, "device_id": BACK}]})
    assert "The gateway's answer about Front door could not be read" in await error_of(call)


async def test_a_kind_that_there_is_not_is_not_asked_for(connected: FakeGateway, run: Run) -> None:
    with pytest.raises(Exception, match="kinds"):
        await run("get_activity", entity_id="lock.front_door", kinds="opened")
    assert await connected.events() == []


async def test_a_lock_whose_entity_was_deleted_is_told_by_its_name(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    er.async_get(hass).async_remove("lock.front_door")
    call = run("get_activity", entity_id="select.front_door_mode")
    await answer(connected, await connected.event(), {"entries": []})
    assert await call == {"Front door": {"entries": []}}
