"""All entities as a person sees them, in English and in German: names, states, what explains them, and who is off.

What has changed on purpose is written anew by `pytest --snapshot-update` with the path of this file.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from syrupy.assertion import SnapshotAssertion

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er, translation
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN

from ..conftest import Dial
from ..event.entries import change, command, ended
from ..gateway import FakeGateway, Message, fixture

HOME_OBJECT, CABIN_OBJECT = fixture("snapshot", 0)["accounts"]
FAILED: Message = {
    "at": 1_795_200_000_000,
    "kind": "retried",
    "generation": 3,
    "class": "transient",
    "code": "timeout",
    "message": "The cloud did not answer within 20 s.",
}
HOME_NOW = {
    **HOME_OBJECT,
    "refresh_expires_at": 1_799_000_000_000,
    "consecutive_failures": 1,
    "failure_count": 1,
    "last_error": {key: FAILED[key] for key in ("class", "code", "message", "at")},
    "recent": [*HOME_OBJECT["recent"], FAILED],
}
# What is the same of all entities of a kind, or is another entity's name.
LEFT_OUT = {"friendly_name", "device_class", "icon", "supported_features", "state_class", "event_types", "options"}


async def happen(gateway: FakeGateway) -> None:
    """Let something happen, so that there is something to see."""
    about = {**fixture("snapshot", 0)["gateway"], "calls_last_hour": 31}
    asked = command("lock", kind="home_assistant", name="Good night", automation=True)
    activity = [ended(), change("lock_state", "unlocked", "locked", "command", command=asked)]
    changed = {"gateway": about, "accounts": [HOME_NOW], "activity": activity}
    await gateway.call({**fixture("updates", 0), "seq": 1, "set": changed, "removed": {}})
    await gateway.hass.async_block_till_done()


def plain(value: Any) -> Any:
    """A value as it is written."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case list() | tuple():
            return [plain(it) for it in value]
        case _:
            return value


class Words:
    """The words of a language."""

    def __init__(self, own: dict[str, str], core: dict[str, str]) -> None:
        self._own = own
        self._core = core

    def _find(self, entry: er.RegistryEntry, path: str) -> str | None:
        """Look up a word: the entity's own first, then that of its device class, then that of its platform."""
        device_class = entry.device_class or entry.original_device_class or "_"
        places = (device_class, "_")
        own = self._own.get(f"component.{DOMAIN}.entity.{entry.domain}.{entry.translation_key}.{path}")
        core = (self._core.get(f"component.{entry.domain}.entity_component.{it}.{path}") for it in places)
        return own or next((it for it in core if it), None)

    def state(self, entry: er.RegistryEntry, state: State) -> str:
        """A state, and what is read instead of it."""
        word = self._find(entry, f"state.{state.state}")
        return f"{state.state} ({word})" if word and word.lower() != state.state.lower() else state.state

    def attribute(self, entry: er.RegistryEntry, name: str, value: Any) -> str:
        """An attribute with what is read instead of its name and its value."""
        path = f"state_attributes.{name}"
        label, word = self._find(entry, f"{path}.name"), self._find(entry, f"{path}.state.{value}")
        return f"{name}{f' ({label})' if label else ''}: {plain(value)}{f' ({word})' if word else ''}"


def lines(hass: HomeAssistant, entries: list[er.RegistryEntry], words: Words, off: set[str]) -> Iterator[str]:
    """Some lines for each entity."""
    for entry in sorted(entries, key=lambda it: it.entity_id):
        state = hass.states.get(entry.entity_id)
        assert state is not None, entry.entity_id
        told = [
            state.attributes.get("friendly_name", ""),
            words.state(entry, state),
            plain(entry.original_device_class) or "",
            plain(entry.entity_category) or "",
            "off by default" if entry.entity_id in off else "",
        ]
        yield f"{entry.entity_id}: " + ", ".join(it for it in told if it)
        for name in sorted(state.attributes.keys() - LEFT_OUT):
            yield f"    {words.attribute(entry, name, state.attributes[name])}"


@pytest.mark.parametrize("language", ["en", "de"])
async def test_all_entities(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    dial_in: Dial,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    freezer: FrozenDateTimeFactory,
    language: str,
) -> None:
    freezer.move_to("2026-11-21T12:00:00+00:00")
    hass.config.language = language
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    gateway = await dial_in()
    await gateway.connect()
    await gateway.change_account(1, HOME_OBJECT, refresh_expires_at=1_799_000_000_000)
    await hass.async_block_till_done()
    off = {
        it.entity_id
        for it in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if it.disabled_by is not None
    }
    # What is off is shown as it is when somebody turns it on.
    for entity_id in off:
        entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    newer = await dial_in()
    await newer.listen()
    await newer.snapshot()
    await hass.async_block_till_done()
    await happen(newer)
    entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    own = await translation.async_get_translations(hass, language, "entity", {DOMAIN})
    core = await translation.async_get_translations(hass, language, "entity_component")
    text = "\n".join(lines(hass, entries, Words(own, core), off))
    assert text == snapshot
