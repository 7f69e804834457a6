"""The conditions about tokens."""

from datetime import timedelta
from typing import Any

import probatio
import pytest

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import HOME, FakeGateway, fixture
from ..house import state_of
from .conftest import Automate, Holds

ACCOUNT = fixture("snapshot", 0)["accounts"][0]
PROBLEM, EXPIRY = "binary_sensor.home_token_problem", "sensor.home_token_expires"
HAS_PROBLEM = {"condition": "utec_gateway.token_has_problem", "target": {"entity_id": PROBLEM}}
EXPIRES = {
    "condition": "utec_gateway.token_expires_within",
    "target": {"entity_id": EXPIRY},
    "options": {"duration": {"days": 1}},
}


@pytest.fixture
def home(
    connected: FakeGateway, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> dict[str, dict[str, Any]]:
    """The account as a target, by its device."""
    device = device_registry.async_get_device_by_identifier((DOMAIN, HOME), loaded.entry_id)
    assert isinstance(device, dr.DeviceEntry)
    return {"target": {"device_id": device.id}}


async def test_a_token_has_a_problem_while_its_account_needs_somebody(
    connected: FakeGateway, home: dict[str, Any], holds: Holds
) -> None:
    assert [await holds(HAS_PROBLEM), await holds(HAS_PROBLEM | home)] == [False, False]
    await connected.change_account(1, ACCOUNT, status="misconfigured")
    assert [await holds(HAS_PROBLEM), await holds(HAS_PROBLEM | home)] == [True, True]
    assert await holds({**HAS_PROBLEM, "options": {"for": {"minutes": 1}}}) is False
    both = {"target": {"entity_id": [PROBLEM, "binary_sensor.cabin_token_problem"]}}
    await connected.change_account(2, ACCOUNT, status="fresh")
    assert await holds(HAS_PROBLEM | both) is True
    assert await holds(HAS_PROBLEM | both | {"options": {"behavior": "all"}}) is False


@pytest.mark.parametrize(("hours", "expected"), [(25, False), (23, True), (-1, True), (None, False)])
async def test_a_token_expires_within_a_time_or_has_expired(
    connected: FakeGateway, home: dict[str, Any], holds: Holds, hours: float | None, expected: bool
) -> None:
    end = None if hours is None else dt_util.utcnow() + timedelta(hours=hours)
    await connected.change_account(1, ACCOUNT, expires_at=end and round(end.timestamp() * 1000))
    assert [await holds(EXPIRES), await holds(EXPIRES | home)] == [expected, expected]
    assert holds.asked_again


async def test_what_is_no_time_ends_at_no_time(hass: HomeAssistant, connected: FakeGateway, holds: Holds) -> None:
    hass.states.async_set(EXPIRY, "soon")
    assert await holds(EXPIRES) is False


async def test_an_automation_asks_them(
    hass: HomeAssistant,
    connected: FakeGateway,
    automate: Automate,
    fired: list[ServiceCall],
) -> None:
    await automate({"trigger": "event", "event_type": "ask"}, conditions=(HAS_PROBLEM,))
    hass.bus.async_fire("ask")
    await connected.change_account(1, ACCOUNT, status="sign_in_needed")
    assert (state_of(hass, PROBLEM), len(fired)) == ("on", 0)
    hass.bus.async_fire("ask")
    await hass.async_block_till_done()
    assert len(fired) == 1


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({**HAS_PROBLEM, "target": {}}, "the target names nothing"),
        ({**HAS_PROBLEM, "target": {"entity_id": EXPIRY}}, f"{EXPIRY} is not a token problem of U-tec Gateway"),
        ({**EXPIRES, "options": {}}, "required key not provided"),
        ({**EXPIRES, "options": {"duration": 0}}, "the duration must be a second or more"),
        ({**EXPIRES, "options": {"duration": 5, "behavior": "most"}}, "value must be one of"),
    ],
)
async def test_what_is_wrong_with_one_is_said(
    connected: FakeGateway, holds: Holds, config: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(probatio.Invalid, match=sentence):
        await holds(config)
