"""What happens to devices is told once, after the picture shows what came of it; what cannot be read costs itself."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.picture.activity import Activity, parse_activity

from ..gateway import BACK, FRONT, FakeGateway, Message, fixture, fixtures
from ..house import settle, state_of

UNLOCKED_BY_HAND: Message = {
    "id": 41,
    "at": 1_796_000_000_000,
    "kind": "state_changed",
    "device_id": FRONT,
    "device_name": "Front Door",
    "value": "lock_state",
    "from": "locked",
    "to": "unlocked",
    "cause": "poll",
    "command": None,
}

REFUSED: Message = {
    **UNLOCKED_BY_HAND,
    "id": 42,
    "kind": "command_ended",
    "value": None,
    "from": None,
    "to": None,
    "cause": None,
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


def update(seq: int, *activity: Any, devices: list[Message] | None = None) -> Message:
    """An update with entries of the activity log."""
    changed = {"activity": list(activity), **({"devices": devices} if devices else {})}
    return {**fixture("updates", 0), "seq": seq, "set": changed, "removed": {}}


class Told:
    """What is told of one device, and what the picture showed then."""

    def __init__(self, entry: MockConfigEntry, device_id: str) -> None:
        self.entries: list[tuple[Activity, str]] = []
        coordinator = entry.runtime_data
        self.stop = coordinator.async_listen_activity(
            device_id, lambda it: self.entries.append((it, coordinator.picture.devices[device_id].lock_state))
        )

    @property
    def ids(self) -> list[int]:
        """The numbers of the entries."""
        return [it.id for it, _ in self.entries]


async def test_it_is_told_once_and_after_the_picture(
    hass: HomeAssistant, loaded: MockConfigEntry, connected: FakeGateway
) -> None:
    front, back = Told(loaded, FRONT), Told(loaded, BACK)
    device = {**fixture("snapshot", 0)["devices"][0], "lock_state": "unlocked"}
    message = update(1, UNLOCKED_BY_HAND, devices=[device])
    await connected.call(message)
    await connected.call(message)
    assert [(it.id, it.value, it.before, it.now, it.cause, shown) for it, shown in front.entries] == [
        (41, "lock_state", "locked", "unlocked", "poll", "unlocked")
    ]
    assert back.entries == []
    assert state_of(hass, "lock.front_door") == "unlocked"


async def test_what_comes_while_a_snapshot_is_awaited_is_told_after_it(
    loaded: MockConfigEntry, connected: FakeGateway
) -> None:
    told = Told(loaded, FRONT)
    await connected.call(update(2, REFUSED))
    assert told.ids == []
    for part in fixtures("snapshot"):
        await connected.call({**part, "snapshot_id": "again", "seq": 1})
    await settle()
    assert told.ids == [42]


async def test_what_a_snapshot_includes_already_is_told_too_and_nothing_twice(
    loaded: MockConfigEntry, connected: FakeGateway
) -> None:
    told = Told(loaded, FRONT)
    await connected.call(update(2, REFUSED))
    first, *others = fixtures("snapshot")
    for part in (first, *others):
        await connected.call({**part, "snapshot_id": "again", "seq": 2})
    assert told.ids == [42]
    # One that overtakes the parts of the next snapshot is told at once, and not again with it.
    await connected.call({**first, "snapshot_id": "third", "seq": 2})
    await connected.call(update(3, UNLOCKED_BY_HAND))
    assert told.ids == [42, 41]
    for part in others:
        await connected.call({**part, "snapshot_id": "third", "seq": 2})
    assert told.ids == [42, 41]


async def test_nothing_is_told_to_who_no_longer_follows(loaded: MockConfigEntry, connected: FakeGateway) -> None:
    told = Told(loaded, FRONT)
    told.stop()
    await connected.call(update(1, REFUSED))
    assert told.entries == []


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "unlocked",
        {},
        {**UNLOCKED_BY_HAND, "id": "41"},
        {**UNLOCKED_BY_HAND, "at": None},
        {**UNLOCKED_BY_HAND, "at": "noon"},
        {**UNLOCKED_BY_HAND, "cause": 7},
        {**REFUSED, "command": {"id": "abc"}},
    ],
)
async def test_an_entry_that_cannot_be_read_costs_itself(
    loaded: MockConfigEntry, connected: FakeGateway, broken: Any
) -> None:
    told = Told(loaded, FRONT)
    await connected.call(update(1, broken, REFUSED))
    assert told.ids == [42]


def test_who_asked_and_how_it_ended_is_taken() -> None:
    read = parse_activity(REFUSED)
    assert read is not None
    assert read.command is not None
    command = read.command
    assert (command.asker, command.way, command.automation, command.user_id) == ("Ada", "page", False, "ada")
    assert (command.outcome, command.error_code, command.error_message) == (
        "refused",
        "command_refused",
        "The cloud refuses it.",
    )


def test_a_command_in_progress_has_no_outcome() -> None:
    command = {**REFUSED["command"], "outcome": None, "error": None}
    read = parse_activity({**UNLOCKED_BY_HAND, "cause": "command", "command": command})
    assert read is not None
    assert read.command is not None
    assert (read.command.outcome, read.command.error_code, read.command.error_message) == (None, None, None)
