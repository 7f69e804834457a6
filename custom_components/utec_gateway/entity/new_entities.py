"""Adding entities when what they belong to appears in the gateway's picture, or changes its kind."""

from collections.abc import Callable, Iterable, Sequence

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from ..coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from ..picture.account import Account
from ..picture.device import Device
from ..picture.gateway import Gateway
from ..picture.picture import Picture
from .base import unique_id


def _always[ThingT](_thing: ThingT, _description: EntityDescription) -> bool:
    return True


@callback
def async_add_new_entities[ThingT: (Account, Device, Gateway), DescriptionT: EntityDescription](
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: Platform,
    things: Callable[[Picture], Iterable[ThingT]],
    descriptions: Sequence[DescriptionT],
    build: Callable[[UtecGatewayCoordinator, str, DescriptionT], Entity],
    has: Callable[[ThingT, DescriptionT], bool] = _always,
    early_id: str | None = None,
) -> None:
    """Add the described entities of all things of the picture, now and whenever new ones appear.

    What the picture shows, but no longer among these things (a lock that has become a light), loses them; Home
    Assistant remembers what the user has chosen for an entity that is gone. `has` tells whether a thing has what is
    described. What it once had, it keeps: a value that is unknown for a while is no reason to lose the user's settings
    for its entity. The entities of `early_id` that Home Assistant knows are there before the first picture is.
    """
    coordinator = entry.runtime_data
    registry = er.async_get(coordinator.hass)
    # The entities that exist, by the id of the thing and the key, even while the picture does not show their thing.
    added: set[tuple[str, str]] = set()
    # What the picture shows besides these things.
    others: set[str] = set()

    def is_registered(thing_id: str, key: str) -> bool:
        return registry.async_get_entity_id(platform, DOMAIN, unique_id(thing_id, key)) is not None

    def is_wanted(thing: ThingT, description: DescriptionT) -> bool:
        if (thing.id, description.key) in added:
            return False
        return has(thing, description) or is_registered(thing.id, description.key)

    @callback
    def remove_of_others(now: set[str]) -> None:
        for thing_id in now - others:
            for description in descriptions:
                if entity_id := registry.async_get_entity_id(platform, DOMAIN, unique_id(thing_id, description.key)):
                    registry.async_remove(entity_id)
        others.clear()
        others.update(now)

    @callback
    def add(new: Sequence[tuple[str, DescriptionT]]) -> None:
        if new:
            added.update((thing_id, it.key) for thing_id, it in new)
            async_add_entities(build(coordinator, thing_id, description) for thing_id, description in new)

    @callback
    def add_new() -> None:
        if coordinator.picture is None:
            return
        seen = list(things(coordinator.picture))
        remove_of_others(coordinator.picture.shown_ids - {it.id for it in seen})
        added.intersection_update({key for key in added if is_registered(*key)})
        new = [
            (thing.id, description) for thing in seen for description in descriptions if is_wanted(thing, description)
        ]
        add(new)

    if early_id is not None:
        add([(early_id, it) for it in descriptions if is_registered(early_id, it.key)])
    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
