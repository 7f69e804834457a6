"""The ids of repairs tell nobody whose home it is; those of an older version become such, and are no news."""

import json
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.registry.issue_ids import account_issue_id, offer_issue_id

from ..conftest import Dial
from ..gateway import CABIN, GATEWAY, HOME, FakeGateway, fixture
from ..take_over.other_gateway import ACCOUNT, REINSTALLED, SAME


def older(hass: HomeAssistant, issue_id: str, kind: str) -> None:
    """An issue as an older version has left it."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"gateway_id": REINSTALLED},
        is_fixable=kind == "take_over",
        is_persistent=True,
        severity=ir.IssueSeverity.ERROR,
        learn_more_url="homeassistant://app/local_utec_gateway",
        translation_key=kind,
        translation_placeholders={"name": "Cabin"},
    )


async def test_issues_of_an_older_version_are_renamed_and_not_announced_again(
    hass: HomeAssistant,
    dial: Dial,
    loaded: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    older(hass, f"account_{CABIN}_1", "sign_in_needed")
    older(hass, f"account_{HOME}_options", "left_options")
    older(hass, f"account_{ACCOUNT}", "sign_in_needed")
    older(hass, f"other_gateway_{REINSTALLED}", "take_over")
    ir.async_create_issue(
        hass, "lock", f"account_{CABIN}", is_fixable=False, severity=ir.IssueSeverity.ERROR, translation_key="x"
    )
    ir.async_ignore_issue(hass, DOMAIN, f"account_{CABIN}_1", True)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    now = {
        account_issue_id(CABIN, 1): True,
        account_issue_id(HOME, "options"): False,
        account_issue_id(ACCOUNT, None): False,
        offer_issue_id(REINSTALLED): False,
    }

    def shown() -> dict[str, bool]:
        issues = issue_registry.issues.items()
        return {key: it.dismissed_version is not None for (domain, key), it in issues if domain == DOMAIN}

    assert shown() == now
    offer = issue_registry.async_get_issue(DOMAIN, offer_issue_id(REINSTALLED))
    assert offer is not None
    assert (offer.translation_key, offer.is_fixable, offer.is_persistent, offer.data) == ("take_over", True, True, None)
    assert offer.learn_more_url == "homeassistant://app/local_utec_gateway"
    assert offer.translation_placeholders == {"name": "Cabin"}
    assert issue_registry.async_get_issue("lock", f"account_{CABIN}") is not None
    # And nothing more comes of a second start.
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert shown() == now

    await (await dial()).connect()
    assert shown() == {account_issue_id(CABIN, 1): True, offer_issue_id(REINSTALLED): False}
    assert "The account Cabin needs attention" not in caplog.text


async def test_no_file_of_the_diagnostics_holds_an_id_in_the_repairs_that_home_assistant_adds(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
) -> None:
    other = await dial()
    assert await other.refused({**fixture("hello"), "gateway_id": REINSTALLED}) == "other_gateway"
    await other.call(SAME)
    client = await hass_client()
    answer = await client.get(f"/api/diagnostics/config_entry/{loaded.entry_id}")
    file: dict[str, Any] = await answer.json()
    issues = {it["issue_id"]: it["translation_key"] for it in file["issues"]}
    cabin, offered = account_issue_id(CABIN, 1), offer_issue_id(REINSTALLED)
    assert issues == {cabin: "sign_in_needed", offered: "two_gateways"}
    assert file["data"]["repairs"] == {
        account_issue_id(HOME, None): "account 1",
        account_issue_id(CABIN, None): "account 2",
    }
    assert cabin.startswith(account_issue_id(CABIN, None))
    text = json.dumps(file).lower()
    for hidden in (GATEWAY, HOME, CABIN, REINSTALLED):
        assert hidden.lower() not in text
