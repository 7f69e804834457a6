"""A gateway that does not connect is a repair that says what to look at, and goes when it has come."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import ABSENCE_S, CONF_SLUG, DOMAIN

from ..conftest import Dial
from ..gateway import FakeGateway, fixture
from ..house import wait
from ..take_over.other_gateway import ISSUE as OFFER, SAME

ISSUE = "gateway_absent"


def issue_of(issue_registry: ir.IssueRegistry) -> ir.IssueEntry | None:
    """The repair, if it is there."""
    return issue_registry.async_get_issue(DOMAIN, ISSUE)


async def test_a_gateway_that_never_dials_in_after_home_assistants_start_is_a_repair_that_goes_when_it_comes(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config_entries.async_update_entry(entry, data={CONF_SLUG: "local_utec_gateway"})
    hass.set_state(CoreState.starting)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    # A long start is no absence.
    await wait(hass, freezer, 2 * ABSENCE_S)
    assert issue_of(issue_registry) is None
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    await wait(hass, freezer, ABSENCE_S - 1)
    assert issue_of(issue_registry) is None
    for _ in range(3):
        await wait(hass, freezer, ABSENCE_S)
        issue = issue_of(issue_registry)
        assert issue is not None
        assert (issue.severity, issue.is_fixable, issue.is_persistent) == (ir.IssueSeverity.ERROR, False, True)
        assert issue.learn_more_url == "homeassistant://app/local_utec_gateway"
    assert caplog.text.count("has not connected for 10 min") == 1


async def test_it_goes_when_the_gateway_has_come_and_comes_when_it_stays_away(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    gateway: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    await wait(hass, freezer, ABSENCE_S + 1)
    assert issue_of(issue_registry) is not None
    # It is there when its picture is.
    await gateway.listen()
    assert issue_of(issue_registry) is not None
    await gateway.snapshot()
    assert issue_of(issue_registry) is None
    await gateway.call({**fixture("goodbye"), "back_in_s": 60})
    await wait(hass, freezer, 61)
    await wait(hass, freezer, ABSENCE_S - 1)
    assert issue_of(issue_registry) is None
    await wait(hass, freezer, 2)
    assert issue_of(issue_registry) is not None
    # A reload knows nothing better.
    await hass.config_entries.async_reload(loaded.entry_id)
    assert issue_of(issue_registry) is not None


async def test_a_gateway_that_is_there_is_not_missed(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    for _ in range(ABSENCE_S // 30 + 2):
        await wait(hass, freezer, 30)
        await connected.call(fixture("alive"))
    assert issue_of(issue_registry) is None


@pytest.mark.parametrize("why", ["another gateway", "protocol"])
async def test_where_something_else_says_why_it_is_not_said_twice(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    issue_registry: ir.IssueRegistry,
    why: str,
) -> None:
    await connected.close()
    await wait(hass, freezer, 10)
    await wait(hass, freezer, ABSENCE_S + 1)
    assert issue_of(issue_registry) is not None
    other = await dial()
    if why == "protocol":
        await other.refused(fixture("hello-newer"))
    for _ in range(3):
        if why == "another gateway":
            await other.call(SAME)
        await wait(hass, freezer, ABSENCE_S / 2)
    assert issue_of(issue_registry) is None
    assert [it for domain, it in issue_registry.issues if domain == DOMAIN and "account" not in it]


async def test_an_offer_that_somebody_ignores_says_nothing_so_the_absence_is_said(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    issue_registry: ir.IssueRegistry,
) -> None:
    other = await dial()
    await other.call(SAME)
    ir.async_ignore_issue(hass, DOMAIN, OFFER, True)
    await connected.close()
    await wait(hass, freezer, 10)
    for _ in range(3):
        await other.call(SAME)
        await wait(hass, freezer, ABSENCE_S / 2)
    assert issue_of(issue_registry) is not None


@pytest.mark.parametrize("end", ["disabled", "removed"])
async def test_disabling_or_removing_takes_it_away(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    end: str,
) -> None:
    await wait(hass, freezer, ABSENCE_S + 1)
    assert issue_of(issue_registry) is not None
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)
    assert issue_of(issue_registry) is None
