"""Pictures as no good gateway sends them: one clear line in the log at most, and no guess on any entity."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.coordinator import MOST_WORDS_SAID

from ..gateway import CABIN, FRONT, HOME, FakeGateway, Message, fixture, fixtures
from ..house import state_of

FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]
OWN_LOG = "custom_components.utec_gateway"


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the integration has complained of."""
    return [it.getMessage() for it in caplog.records if it.name.startswith(OWN_LOG) and it.levelname != "INFO"]


async def test_a_word_of_a_later_gateway_is_unknown_and_said_once(
    hass: HomeAssistant, connected: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    caplog.set_level("INFO")
    await connected.change_device(1, FRONT_OBJECT, lock_state="ajar")
    await connected.change_device(2, FRONT_OBJECT, lock_state="ajar", battery_percent=50)
    await connected.change_account(3, HOME_OBJECT, status="meditating")
    assert state_of(hass, "lock.front_door") == "unknown"
    assert state_of(hass, "sensor.home_token_status") == "unknown"
    assert state_of(hass, "binary_sensor.home_token_problem") == "unknown"
    first, second = said(caplog)
    assert "(lock_state: ajar)" in first
    assert "(status: meditating)" in second


async def test_words_without_end_do_not_fill_the_log(connected: FakeGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    caplog.set_level("INFO")
    for seq in range(1, 2 * MOST_WORDS_SAID):
        await connected.change_device(seq, FRONT_OBJECT, lock_state=f"{seq}{'x' * 500}")
    assert len(said(caplog)) == MOST_WORDS_SAID
    assert max(map(len, said(caplog))) < 200


@pytest.mark.parametrize("name", ["", " ", None, 7, {"en": "Door"}])
async def test_a_device_without_a_name_hurts_nobody(
    hass: HomeAssistant, connected: FakeGateway, caplog: pytest.LogCaptureFixture, name: Any
) -> None:
    caplog.clear()
    caplog.set_level("INFO")
    await connected.change_device(1, FRONT_OBJECT, name=name, lock_state="unlocked")
    await hass.async_block_till_done()
    assert state_of(hass, "lock.back_door") != "unknown"
    assert len(said(caplog)) <= 1
    assert "Traceback" not in caplog.text


async def test_one_id_in_two_accounts_is_one_device_and_an_id_of_both_kinds_is_no_error(
    hass: HomeAssistant,
    gateway: FakeGateway,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await gateway.listen()
    caplog.set_level("INFO")
    part: Message = {**fixture("snapshot", 0), "part": 1, "parts": 1}
    twins = [FRONT_OBJECT, {**FRONT_OBJECT, "account_id": CABIN}, {**FRONT_OBJECT, "id": HOME, "name": "Twin"}]
    await gateway.call({**part, "devices": twins})
    await hass.async_block_till_done()
    registered = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    assert sorted(next(iter(it.identifiers))[1] for it in registered).count(FRONT) == 1
    assert state_of(hass, "lock.front_door") == "locked"
    assert "Traceback" not in caplog.text
    assert "does not generate unique IDs" not in caplog.text
    assert len([it for it in said(caplog) if "its id is that of an account" in it]) == 1


async def test_five_megabytes_of_snapshot_are_taken_in_parts(hass: HomeAssistant, gateway: FakeGateway) -> None:
    await gateway.listen()
    whole = fixtures("snapshot")[0]
    parts = 25
    for number in range(1, parts + 1):
        shed = {**FRONT_OBJECT, "id": f"AA:00:{number}", "name": f"Shed {number}", "hint": "x" * 200_000}
        await gateway.call({**whole, "part": number, "parts": parts, "devices": [shed]})
    await hass.async_block_till_done()
    assert [state_of(hass, f"lock.shed_{number}") for number in (1, parts)] == ["locked", "locked"]


async def test_times_of_a_clock_that_is_wrong_are_shown_as_told_and_break_nothing(
    hass: HomeAssistant, connected: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    caplog.set_level("INFO")
    year_2106, year_1970 = 4_300_000_000_000, 60_000
    await connected.change_device(1, FRONT_OBJECT, confirmed_at=year_1970, freshness="stale")
    await connected.change_account(2, HOME_OBJECT, expires_at=year_2106, next_refresh_at=year_1970)
    assert state_of(hass, "lock.front_door") == "locked"
    assert state_of(hass, "sensor.home_token_expires").startswith("2106-")
    assert said(caplog) == []
