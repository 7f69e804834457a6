"""An account that is signed in and has no devices is a repair that lets the gateway look again."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN, NO_DEVICES_S
from custom_components.utec_gateway.registry.issue_ids import account_issue_id

from ..conftest import Dial
from ..gateway import CABIN, HOME, FakeGateway, Message, fixture
from ..house import settle, wait, write_stores
from .repair import asked, chosen, done, opened

FIRST: Message = fixture("snapshot", 0)
HOME_OBJECT, CABIN_OBJECT = FIRST["accounts"]
LOCK: Message = FIRST["devices"][0]
ISSUE = account_issue_id(HOME, "no_devices")


def picture(seq: int = 0, *, known: bool = True, devices: tuple[Any, ...] = (), **fields: Any) -> Message:
    """A whole picture with one account."""
    clouds = {HOME: {"online": True, "devices_known": known}}
    return {
        **FIRST,
        "snapshot_id": f"empty-{seq}",
        "parts": 1,
        "seq": seq,
        "gateway": {**FIRST["gateway"], "clouds": clouds},
        "accounts": [{**HOME_OBJECT, **fields}],
        "devices": list(devices),
    }


async def stay(hass: HomeAssistant, freezer: FrozenDateTimeFactory, gateway: FakeGateway, seconds: float) -> None:
    """Let time go by while the gateway says that it is alive."""
    while seconds > 0:
        await gateway.call(fixture("alive"))
        await wait(hass, freezer, min(30, seconds))
        seconds -= 30


def issue_of(registry: ir.IssueRegistry) -> ir.IssueEntry | None:
    """The repair, if it is there."""
    return registry.async_get_issue(DOMAIN, ISSUE)


@pytest.fixture
async def empty(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, dial_in: Dial, loaded: MockConfigEntry
) -> FakeGateway:
    """A gateway whose one account has had no devices for ten minutes."""
    gateway = await dial_in()
    await gateway.listen()
    await gateway.call(picture())
    await stay(hass, freezer, gateway, NO_DEVICES_S)
    return gateway


async def test_it_is_told_after_ten_minutes_and_goes_with_the_first_device(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dial_in: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    gateway = await dial_in()
    await gateway.listen()
    await gateway.call(picture())
    await stay(hass, freezer, gateway, NO_DEVICES_S - 1)
    assert issue_of(issue_registry) is None
    await wait(hass, freezer, 2)
    issue = issue_of(issue_registry)
    assert issue is not None
    assert (issue.translation_key, issue.severity) == ("no_devices", ir.IssueSeverity.WARNING)
    assert issue.translation_placeholders == {"name": "Home"}
    await gateway.change_device(1, LOCK)
    assert issue_of(issue_registry) is None


@pytest.mark.parametrize(
    "other",
    [
        picture(known=False),
        picture(has_devices=False),
        picture(status="sign_in_needed"),
        picture(devices=({"id": "unreadable"},)),
        # What both accounts list is shown with one of them.
        {**picture(devices=({**LOCK, "account_id": CABIN},)), "accounts": [HOME_OBJECT, CABIN_OBJECT]},
    ],
    ids=["not known yet", "an account without devices", "not signed in", "one that cannot be read", "shared"],
)
async def test_what_may_be_as_it_should_is_no_repair(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    dial_in: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    other: Message,
) -> None:
    gateway = await dial_in()
    await gateway.listen()
    await gateway.call(other)
    await stay(hass, freezer, gateway, 2 * NO_DEVICES_S)
    assert issue_of(issue_registry) is None


async def test_it_stays_over_a_restart_of_home_assistant_and_is_not_told_again(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    empty: FakeGateway,
    dial_in: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert issue_of(issue_registry) is not None
    await write_stores(hass)
    await issue_registry.async_load()
    await hass.config_entries.async_reload(loaded.entry_id)
    again = await dial_in()
    await again.listen()
    await again.call(picture())
    issue = issue_of(issue_registry)
    assert issue is not None
    assert issue.active
    assert "The account Home needs attention" not in caplog.text


async def test_the_gateway_looks_again_and_what_it_found_is_said(
    hass: HomeAssistant, empty: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    menu = await opened(hass, ISSUE)
    assert (menu["type"], menu["menu_options"]) == (FlowResultType.MENU, ["look", "ignore"])
    looking = asked(hass, menu, "look")
    command = await empty.event()
    assert (command["name"], command["target"], command["args"]) == ("look_for_devices", {"account_id": HOME}, {})
    await done(empty, command, devices=3)
    step = await looking
    assert (step["type"], step["description_placeholders"]) == (FlowResultType.CREATE_ENTRY, {"count": "3"})
    assert issue_of(issue_registry) is None


@pytest.mark.parametrize("data", [{"devices": 0}, {"devices": "many"}, {}])
async def test_a_look_that_finds_nothing_says_what_to_check_and_the_repair_stays(
    hass: HomeAssistant, empty: FakeGateway, issue_registry: ir.IssueRegistry, data: dict[str, Any]
) -> None:
    looking = asked(hass, await opened(hass, ISSUE), "look")
    await done(empty, await empty.event(), **data)
    step = await looking
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "still_none")
    assert issue_of(issue_registry) is not None


async def test_a_look_that_fails_says_why(hass: HomeAssistant, empty: FakeGateway) -> None:
    looking = asked(hass, await opened(hass, ISSUE), "look")
    await empty.fail(await empty.event(), code="cloud_unreachable", message="It does not respond.")
    assert (await looking)["reason"] == "cloud_unreachable"


async def test_who_has_none_is_not_asked_again(
    hass: HomeAssistant, empty: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    step = await chosen(hass, await opened(hass, ISSUE), "ignore")
    assert step["reason"] == "ignored"
    issue = issue_of(issue_registry)
    assert issue is not None
    assert issue.dismissed_version is not None


async def test_an_account_that_went_meanwhile_has_nothing_left_to_do(
    hass: HomeAssistant, empty: FakeGateway, loaded: MockConfigEntry
) -> None:
    menu = await opened(hass, ISSUE)
    await hass.config_entries.async_reload(loaded.entry_id)
    await settle()
    assert (await chosen(hass, menu, "look"))["reason"] == "nothing_left"
    assert (await opened(hass, ISSUE))["reason"] == "nothing_left"
