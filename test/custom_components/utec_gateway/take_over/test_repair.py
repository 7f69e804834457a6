"""Another gateway is offered as a repair, and nothing that both have is lost when it takes over."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CONF_GATEWAY_ID, CONF_SLUG, DOMAIN, OFFER_S
from custom_components.utec_gateway.registry.offers import listed

from ..conftest import Dial
from ..gateway import GATEWAY, HOME, FakeGateway, fixture, fixtures
from ..house import state_of, wait
from ..test_config_flow import SLUG
from .other_gateway import (
    ACCOUNT,
    ISSUE,
    LOCK,
    MISSING,
    NOT_SIGNED_IN,
    OTHER,
    REINSTALLED,
    SAME,
    answer,
    connect,
    offer,
    registered,
    repair,
)


def issue_of(issue_registry: ir.IssueRegistry) -> ir.IssueEntry:
    """The repair, which must exist."""
    issue = issue_registry.async_get_issue(DOMAIN, ISSUE)
    assert issue is not None
    return issue


async def test_a_reinstalled_gateway_takes_over_by_a_repair_and_everything_keeps_its_place(
    hass: HomeAssistant,
    away: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    hall = ar.async_get(hass).async_create("Hall")
    account = device_registry.async_get_device_by_identifier((DOMAIN, HOME), loaded.entry_id)
    door = device_registry.async_get_device_by_identifier((DOMAIN, "AA:BB:CC:00:00:01"), loaded.entry_id)
    assert account is not None
    assert door is not None
    device_registry.async_update_device(door.id, area_id=hall.id, name_by_user="Our door")
    device_registry.async_update_device(account.id, area_id=hall.id)
    entity_registry.async_update_entity(LOCK, new_entity_id="lock.our_door")
    # The account Cabin has no devices, and is not in the other gateway.
    kept = {key: it for key, it in registered(hass, loaded).items() if not key.split(".")[1].startswith("cabin")}

    assert await offer(away) == fixtures("offer-result")[0]
    issue = issue_of(issue_registry)
    assert (issue.translation_key, issue.severity) == ("take_over", ir.IssueSeverity.ERROR)
    assert issue.is_fixable
    assert issue.learn_more_url == f"homeassistant://app/{SLUG}"

    step = await repair(hass)
    assert (step["type"], step["step_id"]) == (FlowResultType.FORM, "confirm")
    assert (await answer(hass, step))["type"] is FlowResultType.CREATE_ENTRY
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    assert loaded.data == {CONF_GATEWAY_ID: REINSTALLED, CONF_SLUG: SLUG}
    assert loaded.unique_id == REINSTALLED

    await connect(away)
    assert state_of(hass, "lock.our_door") == "locked"
    assert registered(hass, loaded) == kept
    again = device_registry.async_get(account.id)
    assert again is not None
    assert (again.identifiers, again.area_id, again.name) == ({(DOMAIN, ACCOUNT)}, hall.id, "Our home")
    door = device_registry.async_get(door.id)
    assert door is not None
    assert (door.area_id, door.name_by_user, door.via_device_id) == (hall.id, "Our door", account.id)


async def test_the_gateway_before_is_refused_after_a_take_over_and_told_that_its_session_is_over(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, issue_registry: ir.IssueRegistry
) -> None:
    other = await dial()
    assert (await offer(other))["connected"] is True
    issue = issue_of(issue_registry)
    assert (issue.translation_key, issue.severity) == ("two_gateways", ir.IssueSeverity.WARNING)
    assert state_of(hass, LOCK) == "locked"

    await answer(hass, await repair(hass))
    assert await connected.event() == fixture("goodbye-events", 0)
    await connect(other)
    assert state_of(hass, LOCK) == "locked"
    assert await connected.refused(fixture("hello")) == "other_gateway"
    assert await connected.refused({**fixture("alive"), "session": connected.session}) == "unknown_session"


async def test_two_gateways_never_fight_the_second_changes_nothing_until_somebody_says_so(
    hass: HomeAssistant, connected: FakeGateway, dial: Dial, loaded: MockConfigEntry
) -> None:
    before, other = registered(hass, loaded), await dial()
    for _ in range(3):
        await offer(other)
    assert loaded.data[CONF_GATEWAY_ID] == GATEWAY
    await connected.call(fixture("alive"))
    assert (state_of(hass, LOCK), registered(hass, loaded)) == ("locked", before)


async def test_a_gateway_that_is_not_signed_in_yet_must_wait_and_the_repair_then_changes_by_itself(
    hass: HomeAssistant, away: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    found = await offer(away, NOT_SIGNED_IN)
    assert found == {"verdict": "not_yet", "connected": False, "missing": found["missing"]}
    issue = issue_of(issue_registry)
    assert (issue.translation_key, issue.is_fixable) == ("other_gateway", False)
    assert issue.translation_placeholders == {"missing": MISSING}
    await away.call({**NOT_SIGNED_IN, "accounts": []})
    assert issue_of(issue_registry).translation_key == "other_gateway"
    await offer(away)
    assert issue_of(issue_registry).translation_key == "take_over"


async def test_a_gateway_with_other_locks_says_what_would_go_and_keeping_is_offered(
    hass: HomeAssistant,
    away: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    before = registered(hass, loaded)
    door = device_registry.async_get_device_by_identifier((DOMAIN, "AA:BB:CC:00:00:01"), loaded.entry_id)
    assert door is not None
    device_registry.async_update_device(door.id, name_by_user="Our door")
    assert (await offer(away, OTHER))["verdict"] == "other"
    assert issue_of(issue_registry).translation_key == "other_locks"
    step = await repair(hass)
    assert (step["type"], step["menu_options"]) == (FlowResultType.MENU, ["keep", "replace"])
    assert step["description_placeholders"] == {"missing": "Back door, Hall lamp, Lamp plug, Our door"}
    done = await answer(hass, step, next_step_id="keep")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "kept")
    assert issue_of(issue_registry).dismissed_version is not None
    # Ignored is ignored, however often it is offered.
    await offer(away, OTHER)
    assert issue_of(issue_registry).dismissed_version is not None
    assert (registered(hass, loaded), loaded.data[CONF_GATEWAY_ID]) == (before, GATEWAY)

    await answer(hass, await repair(hass), next_step_id="replace")
    assert loaded.data == {CONF_GATEWAY_ID: REINSTALLED}


async def test_what_was_asked_is_compared_again_when_it_is_confirmed(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry
) -> None:
    await offer(away)
    step = await repair(hass)
    await away.call(OTHER)
    step = await answer(hass, step)
    assert (step["type"], step["step_id"]) == (FlowResultType.MENU, "choose")
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    done = await answer(hass, step, next_step_id="replace")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_offer")
    assert loaded.data[CONF_GATEWAY_ID] == GATEWAY


async def test_a_question_about_an_offer_that_is_gone_is_not_asked_again(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry
) -> None:
    await offer(away, OTHER)
    step = await repair(hass)
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    done = await answer(hass, step)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_offer")


async def test_an_offer_that_is_not_repeated_is_over_also_after_a_reload(
    hass: HomeAssistant,
    away: FakeGateway,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    issue_registry: ir.IssueRegistry,
) -> None:
    await offer(away)
    await wait(hass, freezer, OFFER_S - 10)
    await away.call(SAME)
    await wait(hass, freezer, 20)
    step = await repair(hass)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None
    done = await answer(hass, step)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_offer")
    await wait(hass, freezer, OFFER_S + 10)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


@pytest.mark.parametrize("end", ["disabled", "removed"])
async def test_disabling_or_removing_takes_the_offer_away(
    hass: HomeAssistant, away: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry, end: str
) -> None:
    await offer(away)
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_the_gateway_that_home_assistant_works_with_has_nothing_to_offer(connected: FakeGateway) -> None:
    assert await connected.refused({**SAME, "gateway_id": GATEWAY}) == "unknown_session"


async def test_the_repair_follows_the_present_gateway_as_it_goes_and_comes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    connected: FakeGateway,
    dial: Dial,
    issue_registry: ir.IssueRegistry,
) -> None:
    other = await dial()
    await offer(other)
    assert issue_of(issue_registry).translation_key == "two_gateways"
    await connected.call({**fixture("goodbye"), "back_in_s": 60})
    # It was stopped; its states stay for a while, should it only have been restarted.
    assert state_of(hass, LOCK) == "locked"
    assert (await offer(other))["connected"] is False
    assert issue_of(issue_registry).translation_key == "take_over"
    await connected.connect()
    assert issue_of(issue_registry).translation_key == "two_gateways"
    await connected.close()
    await wait(hass, freezer, 10)
    assert issue_of(issue_registry).translation_key == "take_over"


def test_a_long_list_of_missing_names_is_cut() -> None:
    assert listed(("Front door", "Back door")) == "Front door, Back door"
    assert listed(tuple("abcdefghijk")) == "a, b, c, d, e, f, g, h, i, j …"
