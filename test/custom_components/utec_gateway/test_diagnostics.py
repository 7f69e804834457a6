"""The diagnostics: what helps with a problem report, and names nobody."""

import json

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .gateway import FRONT, GATEWAY_VERSION, INTEGRATION_VERSION, TOASTER, FakeGateway, fixture


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


async def test_diagnostics_name_what_has_no_entity_and_what_a_later_gateway_says(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    toaster = {
        "id": TOASTER,
        "category": "SmartToaster",
        "handle_type": "utec-toaster",
        "capabilities": ["st.toast"],
        "words": {},
    }
    assert (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["not_understood"] == [toaster]
    await connected.call(fixture("update-unknown"))
    front, _ = (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["not_understood"]
    assert front["id"] == FRONT
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
