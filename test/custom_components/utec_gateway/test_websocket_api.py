"""Who may speak with Home Assistant, in which protocol, and what is refused."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.utec_gateway.const import CONF_GATEWAY_ID, DOMAIN

from .gateway import GATEWAY, INTEGRATION_VERSION, FakeGateway, fixture
from .house import state_of

LOCK = "lock.front_door"
SESSION_MESSAGES = ("alive", "goodbye", "result-ok", "result-error", "update-unknown")


# Who may, and when


async def test_without_a_loaded_entry_every_command_answers_not_set_up(
    hass: HomeAssistant, gateway: FakeGateway, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    for name in ("hello", "listen", *SESSION_MESSAGES):
        assert await gateway.refused(fixture(name)) == fixture("errors", 0)["code"] == "not_set_up"
    assert await gateway.refused(fixture("snapshot", 0)) == "not_set_up"


async def test_only_administrators_may_speak(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    gateway = FakeGateway(hass, await hass_ws_client(hass, hass_read_only_access_token))
    for name in ("hello", "listen", *SESSION_MESSAGES):
        assert await gateway.refused(fixture(name)) == "unauthorized"
    assert loaded.data == {}


async def test_the_first_hello_binds_the_gateway_to_the_entry(gateway: FakeGateway, loaded: MockConfigEntry) -> None:
    for _ in range(2):
        assert (await gateway.call(fixture("hello")))["protocol"] == fixture("hello-result")["protocol"]
        assert loaded.data[CONF_GATEWAY_ID] == loaded.unique_id == GATEWAY


async def test_another_gateway_is_refused(gateway: FakeGateway, loaded: MockConfigEntry) -> None:
    await gateway.call(fixture("hello"))
    for name in ("hello", "listen"):
        code = await gateway.refused({**fixture(name), "gateway_id": "another"})
        assert code == fixture("errors", 1)["code"] == "other_gateway"
    assert loaded.data[CONF_GATEWAY_ID] == GATEWAY


async def test_after_a_reload_a_gateway_has_to_say_hello_before_it_listens(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_reload(loaded.entry_id)
    assert await connected.refused(fixture("listen")) == "unknown_session"
    assert await connected.event() == fixture("goodbye-events", 0)
    await connected.connect()
    assert state_of(hass, LOCK) == "locked"


async def test_a_message_that_is_no_message_is_refused_and_changes_nothing(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    session = {"session": connected.session}
    part = {**fixture("snapshot", 0), **session}
    update = {**fixture("updates", 0), **session}
    for broken in (
        {**part, "part": 0},
        {**part, "devices": {}},
        {**part, "accounts": None},
        {key: it for key, it in part.items() if key != "gateway"},
        {**update, "seq": -1},
        {**update, "set": {"devices": {}}},
        {**update, "removed": {"devices": [1]}},
        {**fixture("hello"), "gateway_id": ""},
    ):
        assert await connected.refused(broken) == "invalid_format"
    assert state_of(hass, LOCK) == "locked"
    await connected.update(0)
    assert state_of(hass, LOCK) == "unlocking"


# Protocol versions


async def test_a_gateway_without_a_common_protocol_is_told_which_half_to_update(
    gateway: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    newer = await gateway.send(fixture("hello-newer"))
    assert newer["error"]["code"] == fixture("errors", 3)["code"] == "unsupported_protocol"
    assert "update the integration" in newer["error"]["message"]
    issue = issue_registry.async_get_issue(DOMAIN, "protocol")
    assert issue is not None
    assert issue.translation_key == "update_integration"
    assert issue.translation_placeholders == {
        "gateway_version": fixture("hello-newer")["version"],
        "integration_version": INTEGRATION_VERSION,
    }

    older = await gateway.send({**fixture("hello"), "protocol": {"min": 0, "max": 0}})
    assert "update the gateway" in older["error"]["message"]
    issue = issue_registry.async_get_issue(DOMAIN, "protocol")
    assert issue is not None
    assert issue.translation_key == "update_gateway"
    assert loaded.data == {}

    await gateway.call(fixture("hello"))
    assert issue_registry.async_get_issue(DOMAIN, "protocol") is None


async def test_the_highest_common_protocol_is_chosen(gateway: FakeGateway) -> None:
    later = {**fixture("hello"), "protocol": {"min": 1, "max": 7, "preview": 8}}
    assert (await gateway.call(later))["protocol"] == 1


async def test_messages_of_another_session_are_refused(connected: FakeGateway) -> None:
    for name in SESSION_MESSAGES:
        assert await connected.refused(fixture(name)) == fixture("errors", 2)["code"] == "unknown_session"
    assert await connected.refused(fixture("snapshot", 0)) == "unknown_session"
