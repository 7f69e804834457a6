"""Automatic refresh that is off is meant so: it is a repair once the token is about to end."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.registry.issue_ids import account_issue_id

from ..conftest import Dial
from ..gateway import CABIN, HOME, FakeGateway, fixture
from ..house import settle, wait
from .repair import asked, chosen, done, opened

ISSUE = account_issue_id(HOME, "automatic_refresh_off")
HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]
LIFE = timedelta(days=8)


def off(life: timedelta = LIFE, **fields: Any) -> dict[str, Any]:
    """An account whose automatic refresh is off, and whose token was granted just now."""
    now = round(dt_util.utcnow().timestamp() * 1000)
    return {
        **HOME_OBJECT,
        "automatic_refresh": False,
        "status": "paused",
        "reason": "automatic_refresh_off",
        "owner": "page",
        "last_success_at": now,
        "expires_at": now + round(life.total_seconds() * 1000),
        **fields,
    }


def issue_of(registry: ir.IssueRegistry) -> ir.IssueEntry | None:
    """The repair, if it is there."""
    return registry.async_get_issue(DOMAIN, ISSUE)


async def test_it_is_told_once_three_quarters_of_the_tokens_life_are_over_and_goes_when_it_is_on(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    connected: FakeGateway,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    account = off(timedelta(seconds=80))
    await connected.change_account(1, account)
    # The gateway is at rest, and says only that it is alive.
    await wait(hass, freezer, 30)
    await connected.call(fixture("alive"))
    await wait(hass, freezer, 29)
    assert issue_of(issue_registry) is None
    await wait(hass, freezer, 2)
    issue = issue_of(issue_registry)
    assert issue is not None
    assert (issue.translation_key, issue.severity) == ("automatic_refresh_off", ir.IssueSeverity.WARNING)
    assert (issue.is_fixable, issue.is_persistent) == (True, True)
    until = dt_util.as_local(dt_util.utc_from_timestamp(account["expires_at"] / 1000)).strftime("%Y-%m-%d %H:%M")
    assert issue.translation_placeholders == {"name": "Home", "until": until}
    await connected.change_account(2, account)
    assert caplog.text.count("The account Home needs attention: automatic_refresh_off") == 1
    await connected.change_account(3, account, automatic_refresh=True, status="due")
    assert issue_of(issue_registry) is None


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ({"expires_at": 1}, True),
        ({"expires_at": 1, "last_success_at": None}, True),
        ({"last_success_at": None}, False),
        ({"expires_at": None}, False),
        ({"expires_at": 1, "automatic_refresh": True, "status": "due"}, False),
        # It has a repair of its own, and needs that first.
        ({"expires_at": 1, "status": "sign_in_needed"}, False),
        ({"expires_at": 1, "status": "refreshing"}, False),
    ],
)
async def test_it_is_told_by_what_is_known_of_the_token(
    connected: FakeGateway, issue_registry: ir.IssueRegistry, fields: dict[str, Any], is_told: bool
) -> None:
    await connected.change_account(1, off(**fields))
    assert (issue_of(issue_registry) is not None) is is_told
    await connected.change_account(2, off())
    assert issue_of(issue_registry) is None


async def test_without_the_gateway_nobody_can_say_so(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    connected: FakeGateway,
    dial_in: Dial,
    issue_registry: ir.IssueRegistry,
) -> None:
    account = off(timedelta(seconds=200))
    await connected.change_account(1, account)
    await connected.close()
    await wait(hass, freezer, 60)
    await wait(hass, freezer, 120)
    assert issue_of(issue_registry) is None
    again = await dial_in()
    await again.connect()
    await again.change_account(1, account)
    assert issue_of(issue_registry) is not None


async def test_it_is_switched_on_from_the_repair(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, off(expires_at=1))
    menu = await opened(hass, ISSUE)
    assert (menu["type"], menu["menu_options"]) == (FlowResultType.MENU, ["turn_on", "leave_off"])
    turning_on = asked(hass, menu, "turn_on")
    command = await connected.event()
    assert (command["name"], command["target"], command["args"]) == (
        "set_automatic_refresh",
        {"account_id": HOME},
        {"on": True},
    )
    await done(connected, command)
    assert (await turning_on)["type"] is FlowResultType.CREATE_ENTRY
    assert issue_of(issue_registry) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("account_not_found", "nothing_left"),
        ("account_owned_by_options", "owned_by_options"),
        ("command_unsupported", "gateway_too_old"),
        ("store_failed", "failed"),
    ],
)
async def test_what_goes_wrong_is_said_and_the_repair_stays(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry, code: str, reason: str
) -> None:
    await connected.change_account(1, off(expires_at=1))
    turning_on = asked(hass, await opened(hass, ISSUE), "turn_on")
    await connected.fail(await connected.event(), code=code, message="The disk is full.")
    step = await turning_on
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, reason)
    if reason == "failed":
        assert step["description_placeholders"] == {"code": code, "message": "The disk is full."}
    assert issue_of(issue_registry) is not None


async def test_a_gateway_that_is_away_or_goes_is_said(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, off(expires_at=1))
    turning_on = asked(hass, await opened(hass, ISSUE), "turn_on")
    await connected.event()
    await connected.close()
    assert (await turning_on)["reason"] == "no_answer"
    menu = await opened(hass, ISSUE)
    assert (await chosen(hass, menu, "turn_on"))["reason"] == "not_connected"


@pytest.mark.parametrize(
    ("page", "reason", "placeholders"),
    [
        (
            "a1b2c3d4_utec_gateway",
            "owned_by_options",
            {"configuration": "/config/app/a1b2c3d4_utec_gateway/config"},
        ),
        ("http://nas.example:8099/", "owned_by_options_elsewhere", None),
        (None, "owned_by_options_elsewhere", None),
    ],
)
async def test_what_the_configuration_of_the_gateway_says_is_changed_there(
    hass: HomeAssistant,
    gateway: FakeGateway,
    page: str | None,
    reason: str,
    placeholders: dict[str, str] | None,
) -> None:
    await gateway.call({**fixture("hello"), "page": page})
    await gateway.call(fixture("listen"))
    gateway.session = (await gateway.event())["session"]
    await gateway.snapshot()
    await gateway.change_account(1, off(expires_at=1, owner="options"))
    menu = await opened(hass, ISSUE)
    assert menu["menu_options"] == ["options", "leave_off"]
    step = await chosen(hass, menu, "options")
    assert (step["reason"], step["description_placeholders"]) == (reason, placeholders)


async def test_who_wants_it_off_is_not_asked_again_for_this_token(
    hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, off(expires_at=1))
    step = await chosen(hass, await opened(hass, ISSUE), "leave_off")
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "ignored")
    await connected.change_account(2, off(expires_at=2))
    issue = issue_of(issue_registry)
    assert issue is not None
    assert issue.dismissed_version is not None


@pytest.mark.parametrize("option", ["turn_on", "options"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
async def test_a_repair_of_what_is_gone_says_so(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, when: str, option: str
) -> None:
    await connected.change_account(1, off(expires_at=1, owner="options" if option == "options" else "page"))
    menu = await opened(hass, ISSUE) if when == "meanwhile" else None
    await connected.close()
    await hass.config_entries.async_reload(loaded.entry_id)
    await settle()
    step = await opened(hass, ISSUE) if menu is None else await chosen(hass, menu, option)
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "nothing_left")


async def test_disabling_takes_it_away(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, off(expires_at=1))
    assert issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, 1)) is not None
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    assert not [issue_id for domain, issue_id in issue_registry.issues if domain == DOMAIN]
