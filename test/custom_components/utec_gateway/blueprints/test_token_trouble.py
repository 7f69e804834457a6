"""The blueprint token_trouble."""

import pytest

from homeassistant.components.persistent_notification import _async_get_or_create_notifications
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ..conftest import Dial
from ..gateway import FakeGateway, fixture
from .conftest import TOLD, Instantiate

PROBLEM = "binary_sensor.home_token_problem"
ACCOUNT = fixture("snapshot", 0)["accounts"][0]
INCIDENT = {"number": 1, "kind": "sign_in_needed", "opened_at": 1, "closed_at": None}
PAGE = fixture("hello")["page"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": "sign_in_needed"}, "Sign in again on the gateway's page."),
        ({"status": "misconfigured"}, "The account's settings are wrong. Correct them on the gateway's page."),
        ({"status": "store_failed"}, "The token cannot be saved. Free space on the gateway's disk."),
        (
            {"status": "retrying", "no_token_since_at": 1795251600000},
            "The gateway has had no token for hours. Its page says why.",
        ),
    ],
)
async def test_it_tells_what_is_wrong_with_a_link_to_the_gateways_page(
    connected: FakeGateway,
    instantiate: Instantiate,
    told: list[ServiceCall],
    fields: dict[str, object],
    message: str,
) -> None:
    await instantiate("token_trouble", accounts=[PROBLEM], notify=TOLD)
    await connected.change_account(1, ACCOUNT, incident=INCIDENT, **fields)
    await connected.hass.async_block_till_done()
    assert [it.data for it in told] == [
        {"title": "Home needs attention", "message": message, "link": f"/app/{PAGE}", "who": ""}
    ]


async def test_by_default_it_is_a_notification_of_home_assistant(
    hass: HomeAssistant, connected: FakeGateway, instantiate: Instantiate
) -> None:
    assert await async_setup_component(hass, "persistent_notification", {})
    await instantiate("token_trouble", accounts=[PROBLEM])
    await connected.change_account(1, ACCOUNT, status="sign_in_needed", incident=INCIDENT)
    await hass.async_block_till_done()
    (notification,) = _async_get_or_create_notifications(hass).values()
    assert notification["title"] == "Home needs attention"
    assert notification["message"] == (f"Sign in again on the gateway's page. [Open the gateway's page](/app/{PAGE})")


async def test_the_same_problem_is_not_told_again_after_a_restart(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    dial: Dial,
    instantiate: Instantiate,
    told: list[ServiceCall],
) -> None:
    await instantiate("token_trouble", accounts=[PROBLEM], notify=TOLD)
    await connected.change_account(1, ACCOUNT, status="sign_in_needed", incident=INCIDENT)
    await hass.config_entries.async_reload(loaded.entry_id)
    newer = await dial()
    await newer.connect()
    await newer.change_account(1, ACCOUNT, status="sign_in_needed", incident=INCIDENT)
    await hass.async_block_till_done()
    assert len(told) == 1
