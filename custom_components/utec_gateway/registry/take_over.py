"""Another gateway takes the place of the one that Home Assistant works with, and nothing is lost that it has too.

Each gateway makes its own id and its accounts' ids; the ids of devices are the cloud's. So Home Assistant compares what
it has by those, and gives what it registered for the accounts and the gateway the other one's ids.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import CONF_FORMER_GATEWAY_ID, CONF_GATEWAY_ID, CONF_SLUG, CONF_SUCCEEDED_AT, DOMAIN, LOGGER
from ..picture.offer import Offer
from .devices import thing_id_of
from .page import is_slug


class Verdict(StrEnum):
    """How what the other gateway serves compares with what Home Assistant has."""

    # It has everything.
    SAME = "same"
    # It lacks something, which would be removed.
    OTHER = "other"
    # It lacks something that it may still find: not all its accounts are signed in, or there are none.
    NOT_YET = "not_yet"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What would become of what Home Assistant has."""

    verdict: Verdict
    # The names of the devices that the other gateway does not have.
    missing: tuple[str, ...]
    # The other gateway's ids, by those that Home Assistant has for the same things.
    ids: Mapping[str, str]


@callback
def async_compare(hass: HomeAssistant, entry: ConfigEntry, offer: Offer) -> Comparison:
    """Compare what the other gateway serves with what is registered, whatever became of the present one."""
    registered = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    things = {it.id: thing_id for it in registered if (thing_id := thing_id_of(it)) is not None}
    own_id: str = entry.data[CONF_GATEWAY_ID]  # No offer is taken before the entry has it.
    accounts: dict[str, str] = {}
    served: dict[str, set[str]] = {}
    missing: list[str] = []
    for device in registered:
        thing_id = things.get(device.id)
        if thing_id is None or thing_id == own_id:
            continue
        if device.entry_type is dr.DeviceEntryType.SERVICE:
            accounts[thing_id] = device.name or ""
            continue
        if device.via_device_id in things:
            served.setdefault(things[device.via_device_id], set()).add(thing_id)
        if thing_id not in offer.devices:
            missing.append(device.name_by_user or device.name or thing_id)
    ids = dict(_pairs(accounts, served, offer))
    ids[own_id] = offer.gateway_id
    verdict = Verdict.SAME if not missing else Verdict.OTHER if offer.is_complete else Verdict.NOT_YET
    return Comparison(verdict=verdict, missing=tuple(sorted(missing)), ids=ids)


def _pairs(accounts: Mapping[str, str], served: Mapping[str, set[str]], offer: Offer) -> Iterator[tuple[str, str]]:
    """Pair the accounts: by id, by name, then by the first device that both serve. The others begin anew, or go."""
    left, others = dict(accounts), {it.id: it.name for it in offer.accounts}

    def take(account_id: str, other_id: str) -> tuple[str, str]:
        del left[account_id], others[other_id]
        return account_id, other_id

    for account_id in [it for it in left if it in others]:
        yield take(account_id, account_id)
    for account_id, name in list(left.items()):
        if other_id := next((it for it, other in others.items() if other == name), None):
            yield take(account_id, other_id)
    for account_id in list(left):
        shared = (offer.devices.get(it) for it in sorted(served.get(account_id, ())))
        if other_id := next((it for it in shared if it in others), None):
            yield take(account_id, other_id)


async def async_take_over(hass: HomeAssistant, entry: ConfigEntry, offer: Offer) -> None:
    """Bind the entry to the other gateway. The present one is told that its session is over, and refused from then on.

    The other one notices that the entry has changed, and connects at once.
    """
    entries = hass.config_entries
    await entries.async_unload(entry.entry_id)
    ignored = entries.async_entry_for_domain_unique_id(DOMAIN, offer.gateway_id)
    if ignored is not None and ignored.source == SOURCE_IGNORE:
        await entries.async_remove(ignored.entry_id)
    async_give_ids(hass, entry.entry_id, async_compare(hass, entry, offer).ids, offer.devices)
    former = (CONF_SLUG, CONF_FORMER_GATEWAY_ID, CONF_SUCCEEDED_AT)
    data = {key: it for key, it in entry.data.items() if key not in former}
    if offer.page is not None and is_slug(offer.page):
        data[CONF_SLUG] = offer.page
    entries.async_update_entry(entry, data={**data, CONF_GATEWAY_ID: offer.gateway_id}, unique_id=offer.gateway_id)
    LOGGER.info("Home Assistant works with the gateway %s from now on", offer.gateway_id)
    await entries.async_setup(entry.entry_id)


@callback
def async_give_ids(hass: HomeAssistant, entry_id: str, ids: Mapping[str, str], offered: Mapping[str, str]) -> None:
    """Give what is registered for the old ids the new ones: entity ids, names, areas and history stay.

    `offered` are the devices of the other gateway, by id. A device whose account goes is taken from it first, for it
    would go too: the first picture need not show it yet.
    """
    devices, entities = dr.async_get(hass), er.async_get(hass)
    changed = {old: new for old, new in ids.items() if old != new}
    registered = dr.async_entries_for_config_entry(devices, entry_id)
    going = {it.id for it in registered if thing_id_of(it) not in ids}
    for device in registered:
        if device.via_device_id in going and thing_id_of(device) in offered:
            devices.async_update_device(device.id, via_device_id=None)
        new = changed.get(thing_id_of(device) or "")
        if new is not None and devices.async_get_device_by_identifier((DOMAIN, new), entry_id) is None:
            devices.async_update_device(device.id, new_identifiers={(DOMAIN, new)})
    for entity in er.async_entries_for_config_entry(entities, entry_id):
        old = next((it for it in changed if entity.unique_id.startswith(f"{it}_")), None)
        if old is None:
            continue
        unique_id = changed[old] + entity.unique_id.removeprefix(old)
        if entities.async_get_entity_id(entity.domain, DOMAIN, unique_id) is None:
            entities.async_update_entity(entity.entity_id, new_unique_id=unique_id)
