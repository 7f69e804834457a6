"""The health of an account: facts that are written when they change, and only then; and its automatic refresh."""

from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import async_capture_events

from ..gateway import HOME, FakeGateway, Message, fixture
from ..house import entity, settle, state_of, wait

HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]
NEXT = "sensor.home_next_refresh"
ERROR = "sensor.home_last_error"
SWITCH = "switch.home_automatic_refresh"
# The plan of the contract's account.
PLANNED = HOME_OBJECT["next_refresh_at"]


def iso(at: int) -> str:
    """How a timestamp is shown."""
    return datetime.fromtimestamp(at // 1000, UTC).isoformat()


def failed(code: str | None, message: str = "No answer.") -> Message:
    """An error as the gateway tells it."""
    return {"class": "transient", "code": code, "message": message, "at": 1_795_300_000_000}


async def test_the_facts_of_an_account_are_sensors(
    everything_on: None, hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.change_account(
        1,
        HOME_OBJECT,
        refresh_expires_at=1_799_000_000_000,
        consecutive_failures=2,
        refresh_count=997,
        failure_count=3,
    )
    await hass.async_block_till_done()
    assert {key: state_of(hass, f"sensor.home_{key}") for key in ("last_refresh", "next_refresh", "last_error")} == {
        "last_refresh": iso(HOME_OBJECT["last_success_at"]),
        "next_refresh": iso(PLANNED),
        "last_error": "none",
    }
    assert state_of(hass, "sensor.home_refresh_token_expires") == iso(1_799_000_000_000)
    assert hass.states.get("sensor.cabin_refresh_token_expires") is None
    assert state_of(hass, "sensor.home_consecutive_failures") == "2"
    assert state_of(hass, "sensor.home_refreshes") == "997"
    assert entity(hass, "sensor.home_refreshes").attributes["state_class"] == "total_increasing"
    assert state_of(hass, "sensor.home_success_rate") == "99.7"
    assert state_of(hass, "sensor.cabin_success_rate") == "unknown"


async def test_an_older_gateway_leaves_unknown_what_it_does_not_tell(
    everything_on: None, hass: HomeAssistant, connected: FakeGateway
) -> None:
    new = ("refresh_count", "failure_count", "automatic_refresh", "last_success_at", "refresh_expires_at", "recent")
    older = {key: it for key, it in HOME_OBJECT.items() if key not in new}
    await connected.change_account(1, {**older, "id": "old", "name": "Old"})
    await hass.async_block_till_done()
    for key in ("last_refresh", "refreshes", "success_rate"):
        assert state_of(hass, f"sensor.old_{key}") == "unknown"
    assert hass.states.get("switch.old_automatic_refresh") is None


async def test_the_page_of_a_device_is_calm(connected: FakeGateway, entity_registry: er.EntityRegistry) -> None:
    enabled = {
        it.unique_id.removeprefix(f"{HOME}_")
        for it in entity_registry.entities.values()
        if it.unique_id.startswith(HOME) and it.disabled_by is None
    }
    assert enabled == {
        *("token_problem", "token_status", "token_expiry", "cloud_connection", "refresh"),
        *("last_refresh", "next_refresh", "last_error", "token_event", "automatic_refresh"),
    }


# When it is refreshed next


async def test_a_plan_that_moves_with_nothing_else_is_no_news(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway
) -> None:
    freezer.move_to(datetime.fromtimestamp(PLANNED / 1000 - 3600, UTC))
    changes = async_capture_events(hass, "state_changed")
    for seq in range(1, 5):
        await connected.change_account(seq, HOME_OBJECT, next_refresh_at=PLANNED + seq * 7000)
    assert changes == []
    assert state_of(hass, NEXT) == iso(PLANNED)
    # Something else has changed: a new fact.
    await connected.change_account(5, HOME_OBJECT, next_refresh_at=PLANNED + 9000, consecutive_failures=1)
    assert state_of(hass, NEXT) == iso(PLANNED + 9000)


async def test_another_plan_is_news_also_when_nothing_else_has_changed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway
) -> None:
    freezer.move_to(datetime.fromtimestamp(PLANNED / 1000 - 3600, UTC))
    await connected.change_account(1, HOME_OBJECT, next_refresh_at=PLANNED + 60_000)
    assert state_of(hass, NEXT) == iso(PLANNED + 60_000)


async def test_a_plan_whose_time_has_passed_is_followed_by_the_next(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway
) -> None:
    freezer.move_to(datetime.fromtimestamp(PLANNED / 1000, UTC))
    await connected.change_account(1, HOME_OBJECT, next_refresh_at=PLANNED + 60_000)
    assert state_of(hass, NEXT) == iso(PLANNED + 60_000)


async def test_nothing_planned_is_unknown(hass: HomeAssistant, connected: FakeGateway) -> None:
    await connected.change_account(1, HOME_OBJECT, next_refresh_at=None)
    assert state_of(hass, NEXT) == "unknown"
    await connected.change_account(2, HOME_OBJECT)
    assert state_of(hass, NEXT) == iso(PLANNED)
    await connected.call({**fixture("updates", 4), "seq": 3, "set": {}, "removed": {"accounts": [HOME]}})
    assert hass.states.get(NEXT) is None


# The last error


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("timeout", "timeout"),
        ("invalid_grant", "invalid_grant"),
        ("store_failed", "store_failed"),
        ("http_404", "http_4xx"),
        ("http_503", "http_5xx"),
        ("http_302", "other"),
        ("token_eaten_by_dog", "other"),
        ("none", "none"),
        (None, "other"),
    ],
)
async def test_an_error_is_a_word_of_a_fixed_list_and_its_sentence_an_attribute(
    hass: HomeAssistant, connected: FakeGateway, code: str | None, shown: str
) -> None:
    await connected.change_account(1, HOME_OBJECT, last_error=failed(code))
    assert state_of(hass, ERROR) == shown
    attributes = entity(hass, ERROR).attributes
    assert (attributes["code"], attributes["message"]) == (code, "No answer.")
    await connected.change_account(2, HOME_OBJECT)
    assert state_of(hass, ERROR) == "none"


