"""Repair issues: what a person must do, told once and gone with its cause."""

import dataclasses
from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.registry.issue_ids import account_issue_id

from ..conftest import Dial
from ..gateway import CABIN, HOME, FakeGateway, fixture
from ..house import write_stores
from ..take_over.other_gateway import ISSUE, SAME

HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]


def account_issues(issue_registry: ir.IssueRegistry) -> set[str]:
    """The ids of the issues about accounts."""
    return {issue_id for domain, issue_id in issue_registry.issues if domain == DOMAIN and "account_" in issue_id}


def incident(number: int, kind: str, closed_at: int | None = None) -> dict[str, Any]:
    """The fields of an account with an incident, open or closed."""
    status = kind if closed_at is None else "fresh"
    return {
        "status": status,
        "incident": {"number": number, "kind": kind, "opened_at": 1795251600000, "closed_at": closed_at},
    }


async def test_an_account_that_needs_attention_is_a_repair_that_leads_to_the_page_and_goes_by_itself(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    cabin = issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, 1))
    assert cabin is not None
    assert cabin.translation_key == "sign_in_needed"
    assert cabin.translation_placeholders == {"name": "Cabin"}
    assert cabin.learn_more_url == "homeassistant://app/a1b2c3d4_utec_gateway"
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}

    for number, kind in enumerate(("misconfigured", "store_failed"), start=1):
        await connected.change_account(number, HOME_OBJECT, **incident(number, kind))
        home = issue_registry.async_get_issue(DOMAIN, account_issue_id(HOME, number))
        assert home is not None
        assert home.translation_key == kind
        assert account_issues(issue_registry) == {account_issue_id(CABIN, 1), account_issue_id(HOME, number)}
    await connected.change_account(3, HOME_OBJECT, **incident(2, "store_failed", closed_at=1795255200000))
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}


async def test_a_sign_in_that_ends_is_told_as_a_warning_before_and_as_an_error_once_it_has_ended(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    ends = {"status": "fresh", "sign_in_ends_at": 1795251600000}
    ending = {"number": 1, "kind": "sign_in_ending", "opened_at": 1795150000000, "closed_at": None}
    await connected.change_account(1, HOME_OBJECT, **ends, incident=ending)
    home = issue_registry.async_get_issue(DOMAIN, account_issue_id(HOME, 1))
    assert home is not None
    assert (home.translation_key, home.severity) == ("sign_in_ending", ir.IssueSeverity.WARNING)
    assert home.translation_placeholders == {"name": "Home", "day": "2026-11-21"}

    await connected.change_account(2, HOME_OBJECT, **incident(2, "sign_in_needed"))
    home = issue_registry.async_get_issue(DOMAIN, account_issue_id(HOME, 2))
    assert home is not None
    assert (home.translation_key, home.severity) == ("sign_in_needed", ir.IssueSeverity.ERROR)
    await connected.change_account(3, HOME_OBJECT, **incident(2, "sign_in_needed", closed_at=1795255200000))
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}


async def test_an_outage_of_hours_without_a_token_is_a_repair_that_says_what_was_seen(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    error = {"class": "transient", "code": "http_403", "message": "A web page came.", "at": 1795251600000}
    outage = {"status": "retrying", "no_token_since_at": 1795251600000, "last_error": error}
    told = {"number": 1, "kind": "no_token", "opened_at": 1795273200000, "closed_at": None}
    await connected.change_account(1, HOME_OBJECT, **outage, incident=told)
    home = issue_registry.async_get_issue(DOMAIN, account_issue_id(HOME, 1))
    assert home is not None
    assert (home.translation_key, home.severity) == ("no_token", ir.IssueSeverity.ERROR)
    assert home.translation_placeholders is not None
    assert home.translation_placeholders["message"] == "A web page came."
    await connected.change_account(2, HOME_OBJECT, incident={**told, "closed_at": 1795280000000})
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}


async def test_an_account_that_was_taken_out_of_the_configuration_asks_what_is_meant_instead_of_a_sign_in(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    cabin = fixture("snapshot", 0)["accounts"][1]
    await connected.change_account(1, cabin, left_options_at=1795251600000)
    assert account_issues(issue_registry) == {account_issue_id(CABIN, "options")}
    issue = issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, "options"))
    assert issue is not None
    assert (issue.translation_key, issue.translation_placeholders) == ("left_options", {"name": "Cabin"})
    assert issue.learn_more_url == "homeassistant://app/a1b2c3d4_utec_gateway"
    # It is kept: now it must be signed in.
    await connected.change_account(2, cabin)
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}
    # It was not: everything of it goes.
    await connected.change_account(3, cabin, left_options_at=1795251600000)
    await connected.call({**fixture("updates", 4), "seq": 4})
    assert account_issues(issue_registry) == set()


