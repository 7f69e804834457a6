"""What people read: words and icons, and the manifest."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from types import ModuleType
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

import custom_components.utec_gateway as package
from custom_components.utec_gateway import (
    binary_sensor,
    button,
    event,
    light,
    lock,
    select,
    sensor,
    switch,
)
from custom_components.utec_gateway.actions import errors
from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.entity import token_error
from custom_components.utec_gateway.link import commands
from custom_components.utec_gateway.picture import account, device_words
from custom_components.utec_gateway.picture.command import OUTCOMES
from custom_components.utec_gateway.picture.lock_event import LOCK_EVENTS
from custom_components.utec_gateway.registry import absence, issues, needs, offers, succession, token_history

PLATFORMS = (binary_sensor, button, event, light, lock, select, sensor, switch)
FOLDER = Path(package.__file__).parent

# The languages, each with words that it has often and none of the others has.
OWN_WORDS = {
    "en": {"the", "and", "your", "its"},
    "de": {"und", "nicht", "der", "deine"},
    "es": {"el", "cuenta", "sesión", "sus"},
    "fr": {"est", "vous", "une", "pour"},
    "it": {"che", "di", "è", "più"},
    "nl": {"het", "niet", "een", "van"},
    "pl": {"się", "jest", "już", "czy"},
    "pt-BR": {"não", "você", "em", "foi"},
}
OTHERS = [language for language in OWN_WORDS if language != "en"]
# What is the same word in some other language, or a name.
SAME_IN_ENGLISH = {
    "Account",
    "Accounts",
    "API",
    ": {hindrance}",
    "Home Assistant",
    "Message",
    "Mode",
    "Normal",
    "Offline",
    "Passage",
    "U-tec Gateway",
    "uteclocal",
    "Version",
    "Via",
    "minutes",
    "token",
    "{status}: {login}.{words}",
    "{what}; {outlook}{meanwhile}",
}
# Shorter texts may happen to be the same in two languages.
FEWEST_WORDS_OF_A_SENTENCE = 5


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


def texts(language: str) -> dict[str, str]:
    """All texts of a language by their paths."""
    return dict(leaves(read(f"translations/{language}.json")))


def placeholders(text: str) -> set[str]:
    """What Home Assistant fills in."""
    return set(re.findall(r"{(\w+)}", text))


def words_of(text: str) -> list[str]:
    """The words that a language chose."""
    return re.findall(r"\w+", re.sub(r"{\w+}|U-tec Gateway|Home Assistant\w*", " ", text).lower())


def test_the_integration_speaks_eight_languages() -> None:
    assert sorted(it.stem for it in (FOLDER / "translations").iterdir()) == sorted(OWN_WORDS)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_text_in_the_same_order(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert [f"{language} lacks {path}" for path in english if path not in other] == []
    assert [f"{language} alone has {path}" for path in other if path not in english] == []
    assert list(other) == list(english)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_placeholders(language: str) -> None:
    other = texts(language)
    for path, text in texts("en").items():
        assert placeholders(other.get(path, text)) == placeholders(text), f"{language}{path}"


@pytest.mark.parametrize("language", OWN_WORDS)
def test_the_backend_and_the_frontend_fill_in_every_text(language: str) -> None:
    for path, text in texts(language).items():
        # The backend formats braces; for the frontend an apostrophe before one makes it text, and < begins a tag.
        assert re.fullmatch(r"(?:[^{}<]|(?<!'){\w+})+", text), f"{language}{path}: {text}"
        assert text == " ".join(re.split(r"[ \t\n]+", text.strip())), f"{language}{path}: {text!r} has spaces to spare"


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_left_in_english(language: str) -> None:
    english = texts("en")
    left = {path: text for path, text in texts(language).items() if text == english.get(path)}
    assert {path: text for path, text in left.items() if text not in SAME_IN_ENGLISH} == {}


def test_what_may_stay_english_does_in_some_language() -> None:
    english = texts("en")
    same = {text for language in OTHERS for path, text in texts(language).items() if text == english.get(path)}
    assert same >= SAME_IN_ENGLISH


@pytest.mark.parametrize("language", OWN_WORDS)
def test_no_text_is_in_a_language_other_than_its_file_s(language: str) -> None:
    others = {it: (own, set(texts(it).values())) for it, own in OWN_WORDS.items() if it != language}
    for path, text in texts(language).items():
        words = words_of(text)
        for other, (own, all_texts) in others.items():
            assert own.isdisjoint(words), f"{language}{path} has words of {other}: {text}"
            assert len(words) < FEWEST_WORDS_OF_A_SENTENCE or text not in all_texts, (
                f"{language}{path} is {other}: {text}"
            )


@pytest.mark.parametrize("language", OWN_WORDS)
async def test_home_assistant_loads_every_text_of_every_language(hass: HomeAssistant, language: str) -> None:
    loaded: dict[str, str] = {}
    for category in read("translations/en.json"):
        loaded |= await async_get_translations(hass, language, category, {DOMAIN})
    assert loaded == {f"component.{DOMAIN}{path}": text for path, text in texts(language).items()}


def named_in(platform: ModuleType) -> set[str]:
    """The names in the platform's tables of entities."""
    tables = [table for table in vars(platform).values() if isinstance(table, tuple)]
    return {it.translation_key for table in tables for it in table if getattr(it, "translation_key", None) is not None}


