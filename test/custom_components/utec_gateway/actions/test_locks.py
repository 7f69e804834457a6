"""Which locks an action means, and their mode."""

from typing import Any

import pytest

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import BACK, FRONT, HOME, PLUG, FakeGateway, as_in_contract, fixture
from ..house import entity, state_of
from .conftest import BACK_OBJECT, FRONT_OBJECT, Run, error_of
from .test_accounts import device_of

FRONT_LOCK, BACK_LOCK = "lock.front_door", "lock.back_door"


async def devices_set(gateway: FakeGateway, number: int) -> list[str]:
    """Confirm the modes that have been asked for; returns the ids of the locks."""
    commands = [await gateway.event() for _ in range(number)]
    assert await gateway.events() == []
    assert {(it["name"], it["args"]["mode"]) for it in commands} == {("set_mode", "passage")}
    for it in commands:
        await gateway.ok(it)
    return sorted(it["target"]["device_id"] for it in commands)


async def test_a_mode_is_the_contracts_command_and_the_change_is_the_callers(
    hass: HomeAssistant, connected: FakeGateway, ada: User
) -> None:
    context, data = Context(user_id=ada.id), {"entity_id": FRONT_LOCK, "mode": "passage"}
    call = hass.async_create_task(hass.services.async_call(DOMAIN, "set_lock_mode", data, True, context))
    command = await connected.event()
    assert as_in_contract(command, "command-set-mode")
    await connected.change_device(1, FRONT_OBJECT, lock_mode="passage")
    await connected.ok(command)
    await call
    assert state_of(hass, "select.front_door_mode") == "passage"
    assert entity(hass, "select.front_door_mode").context is context