async def test_an_account_that_was_taken_out_of_the_configuration_and_works_is_a_warning(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, HOME_OBJECT, left_options_at=1795251600000)
    issue = issue_registry.async_get_issue(DOMAIN, account_issue_id(HOME, "options"))
    assert issue is not None
    assert issue.severity == ir.IssueSeverity.WARNING


async def test_an_incident_is_told_once_and_the_next_one_again(
    connected: FakeGateway, caplog: pytest.LogCaptureFixture, issue_registry: ir.IssueRegistry
) -> None:
    told = "The account Home needs attention: sign_in_needed"
    await connected.change_account(1, HOME_OBJECT, **incident(1, "sign_in_needed"))
    await connected.change_account(2, {**HOME_OBJECT, "failure_count": 7}, **incident(1, "sign_in_needed"))
    assert caplog.text.count(told) == 1
    ir.async_ignore_issue(connected.hass, DOMAIN, account_issue_id(HOME, 1), True)
    await connected.change_account(3, HOME_OBJECT, **incident(1, "sign_in_needed", closed_at=1795255200000))
    await connected.change_account(4, HOME_OBJECT, **incident(2, "sign_in_needed"))
    assert caplog.text.count(told) == 2
    again = issue_registry.async_get_issue(DOMAIN, account_issue_id(HOME, 2))
    assert again is not None
    assert again.dismissed_version is None


@pytest.mark.parametrize("restarted", ["the gateway", "Home Assistant"])
async def test_an_incident_that_lasts_is_no_second_notice_after_a_restart(
    hass: HomeAssistant,
    dial: Dial,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    issue_registry: ir.IssueRegistry,
    restarted: str,
) -> None:
    issue_id = account_issue_id(CABIN, 1)
    ir.async_ignore_issue(hass, DOMAIN, issue_id, True)
    caplog.clear()
    await connected.close()
    if restarted == "Home Assistant":
        assert await hass.config_entries.async_reload(loaded.entry_id)
        # What its registry remembers of an issue over a restart.
        remembered = dataclasses.replace(issue_registry.issues[(DOMAIN, issue_id)], active=False)
        issue_registry.issues[(DOMAIN, issue_id)] = remembered
    await (await dial()).connect()
    issue = issue_registry.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.active
    assert issue.dismissed_version is not None
    assert "needs attention" not in caplog.text


async def test_an_incident_that_ended_while_home_assistant_was_away_is_gone_with_the_next_picture(
    connected: FakeGateway, dial: Dial, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, HOME_OBJECT, **incident(1, "misconfigured"))
    await connected.close()
    assert account_issue_id(HOME, 1) in account_issues(issue_registry)
    await (await dial()).connect()
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}


async def test_a_gateway_that_does_not_count_incidents_is_understood(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    older = {key: value for key, value in HOME_OBJECT.items() if key != "incident"}
    await connected.change_account(1, older, status="sign_in_needed")
    assert account_issue_id(HOME, None) in account_issues(issue_registry)
    await connected.change_account(2, older, status="fresh")
    assert account_issues(issue_registry) == {account_issue_id(CABIN, 1)}


async def test_issues_that_were_open_before_a_restart_stay_until_the_gateway_has_said_that_they_are_solved(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    other = await dial()
    await other.call(SAME)
    await other.refused(fixture("hello-newer"))
    open_before = {"protocol", account_issue_id(CABIN, 1), ISSUE}
    await write_stores(hass)
    # As after the restart.
    await issue_registry.async_load()
    assert await hass.config_entries.async_reload(loaded.entry_id)

    def shown() -> set[str]:
        return {issue_id for (domain, issue_id), it in issue_registry.issues.items() if domain == DOMAIN and it.active}

    assert shown() == open_before
    issue = issue_registry.async_get_issue(DOMAIN, account_issue_id(CABIN, 1))
    assert issue is not None
    assert (issue.translation_key, issue.translation_placeholders) == ("sign_in_needed", {"name": "Cabin"})

    newer = await dial()
    await newer.listen()
    assert shown() == open_before - {"protocol"}
    await newer.call({**fixture("snapshot", 0), "parts": 1, "accounts": fixture("snapshot", 0)["accounts"][:1]})
    assert shown() == {ISSUE}


@pytest.mark.parametrize("end", ["disabled", "removed"])
async def test_disabling_or_removing_takes_the_repairs_away(
    hass: HomeAssistant,
    connected: FakeGateway,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    end: str,
) -> None:
    await connected.refused(fixture("hello-newer"))
    issues = {issue_id for domain, issue_id in issue_registry.issues if domain == DOMAIN}
    assert issues == {"protocol", account_issue_id(CABIN, 1)}
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)
    assert not [issue_id for domain, issue_id in issue_registry.issues if domain == DOMAIN]
