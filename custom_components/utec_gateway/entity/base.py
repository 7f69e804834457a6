"""The base of all entities."""

from abc import abstractmethod
from typing import override

from homeassistant.core import Context, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import BaseCoordinatorEntity

from ..const import DOMAIN
from ..coordinator import UtecGatewayCoordinator
from ..picture.picture import Picture


def unique_id(thing_id: str, key: str) -> str:
    """Make the unique id of an entity: the id of what it belongs to, and what it is of that."""
    return f"{thing_id}_{key}"


class UtecGatewayEntity(BaseCoordinatorEntity[UtecGatewayCoordinator]):
    """An entity of the gateway, an account or a device, which are in the device registry before their entities are."""

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
        self._watched_before = self._watched
        self._attr_unique_id = unique_id(thing_id, description.key)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, thing_id)})

    @property
    @abstractmethod
    def _watched(self) -> object:
        """All that the state is made of: while it stays the same there is nothing to write."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Handle a picture. Most of them change nothing of what this entity shows: there may be hundreds of locks."""
        before, self._watched_before = self._watched_before, self._watched
        if self._watched_before != before:
            self._handle_change()

    @callback
    def _handle_change(self) -> None:
        """Write the state: what is watched has changed."""
        self.async_write_ha_state()

    @property
    def picture(self) -> Picture:
        """The picture. Entities are created from one, so there is one."""
        assert self.coordinator.picture is not None  # noqa: S101 - tells the type checker, as in core
        return self.coordinator.picture

    @property
    def _is_shown(self) -> bool:
        """Whether the picture can be trusted and the thing is in it."""
        return self.coordinator.connected and self.picture.shows(self._thing_id)

    @property
    @override
    def available(self) -> bool:
        """Whether the picture shows the account or the device."""
        return self._is_shown

    @override
    async def async_update(self) -> None:
        """Look at the cloud, and return when what it says is shown (the action homeassistant.update_entity)."""
        device = self.picture.devices.get(self._thing_id)
        await self.coordinator.link.async_poll(device.account_id if device else self._thing_id)

    @callback
    def _set_context(self, context: Context | None) -> None:
        """Set who caused the next change; None clears a recent context that did not cause it."""
        if context:
            self.async_set_context(context)
        else:
            self._context = None
            self._context_set = None
