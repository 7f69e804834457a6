"""After Reconfigure the next gateway takes the place; what it lacks is kept for a day, then a repair asks."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CONF_GATEWAY_ID, DOMAIN, SUCCESSION_S

from ..conftest import Dial
from ..gateway import FRONT, GATEWAY, HOME, FakeGateway, fixture, fixtures
from ..house import state_of, wait
from .other_gateway import ACCOUNT, LOCK, REINSTALLED, registered

FIRST = fixture("snapshot", 0)
DEVICES = [{**it, "account_id": ACCOUNT} for part in fixtures("snapshot") for it in part["devices"]]
LEFT = "Back door, Cabin, Front door, Hall lamp, Home, Lamp plug"
ISSUE = "left_behind"


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the next gateway take the place."""
    flow = await entry.start_reconfigure_flow(hass)
    await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()


async def come(gateway: FakeGateway, gateway_id: str = REINSTALLED) -> None:
    """Say hello and open a session."""
    await gateway.call({**fixture("hello"), "gateway_id": gateway_id})
    await gateway.call({"type": "utec_gateway/listen", "gateway_id": gateway_id})
    while (event := await gateway.event())["type"] != "session":
        pass
    gateway.session = event["session"]


async def show(gateway: FakeGateway, accounts: list[Any], devices: list[Any], *, known: bool = False) -> None:
    """Send a picture of the other gateway."""
    clouds = {it["id"]: {"online": True, "devices_known": known} for it in accounts}
    about = {**FIRST["gateway"], "id": REINSTALLED, "clouds": clouds}
    await gateway.call({**FIRST, "parts": 1, "gateway": about, "accounts": accounts, "devices": devices})
    await gateway.hass.async_block_till_done()


def account(name: str = "Home", account_id: str = ACCOUNT) -> Any:
    """An account of the other gateway."""
    return {**FIRST["accounts"][0], "id": account_id, "name": name}


@pytest.fixture
async def other(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    dial: Dial,
) -> FakeGateway:
    """Another gateway, which has taken the place and does not know its accounts yet."""
    await reconfigure(hass, loaded)
    newer = await dial()
    await come(newer)
    await show(newer, [], [])
    return newer


async def repair(hass: HomeAssistant) -> Any:
    """Open the repair."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    return await manager.async_init(DOMAIN, context={"issue_id": ISSUE})


async def choose(hass: HomeAssistant, step: Any, choice: str) -> Any:
    """Choose in the repair."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    return await manager.async_configure(step["flow_id"], {"next_step_id": choice})


async def test_a_gateway_that_does_not_know_its_accounts_yet_takes_nothing_away_and_all_is_found_again(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    dial: Dial,
    device_registry: dr.DeviceRegistry,
    issue_registry: ir.IssueRegistry,
) -> None:
    before = registered(hass, loaded)
    gateway_device = device_registry.async_get_device_by_identifier((DOMAIN, GATEWAY), loaded.entry_id)
    assert gateway_device is not None
    await reconfigure(hass, loaded)
    other = await dial()
    await come(other)
    await show(other, [], [])
    assert registered(hass, loaded) == before
    assert (state_of(hass, LOCK), state_of(hass, "binary_sensor.u_tec_gateway_link")) == ("unavailable", "on")
    # It is signed in, and lists its devices one after the other.
    await show(other, [account()], [])
    await show(other, [account()], DEVICES[:1], known=True)
    assert registered(hass, loaded) == before
    assert (state_of(hass, LOCK), state_of(hass, "sensor.home_token_status")) == ("locked", "fresh")
    await show(other, [account(), account("Cabin", "cabin")], DEVICES, known=True)
    assert registered(hass, loaded) == before
    again = device_registry.async_get(gateway_device.id)
    assert again is not None
    assert again.identifiers == {(DOMAIN, REINSTALLED)}
    # All is there: from now on what the gateway's lists lack is gone, as ever.
    assert loaded.data == {CONF_GATEWAY_ID: REINSTALLED}
    await show(other, [account()], DEVICES[1:], known=True)
    assert hass.states.get(LOCK) is hass.states.get("sensor.cabin_token_status") is None
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_what_is_said_to_be_removed_goes_at_once(hass: HomeAssistant, other: FakeGateway) -> None:
    await show(other, [account()], DEVICES)
    await other.call({**fixture("updates", 4), "seq": 1, "removed": {"devices": [FRONT]}})
    assert hass.states.get(LOCK) is None


