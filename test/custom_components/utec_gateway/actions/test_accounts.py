"""Which accounts an action means, and the refresh of several."""

import pytest

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import CABIN, FRONT, GATEWAY, HOME, FakeGateway, as_in_contract, fixture
from .conftest import CABIN_ENTITY, HOME_ENTITY, Run, answer, error_of


def device_of(hass: HomeAssistant, thing_id: str) -> str:
    """The registered device of an account, a lock or the gateway."""
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, thing_id), entry.entry_id)
    assert device is not None
    return device.id


async def test_a_refresh_is_the_contracts_command_and_ends_when_the_token_is_stored(
    connected: FakeGateway, run: Run, ada: User
) -> None:
    call = run("refresh_token", ada, account=HOME_ENTITY)
    command = await connected.event()
    assert as_in_contract(command, "command-refresh")
    assert not call.done()
    await connected.ok(command)
    assert await call is None


async def test_several_accounts_are_refreshed_at_once_and_each_once(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    call = run("refresh_token", account=[HOME_ENTITY, device_of(hass, CABIN), device_of(hass, HOME)])
    commands = [await connected.event(), await connected.event()]
    assert [it["target"] for it in commands] == [{"account_id": HOME}, {"account_id": CABIN}]
    assert await connected.events() == []
    for it in commands:
        await connected.ok(it)
    assert await call is None


@pytest.mark.parametrize("named", [{}, {"account": []}])
async def test_the_only_account_needs_no_name(connected: FakeGateway, run: Run, named: dict[str, list[str]]) -> None:
    await connected.call({**fixture("updates", 0), "seq": 1, "set": {}, "removed": {"accounts": [CABIN]}})
    call = run("refresh_token", **named)
    command = await connected.event()
    assert command["target"] == {"account_id": HOME}
    await connected.ok(command)
    await call


async def test_of_several_accounts_one_must_be_named(connected: FakeGateway, run: Run) -> None:
    error = await error_of(run("get_sign_in_link"), ServiceValidationError)
    assert error == "The gateway has several accounts: Home, Cabin. Say which one is meant."


async def test_without_accounts_there_is_nothing_to_ask(connected: FakeGateway, run: Run) -> None:
    await connected.call({**fixture("updates", 0), "seq": 1, "set": {}, "removed": {"accounts": [HOME, CABIN]}})
    error = await error_of(run("get_token_history"), ServiceValidationError)
    assert error == "The gateway has no account yet. Add one on its page."


@pytest.mark.parametrize("thing_id", [GATEWAY, FRONT])
async def test_another_device_of_the_gateway_is_no_account(
    hass: HomeAssistant, connected: FakeGateway, run: Run, thing_id: str
) -> None:
    error = await error_of(run("refresh_token", account=device_of(hass, thing_id)), ServiceValidationError)
    assert "is not an account of U-tec Gateway" in error
    assert await connected.events() == []


@pytest.mark.parametrize("named", ["sensor.misspelt", "sun.sun", "sensor.of_another", "lock.front_door"])
async def test_another_entity_is_no_account(hass: HomeAssistant, connected: FakeGateway, run: Run, named: str) -> None:
    er.async_get(hass).async_get_or_create("sensor", "other", "1", suggested_object_id="of_another")
    error = await error_of(run("refresh_token", account=[HOME_ENTITY, named]), ServiceValidationError)
    assert "is not an account of U-tec Gateway" in error
    assert await connected.events() == []


async def test_what_is_no_device_or_another_integrations_is_said(
    hass: HomeAssistant, connected: FakeGateway, run: Run
) -> None:
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    foreign = dr.async_get(hass).async_get_or_create(
        config_entry_id=other.entry_id, identifiers={("other", "1")}, name="Hub"
    )
    assert "was not found" in await error_of(run("refresh_token", account="1a2b"), ServiceValidationError)
    error = await error_of(run("refresh_token", account=foreign.id), ServiceValidationError)
    assert error == "Device Hub does not belong to integration utec_gateway."


async def test_an_account_that_is_gone_while_its_device_is_not_is_named(
    hass: HomeAssistant, connected: FakeGateway, run: Run, loaded: MockConfigEntry
) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=loaded.entry_id,
        identifiers={(DOMAIN, "old")},
        name="Old",
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    error = await error_of(run("refresh_token", account=device_of(hass, "old")), ServiceValidationError)
    assert error == "The gateway no longer knows the account Old."


async def test_the_history_of_a_token_is_newest_first_with_times_and_without_what_is_not_known(
    connected: FakeGateway, run: Run
) -> None:
    call = run("get_token_history", account=CABIN_ENTITY, limit=2)
    command = await connected.event()
    assert (command["name"], command["target"]) == ("token_history", {"account_id": CABIN})
    assert (command["args"], command["timeout_ms"]) == ({"limit": 2}, 40_000)
    refreshed = {"at": 1_796_000_060_000, "kind": "refreshed", "generation": 8, "message": "Refreshed."}
    failed = {"at": 1_796_000_000_000, "kind": "failed", "generation": 7, "code": "http_500", "message": "No " * 200}
    surplus = {**failed, "refresh_token": "secret"}
    await answer(connected, command, {"events": [refreshed, surplus, failed], "later": 1})
    events = (await call or {})["events"]
    assert events == [
        {
            "at": "2026-11-30T00:54:20+00:00",
            "kind": "refreshed",
            "generation": 8,
            "code": None,
            "message": "Refreshed.",
        },
        {
            "at": "2026-11-30T00:53:20+00:00",
            "kind": "failed",
            "generation": 7,
            "code": "http_500",
            "message": ("No " * 200)[:254] + "…",
        },
    ]