def test_every_entity_with_a_name_of_its_own_is_translated() -> None:
    words = read("translations/en.json")["entity"]
    keys = {platform.__name__.rpartition(".")[2]: named_in(platform) for platform in PLATFORMS}
    assert keys == {platform: set(texts) for platform, texts in words.items()}


def test_every_option_of_a_sensor_or_select_is_translated() -> None:
    words = read("translations/en.json")["entity"]
    tables = [(it, table) for it in PLATFORMS for table in vars(it).values() if isinstance(table, tuple)]
    described = [(it.__name__.rpartition(".")[2], entity) for it, table in tables for entity in table]
    options = [(platform, it.translation_key, it.options) for platform, it in described if getattr(it, "options", None)]
    assert {key for _, key, _ in options} >= {"token_status", "trouble", "lock_mode"}
    for platform, key, wanted in options:
        assert list(words[platform][key]["state"]) == sorted(wanted)


def test_every_status_mode_and_error_is_translated() -> None:
    words = read("translations/en.json")
    assert set(words["entity"]["sensor"]["token_status"]["state"]) == set(account.TokenStatus)
    modes = words["entity"]["lock"]["lock"]["state_attributes"]["lock_mode"]["state"]
    assert set(modes) == set(words["entity"]["select"]["lock_mode"]["state"]) == set(device_words.LockMode)
    for platform, key in (("lock", "lock"), ("light", "light"), ("switch", "switch"), ("binary_sensor", "connection")):
        attributes = words["entity"][platform][key]["state_attributes"]
        assert set(attributes["freshness"]["state"]) == set(device_words.Freshness)
        assert set(attributes["reason"]["state"]) == set(device_words.REASONS)
    assert set(words["entity"]["sensor"]["trouble"]["state"]) == {device_words.NO_TROUBLE, *device_words.REASONS}
    assert set(words["entity"]["sensor"]["last_error"]["state"]) == set(token_error.TOKEN_ERRORS)
    assert set(words["entity"]["sensor"]["last_command"]["state"]) == set(OUTCOMES)
    events = {key: it["state_attributes"]["event_type"]["state"] for key, it in words["entity"]["event"].items()}
    assert set(events["activity"]) == set(LOCK_EVENTS)
    assert set(events["token_event"]) == set(event.TOKEN_EVENTS.values())
    own = {key for key in words["exceptions"] if not key.startswith("said_")}
    assert own == commands.TRANSLATED_CODES | {"command_failed"} | errors.OWN_ERRORS
    protocol = {issues.UPDATE_GATEWAY, issues.UPDATE_INTEGRATION}
    accounts = {*account.NEEDS_ATTENTION, account.SIGN_IN_ENDING, account.NO_TOKEN, account.LEFT_OPTIONS}
    accounts |= {needs.AUTOMATIC_REFRESH_OFF, needs.NO_DEVICES}
    assert set(words["issues"]) == accounts | protocol | offers.OFFER_ISSUES | {
        succession.LEFT_BEHIND,
        absence.GATEWAY_ABSENT,
    }


