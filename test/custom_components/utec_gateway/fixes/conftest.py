"""The set-up of the tests of repairs."""

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    """Home Assistant has the repairs; they come before the first socket."""
    assert await async_setup_component(hass, "repairs", {})