async def test_after_a_day_a_repair_asks_and_a_day_more_can_be_waited(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    other: FakeGateway,
    dial_in: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    before = registered(hass, loaded)
    await wait(hass, freezer, SUCCESSION_S - 60)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    # The time goes on over restarts of both.
    await hass.config_entries.async_reload(loaded.entry_id)
    again = await dial_in()
    await come(again)
    await show(again, [], [])
    await wait(hass, freezer, 61)
    issue = issue_registry.async_get_issue(DOMAIN, ISSUE)
    assert issue is not None
    assert (issue.is_fixable, issue.is_persistent, issue.translation_placeholders) == (True, True, {"missing": LEFT})
    assert registered(hass, loaded) == before

    step = await repair(hass)
    assert (step["type"], step["menu_options"]) == (FlowResultType.MENU, ["wait", "remove"])
    assert step["description_placeholders"] == {"missing": LEFT}
    done = await choose(hass, step, "wait")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "waiting")
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    await wait(hass, freezer, SUCCESSION_S + 1)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None
    assert registered(hass, loaded) == before


async def test_what_is_let_go_is_removed_and_nothing_else(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    other: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    await show(other, [account()], DEVICES[:1], known=True)
    await wait(hass, freezer, SUCCESSION_S + 1)
    step = await repair(hass)
    assert step["description_placeholders"] == {"missing": "Back door, Cabin, Hall lamp, Lamp plug"}
    assert (await choose(hass, step, "remove"))["type"] is FlowResultType.CREATE_ENTRY
    names = {it.name for it in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)}
    assert names == {"U-tec Gateway", "Home", "Front door"}
    assert loaded.data == {CONF_GATEWAY_ID: REINSTALLED}
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_a_repair_that_has_become_idle_says_so(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    other: FakeGateway,
    dial_in: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    await wait(hass, freezer, SUCCESSION_S + 1)
    steps = [await repair(hass) for _ in range(2)]
    await hass.config_entries.async_unload(loaded.entry_id)
    assert (await repair(hass))["reason"] == "nothing_left"
    await hass.config_entries.async_setup(loaded.entry_id)
    again = await dial_in()
    await come(again)
    await show(again, [account(), account("Cabin", "cabin")], DEVICES, known=True)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    assert (await choose(hass, steps[0], "remove"))["reason"] == "nothing_left"
    assert (await choose(hass, steps[1], "wait"))["type"] is FlowResultType.ABORT
    assert state_of(hass, LOCK) == "locked"


async def test_the_same_gateway_that_comes_back_is_nobodys_successor(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, dial: Dial
) -> None:
    await reconfigure(hass, loaded)
    # Somebody presses twice.
    await reconfigure(hass, loaded)
    newer = await dial()
    await newer.connect()
    assert loaded.data == {CONF_GATEWAY_ID: GATEWAY}
    assert state_of(hass, LOCK) == "locked"
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, HOME), loaded.entry_id)
    assert device is not None


async def test_what_is_missing_is_kept_too_when_the_same_successor_is_let_in_once_more(
    hass: HomeAssistant, other: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> None:
    before, since = registered(hass, loaded), dict(loaded.data)
    await reconfigure(hass, loaded)
    again = await dial()
    await come(again)
    await show(again, [], [])
    assert registered(hass, loaded) == before
    assert loaded.data == since


async def test_what_the_gateway_has_and_cannot_be_read_is_neither_missing_nor_let_go(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    other: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    await show(other, [account()], [{"id": FRONT, "name": 7}, *DEVICES[1:]], known=True)
    await wait(hass, freezer, SUCCESSION_S + 1)
    step = await repair(hass)
    assert step["description_placeholders"] == {"missing": "Cabin"}
    assert (await choose(hass, step, "remove"))["type"] is FlowResultType.CREATE_ENTRY
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, FRONT), loaded.entry_id)
    assert device is not None


async def test_before_the_gateway_has_come_after_a_restart_the_repair_says_that_nothing_is_known_yet(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    other: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    await wait(hass, freezer, SUCCESSION_S + 1)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert (await repair(hass))["reason"] == "not_known_yet"
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None


@pytest.mark.parametrize("end", ["disabled", "removed"])
async def test_disabling_or_removing_takes_the_repair_away(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    other: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    end: str,
) -> None:
    await wait(hass, freezer, SUCCESSION_S + 1)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
