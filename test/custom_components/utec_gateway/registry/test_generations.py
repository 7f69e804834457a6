"""What Home Assistant remembers of the accounts' tokens, for a gateway that was restored from an older copy."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..conftest import Dial
from ..gateway import CABIN, HOME, INTEGRATION_VERSION, FakeGateway, fixture
from ..house import wait

ACCOUNT = fixture("snapshot", 0)["accounts"][0]
GRANTED = ACCOUNT["last_success_at"]


async def remembered(gateway: FakeGateway) -> tuple[Any, Any]:
    """What the answer to `hello` tells."""
    answer = await gateway.call(fixture("hello"))
    return answer["generations"], answer["last_success_at"]


def stored(hass_storage: dict[str, Any], entry: MockConfigEntry) -> Any:
    """What lies on the disk."""
    return hass_storage.get(f"{DOMAIN}.generations.{entry.entry_id}", {}).get("data")


async def test_a_gateway_is_told_what_it_told_before(gateway: FakeGateway) -> None:
    assert await remembered(gateway) == ({}, {})
    await gateway.connect()
    assert await gateway.call(fixture("hello")) == {
        **fixture("hello-result"),
        "integration_version": INTEGRATION_VERSION,
    }


async def test_the_highest_generation_counts_whatever_comes_later(connected: FakeGateway) -> None:
    await connected.change_account(1, ACCOUNT, generation=9, last_success_at=GRANTED + 5)
    await connected.change_account(2, ACCOUNT, generation=4, last_success_at=GRANTED + 9)
    assert await remembered(connected) == ({HOME: 9}, {HOME: GRANTED + 5})


async def test_a_restored_gateway_does_not_lower_it_and_its_new_sign_in_goes_on_from_there(
    connected: FakeGateway, dial: Dial
) -> None:
    await connected.change_account(1, ACCOUNT, generation=9)
    restored = await dial()
    await restored.connect()
    assert (await remembered(restored))[0] == {HOME: 9}
    await restored.change_account(1, ACCOUNT, generation=10, last_success_at=None)
    assert await remembered(restored) == ({HOME: 10}, {})


async def test_it_outlives_a_restart_and_is_written_once_for_many_changes(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    connected: FakeGateway,
    loaded: MockConfigEntry,
    dial: Dial,
) -> None:
    for seq in (1, 2, 3):
        await connected.change_account(seq, ACCOUNT, generation=3 + seq, last_success_at=GRANTED + seq)
    assert stored(hass_storage, loaded) is None
    await wait(hass, freezer, 31)
    await hass.async_block_till_done()
    assert stored(hass_storage, loaded) == {HOME: {"generation": 6, "last_success_at": GRANTED + 3}}

    await connected.change_account(4, ACCOUNT, generation=7)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert stored(hass_storage, loaded)[HOME]["generation"] == 7
    assert (await remembered(await dial()))[0] == {HOME: 7}


async def test_an_update_that_tells_of_no_newer_token_writes_nothing(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    await wait(hass, freezer, 31)
    await hass.async_block_till_done()
    assert hass_storage.pop(f"{DOMAIN}.generations.{loaded.entry_id}")["data"]
    await connected.update(0)
    await connected.change_account(2, ACCOUNT, status="due")
    await wait(hass, freezer, 31)
    await hass.config_entries.async_unload(loaded.entry_id)
    assert stored(hass_storage, loaded) is None


async def test_an_account_that_is_removed_is_forgotten(connected: FakeGateway) -> None:
    cabin = {**ACCOUNT, "id": CABIN, "generation": 5}
    await connected.change_account(1, cabin)
    assert (await remembered(connected))[0] == {HOME: 3, CABIN: 5}
    await connected.call({**fixture("updates", 0), "seq": 2, "set": {}, "removed": {"accounts": [CABIN]}})
    assert (await remembered(connected))[0] == {HOME: 3}
    part = fixture("snapshot", 0)
    await connected.call({**part, "snapshot_id": "2", "part": 1, "parts": 1, "seq": 2, "accounts": []})
    assert await remembered(connected) == ({}, {})


async def test_unloading_before_anything_was_told_writes_nothing(
    hass: HomeAssistant, hass_storage: dict[str, Any], loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    assert stored(hass_storage, loaded) is None


async def test_removing_the_entry_forgets_everything(
    hass: HomeAssistant, hass_storage: dict[str, Any], connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    assert stored(hass_storage, loaded)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert stored(hass_storage, loaded) is None


@pytest.mark.parametrize(
    "damaged",
    [
        ["home"],
        {HOME: 3},
        {HOME: {"generation": "3", "last_success_at": 0}},
        {HOME: {"generation": True, "last_success_at": 0}},
        {HOME: {"generation": -1, "last_success_at": 0}},
        {HOME: {"generation": 3}},
    ],
)
async def test_a_damaged_memory_is_no_hindrance_and_begins_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    loaded: MockConfigEntry,
    gateway: FakeGateway,
    caplog: pytest.LogCaptureFixture,
    damaged: Any,
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    key = f"{DOMAIN}.generations.{loaded.entry_id}"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": damaged}
    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert "cannot be read" in caplog.text
    assert await remembered(gateway) == ({}, {})
    await gateway.connect()
    assert (await remembered(gateway))[0] == {HOME: 3}


async def test_a_number_that_is_none_changes_nothing(connected: FakeGateway) -> None:
    for seq, bad in enumerate(("3", -1, 2.5, True, None)):
        await connected.change_account(seq + 1, ACCOUNT, generation=bad)
    assert (await remembered(connected))[0] == {HOME: 3}


async def test_a_gateway_that_counts_nothing_is_understood(connected: FakeGateway) -> None:
    plain = {key: value for key, value in ACCOUNT.items() if key not in ("generation", "last_success_at")}
    await connected.change_account(1, plain)
    assert (await remembered(connected))[0] == {HOME: 3}
