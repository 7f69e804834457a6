"""The set-up of the tests of a take-over."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..conftest import Dial
from ..gateway import FakeGateway
from ..house import state_of, wait
from .other_gateway import LOCK


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    """Home Assistant has the repairs; they come before the first socket."""
    assert await async_setup_component(hass, "repairs", {})


@pytest.fixture
async def away(hass: HomeAssistant, connected: FakeGateway, dial: Dial, freezer: FrozenDateTimeFactory) -> FakeGateway:
    """The socket of another gateway, while the one that Home Assistant works with has been removed."""
    await connected.close()
    await wait(hass, freezer, 60)
    other = await dial()
    assert state_of(hass, LOCK) == "unavailable"
    return other
