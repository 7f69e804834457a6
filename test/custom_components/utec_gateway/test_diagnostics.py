"""The diagnostics: what helps with a problem report, and names nobody."""

import json

import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .gateway import (
    BACK,
    CABIN,
    FRONT,
    GATEWAY,
    GATEWAY_VERSION,
    HOME,
    INTEGRATION_VERSION,
    LAMP,
    PLUG,
    TOASTER,
    FakeGateway,
    fixture,
)


async def test_diagnostics_show_the_picture_without_what_names_a_person_or_a_thing(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert (shown["gateway_version"], shown["integration_version"]) == (GATEWAY_VERSION, INTEGRATION_VERSION)
    assert shown["link"] == {"connected": True, "session_open": True, "commands_under_way": 0}
    accounts, devices = shown["picture"]["accounts"], shown["picture"]["devices"]
    assert accounts[0]["status"] == "fresh"
    assert devices[0]["handle_type"] == "utec-lock"
    assert devices[0]["freshness"] == "fresh"
    assert devices[0]["said_at"]["lock_state"] == devices[0]["confirmed_at"]
    text = json.dumps(shown)
    for hidden in ("SN-0001", "SN-0006", "client-1", "client-2", "user-1", "example.org"):
        assert hidden not in text


async def test_diagnostics_hold_no_code_with_which_others_could_end_a_sign_in(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    code = {"user_code": "USER-CODE", "verification_uri": "https://cloud.example/activate", "expires_at": 1}
    account = fixture("snapshot", 0)["accounts"][0]
    await connected.change_account(1, account, device_code=code)
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert shown["picture"]["accounts"][0]["device_code"] == "**REDACTED**"


async def test_ids_are_replaced_everywhere_and_by_the_same_word_for_the_same_thing(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    error = {"class": "x", "code": "x", "message": f"{FRONT.lower()} of {HOME} and ada@example.org failed.", "at": 0}
    home, cabin = fixture("snapshot", 0)["accounts"]
    await connected.change_account(1, home, last_error=error)
    await connected.change_account(2, cabin, id="x", name="x-ray")
    await connected.change_device(3, {"id": "11:22:33:44:55:66", "name": 7})
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    text = json.dumps(shown).lower()
    for hidden in (GATEWAY, HOME, CABIN, FRONT, BACK, PLUG, LAMP, TOASTER, "11:22:33:44:55:66", "ada@"):
        assert hidden.lower() not in text
    assert shown["entry"]["data"] == {"gateway_id": "gateway"}
    accounts, devices = shown["picture"]["accounts"], shown["picture"]["devices"]
    assert shown["picture"]["gateway"]["id"] == "gateway"
    assert set(shown["picture"]["gateway"]["clouds"]) == {"account 1", "account 2"}
    assert [(it["id"], it["name"]) for it in accounts] == [
        ("account 1", "Home"),
        ("account 2", "Cabin"),
        ("account 3", "x-ray"),
    ]
    assert [it["id"] for it in devices] == [f"device {number}" for number in range(1, 6)]
    assert {it["account_id"] for it in devices} == {"account 1"}
    assert accounts[0]["last_error"]["message"] == "device 1 of account 1 and **REDACTED** failed."
    assert shown["malformed"][0]["id"] == "device 6"
    assert shown["not_understood"][0]["id"] == "device 5"


async def test_ids_of_accounts_that_are_named_and_not_shown_are_replaced_too(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    first = fixture("snapshot", 0)
    clouds = {"an-account-that-left": {"online": True, "devices_known": True}}
    await connected.change_device(1, first["devices"][0], account_id="an-account-before")
    await connected.call(
        {**fixture("updates", 0), "seq": 2, "set": {"gateway": {**first["gateway"], "clouds": clouds}}}
    )
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert set(shown["picture"]["gateway"]["clouds"]) == {"account 3"}
    assert shown["picture"]["devices"][0]["account_id"] == "account 4"


@pytest.mark.parametrize("why", ["disabled", "not loaded"])
async def test_diagnostics_of_an_entry_that_does_not_run_say_so(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    why: str,
) -> None:
    if why == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_unload(loaded.entry_id)
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert shown == {
        "entry": {
            "state": "not_loaded",
            "disabled_by": "user" if why == "disabled" else None,
            "data": {"gateway_id": "gateway"},
        }
    }


async def test_diagnostics_name_what_has_no_entity_and_what_a_later_gateway_says(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    toaster = {
        "id": "device 5",
        "category": "SmartToaster",
        "handle_type": "utec-toaster",
        "capabilities": ["st.toast"],
        "words": {},
    }
    assert (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["not_understood"] == [toaster]
    await connected.call(fixture("update-unknown"))
    front, _ = (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["not_understood"]
    assert front["id"] == "device 1"
    assert front["words"] == {
        "lock_state": "half_locked",
        "lock_mode": "holiday",
        "door_state": "ajar",
        "switch_state": "dim",
        "freshness": "mouldy",
        "trouble": "haunted",
    }


async def test_diagnostics_work_before_the_gateway_has_come(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, loaded: MockConfigEntry
) -> None:
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert shown["picture"] is shown["not_understood"] is shown["gateway_version"] is None
    assert shown["link"]["connected"] is False
