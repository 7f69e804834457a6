"""Automations of Home Assistant's own automation component, and what they do."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service

type Config = dict[str, Any]
type Automate = Callable[..., Awaitable[None]]


@pytest.fixture
def fired(hass: HomeAssistant) -> list[ServiceCall]:
    """What automations have done."""
    return async_mock_service(hass, "test", "fired")


@pytest.fixture
def automate(hass: HomeAssistant, fired: list[ServiceCall]) -> Automate:
    """Load automations with these triggers; each calls `fired` with what the trigger tells of the given names."""

    async def load(*triggers: Config, told: tuple[str, ...] = (), conditions: tuple[Config, ...] = ()) -> None:
        data = {name: f"{{{{ trigger.{name} }}}}" for name in told}
        automations = [
            {
                "id": f"automation_{index}",
                "alias": f"Automation {index}",
                "triggers": [trigger],
                "conditions": list(conditions),
                "actions": [{"action": "test.fired", "data": data}],
            }
            for index, trigger in enumerate(triggers)
        ]
        assert await async_setup_component(hass, "automation", {"automation": automations})
        await hass.async_block_till_done()

    return load


class Holds:
    """Tells whether a condition holds, as an automation would find."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        # Whether the last one can change without one of the entities in it.
        self.asked_again = False

    async def __call__(self, config: Config) -> bool | None:
        """Ask; raises what Home Assistant says of a wrong one."""
        valid = await condition.async_validate_condition_config(self._hass, cv.CONDITION_SCHEMA(config))
        checker = await condition.async_from_config(self._hass, valid)
        self.asked_again = checker.needs_polling
        try:
            return checker.async_check()
        finally:
            checker.async_unload()


@pytest.fixture
async def holds(hass: HomeAssistant) -> Holds:
    """Tell whether a condition holds."""
    return Holds(hass)
