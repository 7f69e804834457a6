"""What people read: repairs, diagnostics, words and icons."""

from collections.abc import Iterator
import dataclasses
import json
from pathlib import Path
import re
from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

import custom_components.utec_gateway as package
from custom_components.utec_gateway import (
    binary_sensor,
    button,
    light,
    lock,
    select,
    sensor,
    switch,
)
from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.link import commands
from custom_components.utec_gateway.picture import account, device_words

from .conftest import Dial
from .gateway import CABIN, FRONT, HOME, TOASTER, FakeGateway, fixture

FOLDER = Path(package.__file__).parent
HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]


def read(name: str) -> Any:
    """A JSON file of the integration."""
    return json.loads((FOLDER / name).read_text())


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts of a translation, with their paths."""
    if isinstance(tree, str):
        yield path, tree
        return
    for key, branch in tree.items():
        yield from leaves(branch, f"{path}.{key}")


# Repairs


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


async def test_an_account_that_needs_a_person_is_a_repair_that_leads_to_the_page_and_goes_by_itself(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    cabin = issue_registry.async_get_issue(DOMAIN, f"account_{CABIN}_1")
    assert cabin is not None
    assert cabin.translation_key == "sign_in_needed"
    assert cabin.translation_placeholders == {"name": "Cabin"}
    assert cabin.learn_more_url == "homeassistant://app/a1b2c3d4_utec_gateway"
    assert account_issues(issue_registry) == {f"account_{CABIN}_1"}

    for number, kind in enumerate(("misconfigured", "store_failed"), start=1):
        await connected.change_account(number, HOME_OBJECT, **incident(number, kind))
        home = issue_registry.async_get_issue(DOMAIN, f"account_{HOME}_{number}")
        assert home is not None
        assert home.translation_key == kind
        assert account_issues(issue_registry) == {f"account_{CABIN}_1", f"account_{HOME}_{number}"}
    await connected.change_account(3, HOME_OBJECT, **incident(2, "store_failed", closed_at=1795255200000))
    assert account_issues(issue_registry) == {f"account_{CABIN}_1"}


async def test_a_sign_in_that_ends_is_told_as_a_warning_before_and_as_an_error_once_it_has_ended(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    ends = {"status": "fresh", "sign_in_ends_at": 1795251600000}
    ending = {"number": 1, "kind": "sign_in_ending", "opened_at": 1795150000000, "closed_at": None}
    await connected.change_account(1, HOME_OBJECT, **ends, incident=ending)
    home = issue_registry.async_get_issue(DOMAIN, f"account_{HOME}_1")
    assert home is not None
    assert (home.translation_key, home.severity) == ("sign_in_ending", ir.IssueSeverity.WARNING)
    assert home.translation_placeholders == {"name": "Home", "day": "2026-11-21"}

    await connected.change_account(2, HOME_OBJECT, **incident(2, "sign_in_needed"))
    home = issue_registry.async_get_issue(DOMAIN, f"account_{HOME}_2")
    assert home is not None
    assert (home.translation_key, home.severity) == ("sign_in_needed", ir.IssueSeverity.ERROR)
    await connected.change_account(3, HOME_OBJECT, **incident(2, "sign_in_needed", closed_at=1795255200000))
    assert account_issues(issue_registry) == {f"account_{CABIN}_1"}


async def test_an_outage_of_hours_without_a_token_is_a_repair_that_says_what_was_seen(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    error = {"class": "transient", "code": "http_403", "message": "A web page came.", "at": 1795251600000}
    outage = {"status": "retrying", "no_token_since_at": 1795251600000, "last_error": error}
    told = {"number": 1, "kind": "no_token", "opened_at": 1795273200000, "closed_at": None}
    await connected.change_account(1, HOME_OBJECT, **outage, incident=told)
    home = issue_registry.async_get_issue(DOMAIN, f"account_{HOME}_1")
    assert home is not None
    assert (home.translation_key, home.severity) == ("no_token", ir.IssueSeverity.ERROR)
    assert home.translation_placeholders is not None
    assert home.translation_placeholders["message"] == "A web page came."
    await connected.change_account(2, HOME_OBJECT, incident={**told, "closed_at": 1795280000000})
    assert account_issues(issue_registry) == {f"account_{CABIN}_1"}


async def test_an_incident_is_told_once_and_the_next_one_again(
    connected: FakeGateway, caplog: pytest.LogCaptureFixture, issue_registry: ir.IssueRegistry
) -> None:
    told = "The account Home needs a person: sign_in_needed"
    await connected.change_account(1, HOME_OBJECT, **incident(1, "sign_in_needed"))
    await connected.change_account(2, {**HOME_OBJECT, "failure_count": 7}, **incident(1, "sign_in_needed"))
    assert caplog.text.count(told) == 1
    ir.async_ignore_issue(connected.hass, DOMAIN, f"account_{HOME}_1", True)
    await connected.change_account(3, HOME_OBJECT, **incident(1, "sign_in_needed", closed_at=1795255200000))
    await connected.change_account(4, HOME_OBJECT, **incident(2, "sign_in_needed"))
    assert caplog.text.count(told) == 2
    again = issue_registry.async_get_issue(DOMAIN, f"account_{HOME}_2")
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
    issue_id = f"account_{CABIN}_1"
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
    assert "needs a person" not in caplog.text


async def test_an_incident_that_ended_while_home_assistant_was_away_is_gone_with_the_next_picture(
    connected: FakeGateway, dial: Dial, issue_registry: ir.IssueRegistry
) -> None:
    await connected.change_account(1, HOME_OBJECT, **incident(1, "misconfigured"))
    await connected.close()
    assert f"account_{HOME}_1" in account_issues(issue_registry)
    await (await dial()).connect()
    assert account_issues(issue_registry) == {f"account_{CABIN}_1"}


async def test_a_gateway_that_does_not_count_incidents_is_understood(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    older = {key: value for key, value in HOME_OBJECT.items() if key != "incident"}
    await connected.change_account(1, older, status="sign_in_needed")
    assert f"account_{HOME}" in account_issues(issue_registry)
    await connected.change_account(2, older, status="fresh")
    assert account_issues(issue_registry) == {f"account_{CABIN}_1"}


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
    assert issues == {"protocol", f"account_{CABIN}_1"}
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)
    assert not [issue_id for domain, issue_id in issue_registry.issues if domain == DOMAIN]


# Diagnostics


@pytest.fixture
async def diagnostics(hass: HomeAssistant) -> None:
    """Set up the view before the web server starts."""
    assert await async_setup_component(hass, "diagnostics", {})


async def test_diagnostics_show_the_picture_without_what_names_a_person_or_a_thing(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert shown["gateway_version"] == shown["integration_version"] == "0.1.0"
    assert shown["link"] == {"connected": True, "session_open": True, "commands_under_way": 0}
    accounts, devices = shown["picture"]["accounts"], shown["picture"]["devices"]
    assert accounts[0]["status"] == "fresh"
    assert devices[0]["handle_type"] == "utec-lock"
    assert devices[0]["freshness"] == "fresh"
    assert devices[0]["said_at"]["lock_state"] == devices[0]["confirmed_at"]
    text = json.dumps(shown)
    for hidden in ("SN-0001", "SN-0006", "client-1", "client-2", "user-1", "example.org"):
        assert hidden not in text


async def test_diagnostics_name_what_has_no_entity_and_what_a_later_gateway_says(
    diagnostics: None,
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    connected: FakeGateway,
    loaded: MockConfigEntry,
) -> None:
    toaster = {
        "id": TOASTER,
        "category": "SmartToaster",
        "handle_type": "utec-toaster",
        "capabilities": ["st.toast"],
        "words": {},
    }
    assert (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["not_understood"] == [toaster]
    await connected.call(fixture("update-unknown"))
    front, _ = (await get_diagnostics_for_config_entry(hass, hass_client, loaded))["not_understood"]
    assert front["id"] == FRONT
    assert front["words"] == {
        "lock_state": "half_locked",
        "lock_mode": "holiday",
        "door_state": "ajar",
        "switch_state": "dim",
        "freshness": "mouldy",
        "trouble": "haunted",
    }


async def test_diagnostics_work_before_the_gateway_has_come(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, loaded: MockConfigEntry
) -> None:
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert shown["picture"] is shown["not_understood"] is shown["gateway_version"] is None
    assert shown["link"]["connected"] is False


# Words and icons


@pytest.mark.parametrize("language", sorted(it.stem for it in (FOLDER / "translations").glob("*.json")))
def test_every_language_says_the_same_things_with_the_same_placeholders(language: str) -> None:
    english, other = (dict(leaves(read(f"translations/{it}.json"))) for it in ("en", language))
    placeholders = re.compile(r"{\w+}")
    assert {path: sorted(set(placeholders.findall(text))) for path, text in other.items()} == {
        path: sorted(set(placeholders.findall(text))) for path, text in english.items()
    }


def test_every_entity_with_a_name_of_its_own_is_translated() -> None:
    words = read("translations/en.json")["entity"]
    tables = {
        "binary_sensor": (
            *binary_sensor.ACCOUNT_BINARY_SENSORS,
            *binary_sensor.LOCK_BINARY_SENSORS,
            *binary_sensor.LOCK_CONNECTIONS,
        ),
        "button": button.BUTTONS,
        "light": light.LIGHTS,
        "lock": lock.LOCKS,
        "select": select.SELECTS,
        "sensor": (*sensor.ACCOUNT_SENSORS, *sensor.LOCK_SENSORS, *sensor.LOCK_AGES),
        "switch": switch.SWITCHES,
    }
    keys = {
        platform: {it.translation_key for it in table if it.translation_key is not None}
        for platform, table in tables.items()
    }
    assert keys == {platform: set(texts) for platform, texts in words.items()}


def test_every_status_mode_and_error_is_translated() -> None:
    words = read("translations/en.json")
    assert set(words["entity"]["sensor"]["token_status"]["state"]) == set(account.TokenStatus)
    modes = words["entity"]["lock"]["lock"]["state_attributes"]["lock_mode"]["state"]
    assert set(modes) == set(words["entity"]["select"]["lock_mode"]["state"]) == set(device_words.LockMode)
    for platform, key in (("lock", "lock"), ("light", "light"), ("switch", "switch"), ("binary_sensor", "connection")):
        attributes = words["entity"][platform][key]["state_attributes"]
        assert set(attributes["freshness"]["state"]) == set(device_words.Freshness)
        assert set(attributes["reason"]["state"]) == set(device_words.REASONS)
    assert set(words["exceptions"]) == commands.TRANSLATED_CODES | {"command_failed"}
    protocol = {"update_gateway", "update_integration"}
    assert set(words["issues"]) == {*account.PERSON_NEEDED, account.SIGN_IN_ENDING, account.NO_TOKEN} | protocol


def listed_in(source: str, name: str) -> set[str]:
    """The words of a list in the gateway's sources."""
    found = re.search(rf"{name} = \[(.*?)\]", (FOLDER.parent.parent / "src" / source).read_text(), re.DOTALL)
    assert found is not None
    return set(re.findall(r'"(\w+)"', found[1]))


