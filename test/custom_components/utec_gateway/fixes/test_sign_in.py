"""A sign-in that is needed is a repair that leads to the gateway's page and closes once it is done."""

import asyncio
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.registry.issue_ids import account_issue_id

from ..gateway import CABIN, HOME, FakeGateway, fixture
from .repair import answered, closed, opened

CABIN_OBJECT = fixture("snapshot", 0)["accounts"][1]
INCIDENT = CABIN_OBJECT["incident"]
ISSUE = account_issue_id(CABIN, 1)


async def connect(gateway: FakeGateway, page: str | None) -> None:
    """Connect as a gateway whose page is there."""
    await gateway.call({**fixture("hello"), "page": page})
    await gateway.call(fixture("listen"))
    gateway.session = (await gateway.event())["session"]
    await gateway.snapshot()


@pytest.mark.parametrize(
    ("page", "action", "link"),
    [
        ("a1b2c3d4_utec_gateway", "sign_in", "/app/a1b2c3d4_utec_gateway"),
        ("http://nas.example:8099/", "sign_in", "http://nas.example:8099/"),
        (None, "sign_in_elsewhere", ""),
    ],
)
async def test_it_shows_the_way_to_the_page(
    hass: HomeAssistant, gateway: FakeGateway, page: str | None, action: str, link: str
) -> None:
    await connect(gateway, page)
    step = await opened(hass, ISSUE)
    assert (step["type"], step["step_id"]) == (FlowResultType.SHOW_PROGRESS, "sign_in")
    assert (step["progress_action"], step["description_placeholders"]) == (action, {"page": link})
    await closed(hass, step)


async def signed_in(hass: HomeAssistant, step: Any, gateway: FakeGateway, **fields: Any) -> Any:
    """Change the account, and see what the frontend is then told to show."""
    told = async_capture_events(hass, "data_entry_flow_progressed")
    await gateway.change_account(1, fixture("snapshot", 0)["accounts"][0], failure_count=1)
    await asyncio.sleep(0)
    assert told == []
    await gateway.change_account(2, CABIN_OBJECT, **fields)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [it.data["flow_id"] for it in told] == [step["flow_id"]]
    return await answered(hass, step)


async def test_it_closes_by_itself_once_the_account_is_signed_in(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    step = await opened(hass, ISSUE)
    end = await signed_in(hass, step, connected, status="fresh", incident={**INCIDENT, "closed_at": 1})
    assert end["type"] is FlowResultType.CREATE_ENTRY
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_a_sign_in_that_has_made_way_for_something_else_is_not_called_done(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    step = await opened(hass, ISSUE)
    worse = {**INCIDENT, "number": 2, "kind": "misconfigured"}
    end = await signed_in(hass, step, connected, status="misconfigured", incident=worse)
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "nothing_left")
    assert issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, 2)) is not None


async def test_an_account_that_is_removed_meanwhile_ends_it(hass: HomeAssistant, connected: FakeGateway) -> None:
    step = await opened(hass, ISSUE)
    await connected.call({**fixture("updates", 4), "seq": 1})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (await answered(hass, step))["reason"] == "nothing_left"


async def test_before_the_gateway_has_come_there_is_nothing_to_wait_for(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    assert HOME != CABIN
    await hass.config_entries.async_reload(loaded.entry_id)
    assert (await opened(hass, ISSUE))["reason"] == "nothing_left"
