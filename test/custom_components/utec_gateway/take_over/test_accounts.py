"""The accounts, whose ids each gateway makes anew, are known again when another gateway takes over."""

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.const import DOMAIN

from ..conftest import Dial
from ..gateway import CABIN, FRONT, HOME, FakeGateway, fixture
from ..house import state_of
from .other_gateway import ACCOUNT, LOCK, REINSTALLED, SAME, answer, connect, offer, registered, repair


@pytest.mark.parametrize(
    ("offered", "ids"),
    [
        pytest.param([{"id": HOME, "name": "Anything"}], {HOME: HOME}, id="the id of a restored gateway"),
        pytest.param([{"id": "x", "name": "Cabin"}, {"id": "y", "name": "Z"}], {CABIN: "x", HOME: "y"}, id="the name"),
        pytest.param([{"id": "y", "name": "Z"}], {HOME: "y"}, id="the devices"),
    ],
)
async def test_accounts_are_known_again_by(
    hass: HomeAssistant,
    away: FakeGateway,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    offered: list[dict[str, str]],
    ids: dict[str, str],
) -> None:
    devices = {old: device_registry.async_get_device_by_identifier((DOMAIN, old), loaded.entry_id) for old in ids}
    accounts = [{**it, "devices_known": True} for it in offered]
    serving = accounts[-1]["id"]
    await offer(
        away, {**SAME, "accounts": accounts, "devices": [{**it, "account_id": serving} for it in SAME["devices"]]}
    )
    await answer(hass, await repair(hass))
    for old, new in ids.items():
        device = devices[old]
        assert device is not None
        now = device_registry.async_get(device.id)
        assert now is not None
        assert now.identifiers == {(DOMAIN, new)}


async def test_a_lock_of_an_account_that_goes_stays_where_another_account_has_it(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> None:
    await connected.change_device(1, fixture("snapshot", 1)["devices"][0], account_id=CABIN)
    before = {key: it for key, it in registered(hass, loaded).items() if "cabin" not in key}
    other = await dial()
    changes = async_capture_events(hass, "entity_registry_updated")
    await offer(other)
    await answer(hass, await repair(hass))
    await connect(other)
    assert registered(hass, loaded) == before
    removed = {it.data["entity_id"] for it in changes if it.data["action"] == "remove"}
    assert removed.isdisjoint(before)


async def test_a_lock_that_has_lost_its_account_is_compared_as_the_others_are(
    away: FakeGateway, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    lock = device_registry.async_get_device_by_identifier((DOMAIN, FRONT), loaded.entry_id)
    assert lock is not None
    device_registry.async_update_device(lock.id, via_device_id=None)
    assert (await offer(away))["verdict"] == "same"
    without = {**SAME, "devices": [it for it in SAME["devices"] if it["id"] != FRONT]}
    assert (await offer(away, without))["missing"] == ["Front door"]


async def test_what_the_other_gateway_left_here_at_an_earlier_time_is_in_nobodys_way(
    hass: HomeAssistant,
    away: FakeGateway,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    device_registry.async_get_or_create(
        config_entry_id=loaded.entry_id, identifiers={(DOMAIN, REINSTALLED)}, entry_type=dr.DeviceEntryType.SERVICE
    )
    left = entity_registry.async_get_or_create("button", DOMAIN, f"{ACCOUNT}_refresh", config_entry=loaded)
    await offer(away)
    assert (await answer(hass, await repair(hass)))["type"] is FlowResultType.CREATE_ENTRY
    assert entity_registry.async_get_entity_id("button", DOMAIN, f"{ACCOUNT}_refresh") == left.entity_id
    await connect(away)
    assert state_of(hass, LOCK) == "locked"
