"""Which entities of this integration a trigger or a condition is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import probatio

from homeassistant.const import ATTR_ENTITY_ID, CONF_TARGET, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN
from ..entity.base import unique_id
from ..registry.devices import thing_id_of

CONF_DURATION = "duration"


def _lasting(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise probatio.Invalid("the duration must be a second or more")
    return value


DURATION = probatio.All(cv.positive_time_period, _lasting)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A kind of entity that people choose, and what tells of it: `told_by` is itself where nothing else does."""

    platform: Platform
    key: str
    # In words, for whoever chose something else.
    name: str
    told_by: tuple[Platform, str]


TOKEN_PROBLEM = Subject(
    platform=Platform.BINARY_SENSOR,
    key="token_problem",
    name="a token problem of U-tec Gateway",
    told_by=(Platform.BINARY_SENSOR, "token_problem"),
)
TOKEN_EXPIRY = Subject(
    platform=Platform.SENSOR,
    key="token_expiry",
    name="a token expiry of U-tec Gateway",
    told_by=(Platform.SENSOR, "token_expiry"),
)
LOCK_ACTIVITY = Subject(
    platform=Platform.LOCK, key="lock", name="a lock of U-tec Gateway", told_by=(Platform.EVENT, "activity")
)
LOCK_LAST_COMMAND = Subject(
    platform=Platform.LOCK, key="lock", name="a lock of U-tec Gateway", told_by=(Platform.SENSOR, "last_command")
)


@callback
def telling(hass: HomeAssistant, subject: Subject, entities: set[str]) -> set[str]:
    """Find what tells of those entities that are of the kind; all others are left out."""
    registry = er.async_get(hass)
    entries = [entry for it in entities if (entry := registry.async_get(it)) is not None]
    things = [thing_id for it in entries if (thing_id := _thing_of(hass, it, subject)) is not None]
    return {it.entity_id for thing_id in things if (it := _telling(registry, subject, thing_id)) is not None}


@callback
def targeted(hass: HomeAssistant, target: Mapping[str, Any], subject: Subject, thing_id: str) -> str | None:
    """Find the entity of a thing if the target has it, by itself or with its device, area, floor or label."""
    entity_id = er.async_get(hass).async_get_entity_id(subject.platform, DOMAIN, unique_id(thing_id, subject.key))
    selected = async_extract_referenced_entity_ids(
        hass, TargetSelection(dict(target)), expand_group=False, primary_entities_only=False
    )
    return entity_id if entity_id in selected.referenced | selected.indirectly_referenced else None


@callback
def check_target(hass: HomeAssistant, subject: Subject, config: Mapping[str, Any]) -> None:
    """Refuse a target that names nothing, or an entity that cannot be told of; raises probatio.Invalid."""
    target = config[CONF_TARGET]
    if not TargetSelection(target).has_any_target:
        raise probatio.Invalid("the target names nothing", path=[CONF_TARGET])
    registry = er.async_get(hass)
    for entity_id in target.get(ATTR_ENTITY_ID, ()):
        entry = registry.async_get(entity_id)
        # One that is not there may come.
        if entry is None:
            continue
        if (thing_id := _thing_of(hass, entry, subject)) is None:
            raise probatio.Invalid(f"{entity_id} is not {subject.name}", path=[CONF_TARGET, ATTR_ENTITY_ID])
        told_by = _telling(registry, subject, thing_id)
        if told_by is not None and told_by.disabled:
            sentence = f"{told_by.entity_id} is disabled, which tells of {entity_id}: enable it"
            raise probatio.Invalid(sentence, path=[CONF_TARGET, ATTR_ENTITY_ID])


def _telling(registry: er.EntityRegistry, subject: Subject, thing_id: str) -> er.RegistryEntry | None:
    platform, key = subject.told_by
    entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id(thing_id, key))
    return registry.async_get(entity_id) if entity_id else None


def _thing_of(hass: HomeAssistant, entry: er.RegistryEntry, subject: Subject) -> str | None:
    """Find the account or the lock whose entity it is; None if it is none of the kind."""
    device = dr.async_get(hass).async_get(entry.device_id) if entry.device_id else None
    thing_id = thing_id_of(device) if isinstance(device, dr.DeviceEntry) else None
    if thing_id is None or (entry.platform, entry.domain) != (DOMAIN, subject.platform):
        return None
    return thing_id if entry.unique_id == unique_id(thing_id, subject.key) else None
