"""Which locks a call means: entities, devices, areas, floors and labels, as for Home Assistant's own actions."""

from collections.abc import Iterable
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL, Platform
from homeassistant.core import split_entity_id
from homeassistant.helpers import entity_registry as er, service
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN, LOGGER
from ..entity.base import unique_id
from ..picture.device import Device
from ..picture.device_words import DeviceKind
from ..registry.devices import thing_id_of
from .action import Call
from .errors import not_valid


def locks_of(call: Call) -> list[Device]:
    """Find the locks that a call means.

    What is named but is no lock of the gateway is an error. What else an area or a label has beside locks is not meant.
    """
    data = _all_named(call)
    selection = TargetSelection(data)
    selected = async_extract_referenced_entity_ids(call.hass, selection)
    for device_id in selection.device_ids:
        _lock_of_device(call, device_id)
    # Areas, floors and labels that there are not.
    selected.log_missing(set(), LOGGER)
    registry = er.async_get(call.hass)
    locks: dict[str, Device] = {}
    for entity_id in sorted(selected.referenced | _locks_among(selected.indirectly_referenced, registry)):
        entity = registry.async_get(entity_id)
        if entity is None or entity.platform != DOMAIN or entity.device_id is None:
            raise not_valid("not_a_lock", name=entity_id)
        lock = _lock_of_device(call, entity.device_id)
        locks[lock.id] = lock
    if not locks:
        raise not_valid("no_lock_chosen")
    return list(locks.values())


def entity_id_of(call: Call, lock: Device, platform: Platform = Platform.LOCK, key: str = "lock") -> str | None:
    """Find an entity of a lock by its key."""
    return er.async_get(call.hass).async_get_entity_id(platform, DOMAIN, unique_id(lock.id, key))


def _all_named(call: Call) -> dict[str, Any]:
    """Name all locks where all are meant."""
    data = dict(call.data)
    if data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        entity_ids = (entity_id_of(call, it) for it in call.picture.locks)
        data[ATTR_ENTITY_ID] = [it for it in entity_ids if it is not None]
    return data


def _locks_among(entity_ids: Iterable[str], registry: er.EntityRegistry) -> set[str]:
    return {
        it
        for it in entity_ids
        if split_entity_id(it)[0] == Platform.LOCK
        and (entity := registry.async_get(it)) is not None
        and entity.platform == DOMAIN
    }


def _lock_of_device(call: Call, device_id: str) -> Device:
    device, _ = service.async_get_device_and_config_entry(call.hass, DOMAIN, device_id, include_child_devices=False)
    known = call.picture.devices.get(thing_id_of(device) or "")
    if known is not None and known.kind is DeviceKind.LOCK:
        return known
    is_another = known is not None or device.entry_type is not None
    name = device.name_by_user or device.name or device_id
    raise not_valid("not_a_lock" if is_another else "device_not_found", name=name)
