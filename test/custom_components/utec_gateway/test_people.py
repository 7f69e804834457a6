"""What people read: repairs, diagnostics, words and icons."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

import custom_components.utec_gateway as package
from custom_components.utec_gateway import binary_sensor, button, commands, lock, models, sensor
from custom_components.utec_gateway.const import DOMAIN

from .gateway import CABIN, HOME, FakeGateway, fixture

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


async def test_an_account_that_needs_a_person_is_a_repair_that_leads_to_the_page_and_goes_by_itself(
    connected: FakeGateway, issue_registry: ir.IssueRegistry
) -> None:
    cabin = issue_registry.async_get_issue(DOMAIN, f"account_{CABIN}")
    assert cabin is not None
    assert cabin.translation_key == "sign_in_needed"
    assert cabin.translation_placeholders == {"name": "Cabin"}
    assert cabin.learn_more_url == "homeassistant://app/a1b2c3d4_utec_gateway"
    assert issue_registry.async_get_issue(DOMAIN, f"account_{HOME}") is None

    for seq, status in enumerate(("misconfigured", "store_failed"), start=1):
        await connected.change_account(seq, HOME_OBJECT, status=status)
        home = issue_registry.async_get_issue(DOMAIN, f"account_{HOME}")
        assert home is not None
        assert home.translation_key == status
    await connected.change_account(3, HOME_OBJECT, status="fresh")
    assert issue_registry.async_get_issue(DOMAIN, f"account_{HOME}") is None


async def test_unloading_takes_the_repairs_away(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    await connected.refused(fixture("hello-newer"))
    assert {issue_id for domain, issue_id in issue_registry.issues if domain == DOMAIN} == {
        "protocol",
        f"account_{CABIN}",
    }
    await hass.config_entries.async_unload(loaded.entry_id)
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
    text = json.dumps(shown)
    for hidden in ("SN-0001", "client-1", "client-2", "user-1", "example.org"):
        assert hidden not in text


async def test_diagnostics_work_before_the_gateway_has_come(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, loaded: MockConfigEntry
) -> None:
    shown = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert shown["picture"] is shown["gateway_version"] is None
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
        "binary_sensor": (*binary_sensor.ACCOUNT_BINARY_SENSORS, *binary_sensor.LOCK_BINARY_SENSORS),
        "button": button.BUTTONS,
        "lock": lock.LOCKS,
        "sensor": (*sensor.ACCOUNT_SENSORS, *sensor.LOCK_SENSORS),
    }
    keys = {
        platform: {it.translation_key for it in table if it.translation_key is not None}
        for platform, table in tables.items()
    }
    assert keys == {platform: set(texts) for platform, texts in words.items()}


def test_every_status_mode_and_error_is_translated() -> None:
    words = read("translations/en.json")
    assert set(words["entity"]["sensor"]["token_status"]["state"]) == set(models.TokenStatus)
    modes = words["entity"]["lock"]["lock"]["state_attributes"]["lock_mode"]["state"]
    assert set(modes) == set(models.LockMode)
    assert set(words["exceptions"]) == commands.TRANSLATED_CODES | {"command_failed"}
    assert set(words["issues"]) == {*models.PERSON_NEEDED, "update_gateway", "update_integration"}


def test_the_statuses_and_reasons_are_those_of_the_gateway() -> None:
    source = (FOLDER.parent.parent / "src" / "keeper" / "account.ts").read_text()

    def listed(name: str) -> set[str]:
        found = re.search(rf"{name} = \[(.*?)\]", source, re.DOTALL)
        assert found is not None
        return set(re.findall(r'"(\w+)"', found[1]))

    reasons = read("translations/en.json")["entity"]["sensor"]["token_status"]["state_attributes"]["reason"]["state"]
    assert listed("TOKEN_STATUSES") == set(models.TokenStatus)
    assert listed("TOKEN_REASONS") == set(reasons)


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
