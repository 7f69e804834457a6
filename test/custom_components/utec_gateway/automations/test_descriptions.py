"""What the editor of automations shows of our triggers and conditions."""

import json
from pathlib import Path
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, trigger
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.utec_gateway as package
from custom_components.utec_gateway.condition import CONDITIONS
from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.trigger import TRIGGERS

FOLDER = Path(package.__file__).parent
COMMON = {"condition": {"behavior"}, "trigger": set()}


async def described(hass: HomeAssistant, kind: str) -> dict[str, Any]:
    """What Home Assistant's editor is told of ours."""
    assert await async_setup_component(hass, "automation", {})
    helper = {"condition": condition, "trigger": trigger}[kind]
    told = await helper.async_get_all_descriptions(hass)
    return {key.removeprefix(f"{DOMAIN}."): it for key, it in told.items() if key.startswith(f"{DOMAIN}.")}


@pytest.mark.parametrize(("kind", "ours"), [("condition", CONDITIONS), ("trigger", TRIGGERS)])
async def test_each_is_described_translated_and_has_an_icon(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    ours: dict[str, Any],
) -> None:
    told = await described(hass, kind)
    assert set(told) == set(ours)
    words = json.loads((FOLDER / "translations" / "en.json").read_text())[f"{kind}s"]
    assert {key: set(it["fields"]) for key, it in told.items()} == {
        key: set(it.get("fields", {})) for key, it in words.items()
    }
    assert all(it["target"]["entity"][0]["integration"] == DOMAIN for it in told.values())
    icons = json.loads((FOLDER / "icons.json").read_text())[f"{kind}s"]
    assert set(icons) == set(ours)
    assert all(it[kind].startswith("mdi:") for it in icons.values())
    assert [it.getMessage() for it in caplog.records if it.levelname == "WARNING" and "yaml" in it.getMessage()] == []
