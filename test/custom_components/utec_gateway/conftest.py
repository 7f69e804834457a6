"""The set-up that the tests share: the entry, and gateways that dial in."""

from collections.abc import Awaitable, Callable

import pytest

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.utec_gateway.const import DOMAIN, TITLE

from .gateway import FakeGateway, fixture

type Dial = Callable[[], Awaitable[FakeGateway]]


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Home Assistant loads custom integrations."""


@pytest.fixture
def everything_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entities that are disabled by default are on too."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
async def diagnostics(hass: HomeAssistant) -> None:
    """Set up the view before the web server starts."""
    assert await async_setup_component(hass, "diagnostics", {})


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """The entry, as the user step leaves it; not set up."""
    entry = MockConfigEntry(domain=DOMAIN, title=TITLE, data={})
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """The entry, set up; no gateway has dialled in."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def dial(hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> Dial:
    """Open another socket of a gateway."""

    async def open_socket() -> FakeGateway:
        return FakeGateway(hass, await hass_ws_client(hass))

    return open_socket


@pytest.fixture
def dial_in(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_access_token: str) -> Dial:
    """Open another socket at any time of the day: an access token lives half an hour."""
    refresh_token = hass.auth.async_validate_access_token(hass_access_token)
    assert refresh_token is not None

    async def open_socket() -> FakeGateway:
        return FakeGateway(hass, await hass_ws_client(hass, hass.auth.async_create_access_token(refresh_token)))

    return open_socket


@pytest.fixture
async def gateway(dial: Dial) -> FakeGateway:
    """A gateway whose socket is open; it has said nothing."""
    return await dial()


@pytest.fixture
async def connected(gateway: FakeGateway) -> FakeGateway:
    """A gateway whose picture stands."""
    await gateway.connect()
    return gateway


@pytest.fixture
async def ada(hass: HomeAssistant) -> User:
    """A person."""
    user_id = fixture("command-unlock")["context"]["user_id"]
    return MockUser(id=user_id, name="Ada", is_owner=True).add_to_hass(hass)
