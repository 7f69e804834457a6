"""The base of all entities."""

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
    """An entity of an account or a device, which is in the device registry before its entities are."""

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
        self._attr_unique_id = unique_id(thing_id, description.key)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, thing_id)})

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
