"""The diagnostics of one device: only what concerns it, and nothing that names somebody."""

import json
from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_device
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.utec_gateway.const import CONF_FORMER_GATEWAY_ID, DOMAIN
from custom_components.utec_gateway.diagnostics import async_get_device_diagnostics

from .gateway import BACK, CABIN, FRONT, GATEWAY, HOME, FakeGateway, fixture

LINK = {"connected": True, "session_open": True, "commands_under_way": 0}


@pytest.fixture
def shown(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> Any:
    """Download the file of a device."""

    async def download(thing_id: str) -> Any:
        device = device_registry.async_get_device_by_identifier((DOMAIN, thing_id), loaded.entry_id)
        assert device is not None
        file = await get_diagnostics_for_device(hass, hass_client, loaded, device)
        text = json.dumps(file).lower()
        for hidden in (GATEWAY, HOME, CABIN, FRONT, BACK, "SN-0001", "client-1", "user-1", "example.org"):
            assert hidden.lower() not in text
        return file

    return download


async def test_of_a_lock_it_is_the_lock_and_how_its_account_is(shown: Any) -> None:
    file = await shown(FRONT)
    assert set(file) == {
        *("entry", "integration_version", "gateway_version", "link", "malformed"),
        *("device", "not_understood", "account", "cloud"),
    }
    assert file["link"] == LINK
    assert (file["device"]["id"], file["device"]["name"]) == ("device 1", "Front door")
    assert file["device"]["serial"] == "**REDACTED**"
    assert file["account"] == {"id": "account 1", "status": "fresh", "reason": None}
    assert file["cloud"]["online"] is True
    assert file["not_understood"] is None


async def test_of_an_account_it_is_the_account_its_cloud_and_what_it_serves(shown: Any) -> None:
    file = await shown(HOME)
    assert (file["account"]["id"], file["account"]["name"]) == ("account 1", "Home")
    assert file["account"]["client_id"] == "**REDACTED**"
    assert file["cloud"]["devices_known"] is True
    assert file["devices"] == [f"device {number}" for number in range(1, 6)]
    assert (await shown(CABIN))["devices"] == []


async def test_of_the_gateway_it_is_the_gateway(shown: Any) -> None:
    file = await shown(GATEWAY)
    assert file["gateway"]["id"] == "gateway"
    assert "account" not in file


async def test_what_cannot_be_read_of_the_device_is_named_with_it(shown: Any, connected: FakeGateway) -> None:
    await connected.change_device(1, {"id": FRONT, "name": 7})
    assert [it["id"] for it in (await shown(FRONT))["malformed"]] == ["device 1"]
    assert (await shown(BACK))["malformed"] == []


async def test_a_lock_whose_account_is_not_shown_or_that_is_not_listed_yet_has_what_is_known(
    shown: Any, connected: FakeGateway
) -> None:
    first = fixture("snapshot", 0)
    await connected.change_device(1, first["devices"][0], account_id="an-account-before")
    file = await shown(FRONT)
    assert (file["device"]["account_id"], file["account"], file["cloud"]) == ("account 3", None, None)
    clouds = {HOME: {"online": None, "devices_known": False}}
    empty = {**first, "snapshot_id": "empty", "parts": 1, "seq": 1, "devices": [], "accounts": first["accounts"][:1]}
    await connected.call({**empty, "gateway": {**first["gateway"], "clouds": clouds}})
    assert (await shown(FRONT))["device"] is None


async def test_without_the_gateway_it_says_how_the_entry_is(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, FRONT), loaded.entry_id)
    assert device is not None
    former = {**loaded.data, CONF_FORMER_GATEWAY_ID: "a-gateway-before"}
    hass.config_entries.async_update_entry(loaded, data=former)
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    assert await async_get_device_diagnostics(hass, loaded, device) == {
        "entry": {
            "state": "not_loaded",
            "disabled_by": "user",
            "data": {"gateway_id": "gateway", "former_gateway_id": "former gateway"},
        }
    }
