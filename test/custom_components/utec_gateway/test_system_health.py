"""System health: how things stand with the gateway, without a name."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.utec_gateway.const import DOMAIN

from .gateway import GATEWAY_VERSION, INTEGRATION_VERSION, FakeGateway
from .test_translations import read


async def told(hass: HomeAssistant) -> dict[str, Any]:
    """What the page shows."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info: dict[str, Any] = await get_system_health_info(hass, DOMAIN)
    return info


async def test_it_tells_versions_accounts_and_locks_and_each_line_has_words(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    health = await told(hass)
    assert health == {
        "connected": True,
        "gateway_version": GATEWAY_VERSION,
        "integration_version": INTEGRATION_VERSION,
        "protocol": 1,
        "page_known": True,
        "accounts": 2,
        "accounts_with_problem": 1,
        "clouds_silent": 0,
        "locks": 2,
        "locks_unavailable": 1,
    }
    for language in ("en", "de"):
        assert set(read(f"translations/{language}.json")["system_health"]["info"]) == set(health)


async def test_a_gateway_that_has_not_come_or_is_gone_is_said(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    assert await told(hass) == {
        "connected": False,
        "integration_version": INTEGRATION_VERSION,
        "page_known": False,
    }
    await hass.config_entries.async_unload(loaded.entry_id)
    assert await told(hass) == {"connected": False}
