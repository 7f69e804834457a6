"""Each command keeps its asker, whatever comes after, and so do those of the gateway's page and API."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockUser

from ..conftest import Dial
from ..gateway import FakeGateway, fixture, fixtures
from ..house import entity, state_of, wait
from .conftest import Act

LOCK = "lock.front_door"
FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
LAMP_OBJECT = fixture("snapshot", 1)["devices"][2]


@pytest.fixture
async def bob(hass: HomeAssistant) -> User:
    """Another person."""
    return MockUser(name="Bob", is_owner=True).add_to_hass(hass)


async def test_each_of_two_commands_that_cross_is_attributed_to_its_own_asker(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User, bob: User
) -> None:
    adas, bobs = Context(user_id=ada.id), Context(user_id=bob.id)
    unlocking = act("lock", "unlock", LOCK, adas)
    unlock = await connected.event()
    locking = act("lock", "lock", LOCK, bobs)
    lock = await connected.event()
    await connected.update(0)
    assert entity(hass, LOCK).context is adas
    await connected.update(1)
    assert (entity(hass, LOCK).context, entity(hass, LOCK).attributes["changed_by"]) == (adas, "Ada")
    await connected.ok(unlock)
    await unlocking
    await connected.change_device(3, FRONT_OBJECT, lock_state="unlocked", transition="locking")
    assert entity(hass, LOCK).context is bobs
    await connected.change_device(4, FRONT_OBJECT, lock_state="locked")
    assert (entity(hass, LOCK).context, entity(hass, LOCK).attributes["changed_by"]) == (bobs, "Bob")
    await connected.ok(lock)
    await locking


@pytest.mark.parametrize("service", ["lock", "unlock"])
async def test_a_second_command_that_is_refused_leaves_the_first_its_asker(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User, bob: User, service: str
) -> None:
    adas = Context(user_id=ada.id)
    unlocking = act("lock", "unlock", LOCK, adas)
    unlock = await connected.event()
    refused = act("lock", service, LOCK, Context(user_id=bob.id))
    await connected.fail(await connected.event(), code="rate_limited")
    with pytest.raises(HomeAssistantError):
        await refused
    await connected.update(0, 1)
    assert (entity(hass, LOCK).context, entity(hass, LOCK).attributes["changed_by"]) == (adas, "Ada")
    await connected.ok(unlock)
    await unlocking


async def test_two_who_ask_for_the_same_are_one_command_and_a_turn_by_hand_is_neither_of_theirs(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User, bob: User
) -> None:
    adas = Context(user_id=ada.id)
    calls = [act("lock", "unlock", LOCK, adas), act("lock", "unlock", LOCK, Context(user_id=bob.id))]
    commands = [await connected.event(), await connected.event()]
    await connected.update(0, 1)
    assert entity(hass, LOCK).context is adas
    for command in commands:
        await connected.ok(command)
    for call in calls:
        await call
    for seq, lock_state in ((3, "locked"), (4, "unlocked")):
        await connected.change_device(seq, FRONT_OBJECT, lock_state=lock_state)
        assert entity(hass, LOCK).context.user_id is None
        assert "changed_by" not in entity(hass, LOCK).attributes


async def test_who_asked_for_what_already_was_is_not_named_for_what_others_do_a_moment_later(
    hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    call = act("lock", "lock", LOCK, Context(user_id=ada.id))
    await connected.ok(await connected.event())
    await call
    for seq, lock_state in ((1, "unlocked"), (2, "locked")):
        await connected.change_device(seq, FRONT_OBJECT, lock_state=lock_state)
        assert entity(hass, LOCK).context.user_id is None
        assert "changed_by" not in entity(hass, LOCK).attributes


@pytest.mark.parametrize("code", ["command_unconfirmed", "link_lost"])
async def test_a_command_of_which_nobody_knows_how_it_ended_is_named_if_it_was_carried_out(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    act: Act,
    ada: User,
    code: str,
) -> None:
    adas, gateway = Context(user_id=ada.id), connected
    call = act("lock", "unlock", LOCK, adas)
    command = await connected.event()
    if code == "link_lost":
        await connected.close()
        gateway = await dial()
        await gateway.connect()
    else:
        await connected.fail(command, code=code)
    with pytest.raises(HomeAssistantError):
        await call
    await wait(hass, freezer, 30)
    await gateway.update(0, 1)
    assert (entity(hass, LOCK).context, entity(hass, LOCK).attributes["changed_by"]) == (adas, "Ada")


async def test_whoever_sets_a_mode_is_named_however_long_it_takes(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, act: Act, ada: User
) -> None:
    adas, mode = Context(user_id=ada.id), "select.front_door_mode"
    call = act("select", "select_option", mode, adas, option="passage")
    command = await connected.event()
    await wait(hass, freezer, 20)
    await connected.change_device(1, FRONT_OBJECT, lock_mode="passage")
    assert entity(hass, mode).context is adas
    await connected.ok(command)
    await call


@pytest.mark.parametrize(
    ("service", "data", "steps"),
    [
        ("turn_off", {}, [{"switch_state": "off"}]),
        ("turn_on", {"brightness_pct": 40}, [{"level": 40}]),
        ("turn_on", {"rgb_color": [1, 2, 3]}, [{"color": {"r": 1, "g": 2, "b": 3}}]),
        ("turn_on", {"color_temp_kelvin": 2700}, [{"color_temperature": 2700}]),
    ],
)
async def test_whoever_changes_a_light_is_named_however_long_it_takes(
    everything_on: None,
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    act: Act,
    ada: User,
    service: str,
    data: dict[str, Any],
    steps: list[dict[str, Any]],
) -> None:
    adas, lamp = Context(user_id=ada.id), "light.hall_lamp"
    call = act("light", service, lamp, adas, **data)
    command = await connected.event()
    await wait(hass, freezer, 20)
    for seq, step in enumerate(steps):
        await connected.change_device(seq + 1, LAMP_OBJECT, **step)
        assert entity(hass, lamp).context is adas
    await connected.ok(command)
    await call


# Who asks the gateway itself


async def test_whoever_asks_on_the_gateways_page_or_its_api_is_named(
    hass: HomeAssistant, connected: FakeGateway, ada: User
) -> None:
    asked, moving, moved, by_api = fixtures("updates-commands")
    for message in (asked, moving):
        await connected.call(message)
    assert (state_of(hass, LOCK), entity(hass, LOCK).context.user_id) == ("unlocking", ada.id)
    await connected.call(moved)
    assert (entity(hass, LOCK).context.user_id, entity(hass, LOCK).attributes["changed_by"]) == (ada.id, "Ada")
    await connected.call(by_api)
    assert entity(hass, LOCK).context.user_id is None
    assert entity(hass, LOCK).attributes["changed_by"] == "U-tec Gateway"
    # By hand, a moment later: the commands are over and done with.
    for seq, lock_state in ((5, "unlocked"), (6, "locked")):
        await connected.change_device(seq, FRONT_OBJECT, lock_state=lock_state)
        assert "changed_by" not in entity(hass, LOCK).attributes


async def test_whoever_asked_is_named_also_by_what_a_snapshot_shows(
    hass: HomeAssistant, connected: FakeGateway, ada: User
) -> None:
    command = fixture("updates-commands", 2)["set"]["commands"][0]
    first = {**fixture("snapshot", 0), "commands": [command], "snapshot_id": "2", "parts": 1}
    await connected.call({**first, "devices": [{**FRONT_OBJECT, "lock_state": "unlocked"}]})
    assert (entity(hass, LOCK).context.user_id, entity(hass, LOCK).attributes["changed_by"]) == (ada.id, "Ada")


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "refused"},
        {"outcome": "superseded"},
        {"name": "dance"},
        {"name": "set_level", "args": {}},
        {"origin": "page"},
        {"ended_at": "now"},
    ],
)
async def test_a_command_that_did_nothing_or_cannot_be_read_names_nobody_and_costs_nothing(
    hass: HomeAssistant, connected: FakeGateway, changed: dict[str, Any]
) -> None:
    message = fixture("updates-commands", 2)
    message["set"]["commands"][0].update(changed)
    await connected.call({**message, "seq": 1})
    assert state_of(hass, LOCK) == "unlocked"
    assert "changed_by" not in entity(hass, LOCK).attributes


async def test_a_command_of_the_page_that_is_never_heard_of_again_names_nobody_after_a_while(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.call(fixture("updates-commands", 0))
    for _ in range(10):
        await wait(hass, freezer, 30)
        await connected.call(fixture("alive"))
    await connected.change_device(2, FRONT_OBJECT, lock_state="unlocked")
    assert "changed_by" not in entity(hass, LOCK).attributes