def test_the_words_for_devices_are_those_of_the_gateway() -> None:
    for name, words in {
        "DEVICE_KINDS": {*device_words.DeviceKind, "unknown"},
        "LOCK_MODES": set(device_words.LockMode),
        "FRESHNESSES": set(device_words.Freshness),
        "DEVICE_TROUBLES": set(device_words.Trouble),
    }.items():
        assert listed_in("state/picture.ts", name) == words


def test_the_statuses_and_reasons_are_those_of_the_gateway() -> None:
    def listed(name: str) -> set[str]:
        return listed_in("keeper/account.ts", name)

    sensors = read("translations/en.json")["entity"]["sensor"]
    reasons = sensors["token_status"]["state_attributes"]["reason"]["state"]
    sources = sensors["token_expiry"]["state_attributes"]["expiry_source"]["state"]
    assert listed("TOKEN_STATUSES") == set(account.TokenStatus)
    assert listed("TOKEN_REASONS") == set(reasons)
    assert listed("EXPIRY_SOURCES") == set(sources)
    assert listed("INCIDENT_KINDS") == {*account.PERSON_NEEDED, account.SIGN_IN_ENDING, account.NO_TOKEN}


def test_every_error_code_with_a_sentence_is_one_of_the_gateway() -> None:
    source = (FOLDER.parent.parent / "src" / "problem.ts").read_text()
    own = {"link_lost", "not_connected", "timed_out"}
    assert {code for code in commands.TRANSLATED_CODES if f'"{code}"' not in source} == own


def test_icons_are_material_icons_of_entities_that_exist() -> None:
    words, icons = read("translations/en.json")["entity"], read("icons.json")["entity"]
    for platform, keys in icons.items():
        assert set(keys) <= set(words[platform])
    assert all(icon.startswith("mdi:") for _, icon in leaves(icons))


def test_the_manifest_is_as_home_assistant_wants_it() -> None:
    manifest = read("manifest.json")
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    version = json.loads((FOLDER.parent.parent / "package.json").read_text())["version"]
    assert manifest["version"] == version
    assert (FOLDER / "brand" / "icon.png").is_file()
    assert not (FOLDER / "strings.json").exists()
