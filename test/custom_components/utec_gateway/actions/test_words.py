"""The actions are described as they are registered: fields, words, icons and examples, both ways."""

import json
import re
from typing import Any

import probatio
import pytest

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.helpers.selector import selector
from homeassistant.helpers.service import _SERVICES_SCHEMA
from homeassistant.util.yaml import load_yaml_dict
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.actions.activity import KINDS
from custom_components.utec_gateway.actions.table import ACTIONS
from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.picture.device_words import LockMode

from ..gateway import TESTS

ROOT = TESTS.parent
FOLDER = ROOT / "custom_components" / "utec_gateway"
DESCRIBED = load_yaml_dict(str(FOLDER / "services.yaml"))
BY_NAME = {it.name: it for it in ACTIONS}
LANGUAGES = sorted(it.stem for it in (FOLDER / "translations").glob("*.json"))


def read(name: str) -> Any:
    """A JSON file of the integration."""
    return json.loads((FOLDER / name).read_text())


def fields_of(described: Any) -> dict[str, Any]:
    """The fields of an action or of its words."""
    fields: dict[str, Any] = described.get("fields", {})
    return fields


def test_what_is_registered_is_described_and_the_other_way_round() -> None:
    assert set(DESCRIBED) == set(BY_NAME) == set(read("icons.json")["services"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_and_field_has_a_name_and_a_description(language: str) -> None:
    words = read(f"translations/{language}.json")["services"]
    assert {name: set(fields_of(it)) for name, it in words.items()} == {
        name: set(fields_of(it)) for name, it in DESCRIBED.items()
    }
    for it in (*words.values(), *(field for action in words.values() for field in fields_of(action).values())):
        assert it["name"]
        assert it["description"].endswith(".")


def test_every_choice_has_a_word_and_is_one_that_is_accepted() -> None:
    choices = {
        (config["translation_key"], tuple(config["options"]))
        for it in DESCRIBED.values()
        for field in fields_of(it).values()
        if (config := field["selector"].get("select"))
    }
    assert choices == {("lock_mode", tuple(LockMode)), ("activity_kind", KINDS)}
    words = read("translations/en.json")["selector"]
    assert {key: set(it["options"]) for key, it in words.items()} == {key: set(it) for key, it in choices}


def test_the_kinds_of_activity_are_those_of_the_gateway() -> None:
    source = (ROOT / "src" / "activity" / "entry.ts").read_text()
    listed = re.search(r"ACTIVITY_KINDS = \[(.*?)\]", source, re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == KINDS


def example_of(field: Any) -> Any:
    """An example, as people would type it: a list is written as JSON."""
    example = field["example"]
    return json.loads(example) if isinstance(example, str) and example.startswith("[") else example


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_fields_are_those_of_the_schema_with_its_defaults_and_with_examples_that_it_accepts(name: str) -> None:
    described = DESCRIBED[name]
    fields = fields_of(described)
    assert all("example" in it for it in fields.values())
    target = {"entity_id": ["lock.front_door"]} if "target" in described else {}
    examples = {key: example_of(it) for key, it in fields.items()}
    schema = BY_NAME[name].schema
    assert set(schema({**target, **examples})) == {*target, *examples}
    with pytest.raises(probatio.Invalid):
        schema({**target, **examples, "misspelt": 1})
    required = {key for key, it in fields.items() if it.get("required")}
    least = schema({**target, **{key: examples[key] for key in required}})
    assert {key: least[key] for key, it in fields.items() if "default" in it} == {
        key: it["default"] for key, it in fields.items() if "default" in it
    }
    for missing in [*required, *target]:
        with pytest.raises(probatio.Invalid):
            schema({key: it for key, it in {**target, **examples}.items() if key != missing})


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_selectors_are_home_assistants_and_have_the_limits_of_the_schema(name: str) -> None:
    target = {"entity_id": ["lock.front_door"]} if "target" in DESCRIBED[name] else {}
    for key, field in fields_of(DESCRIBED[name]).items():
        chosen = selector(field["selector"])
        if number := field["selector"].get("number"):
            chosen(field["default"])
            for it in (number["min"], number["max"]):
                assert BY_NAME[name].schema({**target, key: it})[key] == it
            for it in (number["min"] - 1, number["max"] + 1):
                with pytest.raises(probatio.Invalid):
                    BY_NAME[name].schema({**target, key: it})


def test_home_assistant_can_read_what_describes_them() -> None:
    assert set(_SERVICES_SCHEMA(DESCRIBED)) == set(BY_NAME)


async def test_what_returns_something_returns_nothing_else(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    registered = hass.services.async_services_for_domain(DOMAIN)
    assert {name for name, it in registered.items() if it.supports_response is SupportsResponse.ONLY} == {
        "get_sign_in_link",
        "get_activity",
        "get_token_history",
    }
    assert {name for name, it in registered.items() if it.supports_response is SupportsResponse.NONE} == {
        "refresh_token",
        "set_lock_mode",
    }


def test_every_action_is_documented_with_its_fields_and_an_example() -> None:
    section = (ROOT / "DOCS.md").read_text().partition("\n## Actions\n")[2].partition("\n## ")[0]
    rows = {it[1]: it[2] for it in re.finditer(r"\| `utec_gateway\.(\w+)`\s*\|([^|]*)\|", section)}
    assert set(rows) == set(BY_NAME)
    for name, row in rows.items():
        assert all(f"`{key}`" in row for key in fields_of(DESCRIBED[name])), name
        assert f"- action: utec_gateway.{name}\n" in section, name
