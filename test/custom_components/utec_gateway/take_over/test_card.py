"""The card of another gateway offers to take over, and never a second entry."""

import pytest

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    issue_registry as ir,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CONF_GATEWAY_ID, DOMAIN

from ..gateway import GATEWAY, FakeGateway
from ..house import state_of
from ..test_config_flow import discover
from .other_gateway import ISSUE, LOCK, MISSING, NOT_SIGNED_IN, OTHER, REINSTALLED, answer, connect, offer, repair


async def test_the_card_of_a_reinstalled_add_on_offers_to_take_over_and_never_a_second_entry(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    flow = await discover(hass, {"gateway_id": REINSTALLED})
    # It has not dialled in yet.
    assert (flow["type"], flow["step_id"]) == (FlowResultType.FORM, "not_yet")
    await offer(away, NOT_SIGNED_IN)
    flow = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert flow["step_id"] == "not_yet"
    await offer(away, OTHER)
    flow = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert flow["step_id"] == "other_locks"
    await offer(away)
    # What was confirmed is not what would happen: it is asked anew.
    flow = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert flow["step_id"] == "take_over"
    assert loaded.data[CONF_GATEWAY_ID] == GATEWAY
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "taken_over")
    await connect(away)
    assert state_of(hass, LOCK) == "locked"
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    again = await discover(hass, {"gateway_id": REINSTALLED})
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_the_card_can_replace_a_gateway_with_other_locks_once_its_form_said_so(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry
) -> None:
    # A gateway that is no add-on: its page has an address, and no slug.
    await offer(away, {**OTHER, "page": "http://192.0.2.7:8099"})
    flow = await discover(hass, {"gateway_id": REINSTALLED})
    assert flow["step_id"] == "other_locks"
    assert flow["description_placeholders"] == {"missing": MISSING}
    await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert loaded.data == {CONF_GATEWAY_ID: REINSTALLED}


async def test_a_repair_that_was_confirmed_takes_the_card_away(hass: HomeAssistant, away: FakeGateway) -> None:
    await offer(away)
    await discover(hass, {"gateway_id": REINSTALLED})
    await answer(hass, await repair(hass))
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []


async def test_a_card_that_was_ignored_leaves_the_repair_which_takes_the_ignored_gateway_over(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=REINSTALLED).add_to_hass(hass)
    flow = await discover(hass, {"gateway_id": REINSTALLED})
    assert flow["type"] is FlowResultType.ABORT
    await offer(away)
    await answer(hass, await repair(hass))
    assert hass.config_entries.async_entries(DOMAIN) == [loaded]
    assert loaded.unique_id == REINSTALLED


@pytest.mark.parametrize("what", ["disabled", "removed"])
async def test_a_card_whose_entry_is_gone_says_so_or_sets_up(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry, what: str
) -> None:
    flow = await discover(hass, {"gateway_id": REINSTALLED})
    if what == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_offer")


async def test_a_card_waits_while_the_entry_does_not_run(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry
) -> None:
    await offer(away)
    await hass.config_entries.async_unload(loaded.entry_id)
    flow = await discover(hass, {"gateway_id": REINSTALLED})
    assert flow["step_id"] == "not_yet"


async def test_reconfiguring_offers_the_gateway_that_waits(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry
) -> None:
    await away.call({**OTHER, "gateway_id": "a third"})
    await offer(away, OTHER)
    await away.call({**OTHER, "gateway_id": "a third"})
    # The latest one, though others were first.
    await offer(away)
    await discover(hass, {"gateway_id": REINSTALLED})
    flow = await loaded.start_reconfigure_flow(hass)
    assert flow["step_id"] == "take_over"
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert done["reason"] == "taken_over"
    # The card would ask the same again.
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
    await connect(away)
    assert state_of(hass, LOCK) == "locked"