# Its automatic refresh


async def turn(hass: HomeAssistant, connected: FakeGateway, service: str) -> tuple[Any, Message]:
    """Turn the switch in the background; returns the call and the command."""
    coroutine = hass.services.async_call("switch", service, {"entity_id": SWITCH}, blocking=True)
    call = hass.async_create_background_task(coroutine, "service call")
    return call, await connected.event()


@pytest.mark.parametrize(("service", "on"), [("turn_off", False), ("turn_on", True)])
async def test_automatic_refresh_is_what_the_gateway_has_stored(
    hass: HomeAssistant,
    connected: FakeGateway,
    entity_registry: er.EntityRegistry,
    service: str,
    on: bool,
) -> None:
    assert entity_registry.entities[SWITCH].entity_category is EntityCategory.CONFIG
    await connected.change_account(1, HOME_OBJECT, automatic_refresh=not on)
    before = state_of(hass, SWITCH)
    assert before == ("off" if on else "on")
    call, command = await turn(hass, connected, service)
    assert (command["name"], command["target"]) == ("set_automatic_refresh", {"account_id": HOME})
    assert command["args"] == {"on": on}
    await settle()
    assert (state_of(hass, SWITCH), call.done()) == (before, False)
    await connected.change_account(2, HOME_OBJECT, automatic_refresh=on)
    await connected.ok(command)
    await call
    assert state_of(hass, SWITCH) == ("on" if on else "off")


async def test_an_account_of_the_configuration_says_where_it_is_changed(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    call, command = await turn(hass, connected, "turn_off")
    await connected.fail(command, code="account_owned_by_options")
    with pytest.raises(HomeAssistantError, match=r"Home comes from .* Settings → Apps → U-tec Gateway → Configuration"):
        await call
    assert state_of(hass, SWITCH) == "on"


async def test_a_gateway_that_does_not_answer_is_told_and_the_switch_stays(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway
) -> None:
    call, _ = await turn(hass, connected, "turn_off")
    await wait(hass, freezer, 11)
    with pytest.raises(HomeAssistantError, match="in time"):
        await call
    assert state_of(hass, SWITCH) == "on"