def listed_in(source: str, name: str) -> set[str]:
    """The words of a list in the gateway's sources."""
    found = re.search(rf"{name} = \[(.*?)\]", (FOLDER.parent.parent / "src" / source).read_text(), re.DOTALL)
    assert found is not None
    return set(re.findall(r'"(\w+)"', found[1]))


def test_the_words_for_devices_are_those_of_the_gateway() -> None:
    assert listed_in("state/picture.ts", "DEVICE_KINDS") == {*device_words.DeviceKind, "unknown"}
    assert listed_in("state/device-values.ts", "LOCK_MODES") == set(device_words.LockMode)
    assert listed_in("state/picture.ts", "FRESHNESSES") == set(device_words.Freshness)
    assert listed_in("state/picture.ts", "DEVICE_TROUBLES") == set(device_words.DeviceTrouble)


def test_the_statuses_and_reasons_are_those_of_the_gateway() -> None:
    def listed(name: str) -> set[str]:
        return listed_in("keeper/account-state.ts", name)

    sensors = read("translations/en.json")["entity"]["sensor"]
    reasons = sensors["token_status"]["state_attributes"]["reason"]["state"]
    sources = sensors["token_expiry"]["state_attributes"]["expiry_source"]["state"]
    assert listed("TOKEN_STATUSES") == set(account.TokenStatus)
    assert listed("TOKEN_REASONS") == set(reasons)
    assert listed("EXPIRY_SOURCES") == set(sources)
    assert listed("INCIDENT_KINDS") == {*account.NEEDS_ATTENTION, account.SIGN_IN_ENDING, account.NO_TOKEN}


def test_the_errors_of_a_token_are_those_of_the_gateway() -> None:
    def between(source: str, start: str, end: str) -> set[str]:
        text = (FOLDER.parent.parent / "src" / source).read_text()
        return set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', text[text.index(start) :].partition(end)[0]))

    classes = listed_in("keeper/account-state.ts", "FAILURE_CLASSES")
    assert between("keeper/answers/refusal.ts", "STANDARD_ERRORS", "]);") - classes == set(token_error.STANDARD_CODES)
    calls = between("keeper/token-calls/http-call.ts", "type CallErrorCode", ";")
    proxies = between("outgoing/proxy-failed.ts", "type ProxyFailureCode", ";")
    assert calls | proxies == set(token_error.CALL_CODES)
    sources = "".join(it.read_text() for it in (FOLDER.parent.parent / "src").rglob("*.ts"))
    assert [it for it in token_error.OWN_CODES if f'"{it}"' not in sources] == []


def test_what_may_happen_to_a_token_and_how_a_command_may_end_are_as_the_gateway_says() -> None:
    kinds = listed_in("keeper/account-state.ts", "ACCOUNT_EVENT_KINDS")
    assert kinds | {token_history.SIGN_IN_NEEDED} == set(event.TOKEN_EVENTS)
    assert listed_in("state/picture.ts", "COMMAND_OUTCOMES") == set(OUTCOMES)


def test_every_error_code_with_a_sentence_is_one_of_the_gateway() -> None:
    source = (FOLDER.parent.parent / "src" / "problem.ts").read_text()
    own = {"link_lost", "not_connected", "timed_out"}
    assert {code for code in commands.TRANSLATED_CODES if f'"{code}"' not in source} == own


def test_whatever_a_command_may_end_with_has_words_of_its_own() -> None:
    source = (FOLDER.parent.parent / "src" / "problem.ts").read_text()
    found = re.search(r"// the cloud\n(.*?)// the integration in", source, re.DOTALL)
    assert found is not None
    # Only who asks the API for a command by its id is told that there is none.
    assert set(re.findall(r'"(\w+)"', found[1])) - {"command_not_found"} <= commands.TRANSLATED_CODES


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
    # Home Assistant 2026.11 sorts its catalogue by these; the one before ignores them.
    assert manifest["categories"] == ["security_safety.locks_access", "lighting.bulbs_lamps", "plugs_switches"]
    assert manifest["connectivity"] == ["cloud", "network"]
    assert (FOLDER / "brand" / "icon.png").is_file()
    assert not (FOLDER / "strings.json").exists()
