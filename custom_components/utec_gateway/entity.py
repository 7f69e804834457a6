"""What the entities of the gateway have in common."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.const import Platform
from homeassistant.core import Context, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import BaseCoordinatorEntity

from .const import DOMAIN
from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .models import Account, Device, Picture


def _unique_id(thing_id: str, description: EntityDescription) -> str:
    return f"{thing_id}_{description.key}"


class UtecGatewayEntity(BaseCoordinatorEntity[UtecGatewayCoordinator]):
    """An entity of an account or a lock. Its device is in the registry before it is."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: UtecGatewayCoordinator,
        thing_id: str,
        description: EntityDescription,
    ) -> None:
        """Create the entity of `thing_id`, an id of the picture."""
        super().__init__(coordinator)
        self.entity_description = description
        self._thing_id = thing_id
        self._attr_unique_id = _unique_id(thing_id, description)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, thing_id)})

    @property
    def picture(self) -> Picture:
        """The picture. Entities are made from one, so there is one."""
        assert self.coordinator.picture is not None
        return self.coordinator.picture

    @property
    @override
    def available(self) -> bool:
        """Whether the picture can be trusted and the thing is still in it."""
        return self.coordinator.connected and self._thing_id in self.picture.shown

    @override
    async def async_update(self) -> None:
        """Ask for everything anew (the action homeassistant.update_entity)."""
        self.coordinator.link.async_resync()

    @callback
    def _set_context(self, context: Context | None) -> None:
        """Say who caused the next change; None clears a recent context that did not."""
        if context:
            self.async_set_context(context)
        else:
            self._context = None
            self._context_set = None


class AccountEntity(UtecGatewayEntity):
    """An entity of an account. It stays available while only the account's cloud is down: that is when it matters."""

    @property
    def account(self) -> Account:
        """What the picture says of the account. KeyError when it is not available."""
        return self.picture.accounts[self._thing_id]


class LockDeviceEntity(UtecGatewayEntity):
    """An entity of a lock."""

    @property
    def device(self) -> Device:
        """What the picture says of the lock. KeyError when it is not available."""
        return self.picture.devices[self._thing_id]

    @property
    @override
    def available(self) -> bool:
        """A lock that the cloud cannot reach has no state."""
        return super().available and self.device.online is not False


def _always[ThingT](_thing: ThingT, _description: EntityDescription) -> bool:
    return True


@callback
def async_add_as_seen[ThingT: (Account, Device), DescriptionT: EntityDescription](
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: Platform,
    things: Callable[[Picture], Iterable[ThingT]],
    descriptions: Iterable[DescriptionT],
    build: Callable[[UtecGatewayCoordinator, str, DescriptionT], Entity],
    has: Callable[[ThingT, DescriptionT], bool] = _always,
) -> None:
    """Add the described entities of all things of the picture, now and whenever new ones appear.

    `has` tells whether a thing has what is described. What it had once it keeps: a value that is not known for a while
    is no reason to forget what a person has set on its entity.
    """
    coordinator = entry.runtime_data
    registry = er.async_get(coordinator.hass)
    added: set[tuple[str, str]] = set()

    def is_wanted(thing: ThingT, description: DescriptionT) -> bool:
        if (thing.id, description.key) in added:
            return False
        return has(thing, description) or bool(
            registry.async_get_entity_id(platform, DOMAIN, _unique_id(thing.id, description))
        )

    @callback
    def add_new() -> None:
        if coordinator.picture is None:
            return
        seen = list(things(coordinator.picture))
        ids = {thing.id for thing in seen}
        added.intersection_update({key for key in added if key[0] in ids})
        new = [
            (thing.id, description) for thing in seen for description in descriptions if is_wanted(thing, description)
        ]
        if new:
            added.update((thing_id, it.key) for thing_id, it in new)
            async_add_entities(build(coordinator, thing_id, description) for thing_id, description in new)

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
