"""The files of the blueprints, as Home Assistant imports and lists them."""

from pathlib import Path
from typing import Any

import pytest

from homeassistant.components.blueprint.importer import _get_github_import_url
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.util.yaml import load_yaml_dict

from ..gateway import TESTS
from .conftest import BLUEPRINTS

FILES = sorted(BLUEPRINTS.rglob("*.yaml"))
RAW = "https://raw.githubusercontent.com/utec-gateway/utec-gateway/main"


def test_there_are_five() -> None:
    assert [it.stem for it in FILES] == [
        "battery_low",
        "left_unlocked_at_night",
        "lock_by_itself",
        "token_trouble",
        "who_unlocked",
    ]
    assert {it.parent for it in FILES} == {BLUEPRINTS / "automation" / "utec_gateway"}


@pytest.mark.parametrize("file", FILES, ids=lambda it: it.stem)
def test_each_says_what_it_is_where_it_comes_from_and_what_it_needs(file: Path) -> None:
    blueprint = Blueprint(load_yaml_dict(str(file)), expected_domain="automation", schema=BLUEPRINT_SCHEMA)
    assert blueprint.validate() is None
    said: dict[str, Any] = blueprint.metadata
    assert said["name"].startswith("U-tec Gateway - ")
    assert said["description"]
    assert said["homeassistant"] == {"min_version": "2026.10.0"}
    path = file.relative_to(TESTS.parent)
    assert _get_github_import_url(said["source_url"]) == f"{RAW}/{path}"
    assert all(it["name"] and it["selector"] for it in blueprint.inputs.values())
