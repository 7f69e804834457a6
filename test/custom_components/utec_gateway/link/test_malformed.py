"""An object that cannot be read costs that object: it stays as it was, and is said once."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.registry.issue_ids import account_issue_id

from ..conftest import Dial
from ..gateway import BACK, CABIN, FRONT, GATEWAY, HOME, FakeGateway, fixture
from ..house import state_of

LOCK, TROUBLE = "lock.front_door", "sensor.front_door_trouble"
FIRST, SECOND, THIRD = (fixture("snapshot", index) for index in range(3))
FRONT_OBJECT = FIRST["devices"][0]
BAD_DEVICES = [
    {"battery_percent": "full"},
    {"name": 7},
    {"lock_state": "unlocked", "online": "yes"},
    {"level_range": {"min": 1}},
    {"color": [1, 2, 3]},
    {"confirmed_at": 1e30},
]
BAD_ACCOUNTS = [{"expires_at": "soon"}, {"name": None}, {"generation": -1}, {"incident": {"number": "1"}}]


async def resend(gateway: FakeGateway, **first: Any) -> None:
    """Send a snapshot whose first part is another one."""
    for part in ({**FIRST, **first}, SECOND, THIRD):
        await gateway.call({**part, "snapshot_id": "2"})


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the integration has warned of objects."""
    return [it.message for it in caplog.records if "cannot be read" in it.message]


@pytest.mark.parametrize("bad", BAD_DEVICES)
async def test_a_device_of_a_snapshot_that_cannot_be_read_stays_as_it_was_and_the_others_are_shown(
    hass: HomeAssistant, connected: FakeGateway, caplog: pytest.LogCaptureFixture, bad: dict[str, Any]
) -> None:
    for _ in range(2):
        await resend(connected, devices=[{**FRONT_OBJECT, **bad}, {**FRONT_OBJECT, "id": "shed", "name": "Shed"}])
        assert (state_of(hass, LOCK), state_of(hass, TROUBLE)) == ("locked", "not_reported")
        assert state_of(hass, "lock.shed") == "locked"
    assert len(warnings(caplog)) == 1
    await resend(connected)
    assert state_of(hass, TROUBLE) == "none"
    assert hass.states.get("lock.shed") is None


@pytest.mark.parametrize("bad", BAD_ACCOUNTS)
async def test_an_account_that_cannot_be_read_stays_as_it_was_with_its_devices_and_its_repair(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry, bad: dict[str, Any]
) -> None:
    home, cabin = FIRST["accounts"]
    await resend(connected, accounts=[{**home, **bad}, {**cabin, **bad}])
    assert state_of(hass, "sensor.home_token_status") == "fresh"
    assert state_of(hass, LOCK) == "locked"
    assert issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, 1)) is not None
    assert (await connected.call(fixture("hello")))["generations"] == {HOME: 3}


@pytest.mark.parametrize("bad", [{"clouds": []}, {"clouds": {HOME: {"online": "yes"}}}, {"version": None}, {"id": 7}])
async def test_a_gateway_that_cannot_be_read_stays_as_it_was(
    hass: HomeAssistant, connected: FakeGateway, bad: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    about = {**FIRST["gateway"], **bad}
    for part in (FIRST, SECOND, THIRD):
        await connected.call({**part, "gateway": about, "snapshot_id": "2"})
    assert state_of(hass, "binary_sensor.home_cloud_connection") == "on"
    assert state_of(hass, LOCK) == "locked"
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("unnamed", [{"id": None}, {"id": 7}, None])
async def test_what_has_not_even_an_id_may_be_any_so_nothing_is_removed(
    hass: HomeAssistant, connected: FakeGateway, unnamed: dict[str, Any] | None
) -> None:
    await resend(connected, devices=[unnamed and {**FRONT_OBJECT, **unnamed}], accounts=[unnamed])
    assert state_of(hass, LOCK) == "locked"
    assert state_of(hass, "sensor.cabin_token_status") == "sign_in_needed"
    # But what is said to be removed is.
    await connected.call({**fixture("updates", 4), "seq": 1})
    assert hass.states.get("lock.back_door") is hass.states.get("sensor.cabin_token_status") is None
    assert state_of(hass, LOCK) == "locked"


async def test_after_a_restart_of_home_assistant_it_waits_in_the_registries_until_it_can_be_read(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    dial: Dial,
    device_registry: dr.DeviceRegistry,
    issue_registry: ir.IssueRegistry,
) -> None:
    await hass.config_entries.async_reload(loaded.entry_id)
    newer = await dial()
    await newer.listen()
    home, cabin = FIRST["accounts"]
    about = {**FIRST["gateway"], "version": 7}
    for part in (FIRST, SECOND, THIRD):
        devices = [{**it, "name": 7} if it["id"] == FRONT else it for it in part["devices"]]
        accounts = [{**it, "name": 7} for it in part["accounts"]]
        await newer.call({**part, "gateway": about, "devices": devices, "accounts": accounts})
    for thing_id in (GATEWAY, HOME, CABIN, FRONT, BACK):
        assert device_registry.async_get_device_by_identifier((DOMAIN, thing_id), loaded.entry_id) is not None
    assert state_of(hass, LOCK) == "unavailable"
    assert issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, 1)) is not None
    await newer.change_device(1, FRONT_OBJECT)
    await newer.change_account(2, home)
    await newer.change_account(3, cabin)
    assert state_of(hass, LOCK) == "locked"


async def test_in_an_update_it_costs_that_object_too_and_is_in_the_diagnostics_as_long_as_it_lasts(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def malformed() -> Any:
        return (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["malformed"]

    home = FIRST["accounts"][0]
    about = {**FIRST["gateway"], "version": 7}
    changed = {"gateway": about, "accounts": [{**home, "status": "due"}], "devices": [{**FRONT_OBJECT, "name": 7}]}
    for seq in (1, 2):
        await connected.call({**fixture("updates", 0), "seq": seq, "set": changed})
    assert state_of(hass, "sensor.home_token_status") == "due"
    assert (state_of(hass, LOCK), state_of(hass, TROUBLE)) == ("locked", "not_reported")
    assert [(it["kind"], it["error"]) for it in await malformed()] == [
        ("gateway", "expected str at 'version'"),
        ("device", "expected str at 'name'"),
    ]
    assert len(warnings(caplog)) == 2
    await connected.change_device(3, FRONT_OBJECT)
    await connected.call({**fixture("updates", 0), "seq": 4, "set": {"gateway": FIRST["gateway"]}})
    assert await malformed() == []
    assert state_of(hass, TROUBLE) == "none"
