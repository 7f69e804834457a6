"""The config flow: nothing to fill in, never a second entry."""

from typing import Any

import pytest

from homeassistant.config_entries import SOURCE_HASSIO, SOURCE_IGNORE, SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CONF_GATEWAY_ID, CONF_SLUG, DOMAIN

from .gateway import GATEWAY, FakeGateway, fixture
from .house import state_of

SLUG = "a1b2c3d4_utec_gateway"


async def discover(hass: HomeAssistant, config: dict[str, Any]) -> ConfigFlowResult:
    """Let the Supervisor discover the add-on."""
    info = HassioServiceInfo(config=config, name="U-tec Gateway", slug=SLUG, uuid="0123")
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_HASSIO}, data=info)


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Start the flow by hand."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def test_by_hand_there_is_nothing_to_fill_in(hass: HomeAssistant) -> None:
    flow = await start(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    assert not flow["data_schema"]
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "U-tec Gateway"
    assert done["data"] == {}


@pytest.mark.parametrize(
    ("config", "data"),
    [
        ({"gateway_id": GATEWAY}, {CONF_SLUG: SLUG, CONF_GATEWAY_ID: GATEWAY}),
        ({}, {CONF_SLUG: SLUG}),
        ({"gateway_id": 7}, {CONF_SLUG: SLUG}),
    ],
)
async def test_a_discovered_add_on_has_to_be_confirmed(
    hass: HomeAssistant, config: dict[str, Any], data: dict[str, str]
) -> None:
    flow = await discover(hass, config)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "hassio_confirm"
    assert not hass.config_entries.async_entries(DOMAIN)
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == data
    assert done["result"].unique_id == config.get("gateway_id") or CONF_GATEWAY_ID not in data


async def test_a_discovered_gateway_is_the_only_one_that_may_say_hello(
    hass: HomeAssistant, hass_ws_client: Any
) -> None:
    flow = await discover(hass, {"gateway_id": "another"})
    await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()
    gateway = FakeGateway(hass, await hass_ws_client(hass))
    assert await gateway.refused(fixture("hello")) == "other_gateway"


async def test_there_is_never_a_second_entry(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    flows = await start(hass), await discover(hass, {"gateway_id": GATEWAY}), await discover(hass, {})
    assert {it["type"] for it in flows} == {FlowResultType.ABORT}
    reasons = [it["reason"] for it in flows]
    assert reasons == ["single_instance_allowed", "single_instance_allowed", "already_configured"]


@pytest.mark.parametrize("by", ["hand", "a discovery without an id"])
async def test_a_form_that_was_open_while_another_set_it_up_makes_no_second_entry(hass: HomeAssistant, by: str) -> None:
    flow = await start(hass) if by == "hand" else await discover(hass, {})
    MockConfigEntry(domain=DOMAIN, data={CONF_GATEWAY_ID: GATEWAY}).add_to_hass(hass)
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "single_instance_allowed")


async def test_two_discoveries_of_one_gateway_are_one_card(hass: HomeAssistant) -> None:
    await discover(hass, {"gateway_id": GATEWAY})
    second = await discover(hass, {"gateway_id": GATEWAY})
    assert second["type"] is FlowResultType.ABORT
    assert second["reason"] == "already_in_progress"


async def test_setting_up_by_hand_takes_the_discovered_card_away(hass: HomeAssistant) -> None:
    await discover(hass, {"gateway_id": GATEWAY})
    flow = await start(hass)
    await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []


async def test_an_ignored_gateway_stays_ignored(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=GATEWAY).add_to_hass(hass)
    flow = await discover(hass, {"gateway_id": GATEWAY})
    assert flow["type"] is FlowResultType.ABORT


async def test_reconfiguring_lets_another_gateway_take_the_place(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    other = {**fixture("hello"), "gateway_id": "another"}
    assert await connected.refused(other) == "other_gateway"

    flow = await loaded.start_reconfigure_flow(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["description_placeholders"] == {"gateway_id": GATEWAY}
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()

    await connected.call(other)
    assert loaded.data[CONF_GATEWAY_ID] == loaded.unique_id == "another"
    assert state_of(hass, "lock.front_door") == "unavailable"