async def test_all_that_a_target_can_be_leads_to_the_locks(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    area = ar.async_get(hass).async_create("Shop")
    label = lr.async_get(hass).async_create("Outside")
    devices = dr.async_get(hass)
    devices.async_update_device(device_of(hass, FRONT), area_id=area.id, labels={label.label_id})
    devices.async_update_device(device_of(hass, PLUG), area_id=area.id, labels={label.label_id})
    er.async_get(hass).async_update_entity(BACK_LOCK, labels={label.label_id})
    hass.states.async_set("light.shop", "on")
    assert await async_setup_component(hass, "group", {"group": {"doors": {"entities": [FRONT_LOCK, BACK_LOCK]}}})
    targets: list[tuple[dict[str, Any], list[str]]] = [
        ({"entity_id": [FRONT_LOCK, BACK_LOCK]}, [FRONT, BACK]),
        ({"entity_id": "select.front_door_mode"}, [FRONT]),
        ({"entity_id": "group.doors"}, [FRONT, BACK]),
        ({"entity_id": "all"}, [FRONT, BACK]),
        ({"device_id": device_of(hass, BACK)}, [BACK]),
        ({"device_id": device_of(hass, FRONT), "entity_id": FRONT_LOCK}, [FRONT]),
        ({"area_id": area.id}, [FRONT]),
        ({"label_id": label.label_id}, [FRONT, BACK]),
    ]
    for target, found in targets:
        call = run("set_lock_mode", **target, mode="passage")
        assert await devices_set(connected, len(found)) == found, target
        await call


@pytest.mark.parametrize(
    "entity_id", ["lock.misspelt", "light.of_another", "switch.lamp_plug", "button.home_refresh_token_now"]
)
async def test_what_is_named_and_is_no_lock_is_an_error_and_no_lock_is_set(
    hass: HomeAssistant, connected: FakeGateway, run: Run, entity_id: str, everything_on: None
) -> None:
    er.async_get(hass).async_get_or_create("light", "other", "1", suggested_object_id="of_another")
    call = run("set_lock_mode", entity_id=[FRONT_LOCK, entity_id], mode="passage")
    assert "is not a lock of U-tec Gateway" in await error_of(call, ServiceValidationError)
    assert await connected.events() == []


@pytest.mark.parametrize("thing_id", [HOME, PLUG])
async def test_a_device_that_is_named_and_is_no_lock_is_an_error(
    hass: HomeAssistant, connected: FakeGateway, run: Run, thing_id: str
) -> None:
    call = run("set_lock_mode", device_id=[device_of(hass, FRONT), device_of(hass, thing_id)], mode="passage")
    assert "is not a lock of U-tec Gateway" in await error_of(call, ServiceValidationError)
    assert await connected.events() == []


async def test_a_target_without_locks_is_an_error(hass: HomeAssistant, connected: FakeGateway, run: Run) -> None:
    area = ar.async_get(hass).async_create("Attic")
    for target in ({"area_id": area.id}, {"area_id": "misspelt"}, {"entity_id": "none"}):
        error = await error_of(run("set_lock_mode", **target, mode="passage"), ServiceValidationError)
        assert error == "There is no lock of U-tec Gateway in what was chosen."


async def test_a_lock_that_the_gateway_does_not_show_is_named(
    hass: HomeAssistant, connected: FakeGateway, run: Run, loaded: MockConfigEntry
) -> None:
    gate = dr.async_get(hass).async_get_or_create(
        config_entry_id=loaded.entry_id, identifiers={(DOMAIN, "gate")}, name="Gate"
    )
    lock = er.async_get(hass).async_get_or_create(
        "lock", DOMAIN, "gate_lock", device_id=gate.id, config_entry=loaded, suggested_object_id="gate"
    )
    for target in ({"entity_id": lock.entity_id}, {"device_id": gate.id}):
        error = await error_of(run("set_lock_mode", **target, mode="passage"), ServiceValidationError)
        assert error == "The gateway no longer knows Gate."


async def test_a_lock_without_modes_is_named_and_none_is_set(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    shed = fixture("updates", 3)["set"]["devices"][0]
    await connected.call({**fixture("updates", 0), "seq": 1, "set": {"devices": [{**shed, "lock_mode": None}]}})
    await hass.async_block_till_done()
    assert "select.shed_mode" not in hass.states.async_entity_ids()
    call = run("set_lock_mode", entity_id=[FRONT_LOCK, f"lock.{shed['name'].lower()}"], mode="passage")
    assert await error_of(call, ServiceValidationError) == f"{shed['name']} has no modes that can be set."
    assert await connected.events() == []


async def test_a_mode_that_is_not_known_for_a_while_can_be_set(connected: FakeGateway, run: Run) -> None:
    await connected.change_device(1, FRONT_OBJECT, lock_mode=None)
    call = run("set_lock_mode", entity_id=FRONT_LOCK, mode="passage")
    assert await devices_set(connected, 1) == [FRONT]
    await call


async def test_a_lock_that_is_unavailable_is_asked_all_the_same_and_says_why(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    await connected.change_device(1, FRONT_OBJECT, available=False, trouble="offline")
    assert state_of(hass, FRONT_LOCK) == "unavailable"
    call = run("set_lock_mode", entity_id=FRONT_LOCK, mode="passage")
    await connected.fail(await connected.event(), code="device_offline")
    assert "Front door is offline" in await error_of(call)


async def test_only_modes_that_there_are_can_be_asked_for(connected: FakeGateway, run: Run) -> None:
    for mode in ("open", None):
        with pytest.raises(Exception, match="mode"):
            await run("set_lock_mode", entity_id=FRONT_LOCK, mode=mode)
    assert await connected.events() == []


@pytest.mark.parametrize(("mode", "is_error"), [("passage", False), ("always_locked", True)])
async def test_a_superseded_mode_is_an_error_unless_it_is_the_wanted_one(
    connected: FakeGateway, run: Run, mode: str, is_error: bool
) -> None:
    call = run("set_lock_mode", entity_id=BACK_LOCK, mode="passage")
    command = await connected.event()
    await connected.change_device(1, BACK_OBJECT, lock_mode=mode)
    await connected.fail(command, code="command_superseded")
    if is_error:
        assert "newer command" in await error_of(call)
    else:
        assert await call is None
