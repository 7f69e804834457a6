"""Automations that are made of our blueprints."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service

from ..gateway import TESTS
from ..house import settle

BLUEPRINTS = TESTS.parent / "blueprints"
# What a person puts into `What to do`: it tells all that the blueprint offers.
TOLD = [
    {
        "action": "test.told",
        "data": {name: f"{{{{ {name} | default('') }}}}" for name in ("title", "message", "link", "who")},
    }
]

type Instantiate = Callable[..., Awaitable[None]]


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """A configuration folder with our blueprints."""
    copytree(BLUEPRINTS, tmp_path / "blueprints")
    return str(tmp_path)


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """What people have been told."""
    return async_mock_service(hass, "test", "told")


@pytest.fixture
async def instantiate(hass: HomeAssistant) -> AsyncGenerator[Instantiate]:
    """Make an automation of a blueprint; at the end it is turned off, with what it waits for."""

    async def make(name: str, **inputs: Any) -> None:
        assert await async_setup_component(hass, "persistent_notification", {})
        config = {"id": name, "alias": name, "use_blueprint": {"path": f"utec_gateway/{name}.yaml", "input": inputs}}
        assert await async_setup_component(hass, "automation", {"automation": [config]})
        await settle()
        state = hass.states.get(f"automation.{name}")
        assert state is not None
        assert state.state == "on"

    yield make
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
