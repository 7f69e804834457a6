"""The entities of a device: how they send commands, and how far what they show can be trusted."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, override

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util import dt as dt_util

from ..const import COMMAND_TIMEOUT_S
from ..coordinator import UtecGatewayCoordinator
from ..link.askers import Asker
from ..link.commands import Command, Outcome, async_confirmed
from ..link.origin import Origin
from ..picture.device import Device
from .base import UtecGatewayEntity


class DeviceEntity(UtecGatewayEntity):
    """An entity of a lock, a light, a plug or a switch."""

    # The values of the device that the entity is about, and that somebody may ask to change.
    _asked_for: ClassVar[tuple[str, ...]] = ()

    def __init__(self, coordinator: UtecGatewayCoordinator, thing_id: str, description: EntityDescription) -> None:
        """Create the entity of a device that the picture has."""
        assert coordinator.picture is not None  # noqa: S101 - tells the type checker, as in core
        self._written: Device = coordinator.picture.devices[thing_id]
        super().__init__(coordinator, thing_id, description)
        # As it was when somebody was last named for a change of it.
        self._attributed: Device = self._written
        self._failed_at: datetime | None = None

    @property
    def device(self) -> Device:
        """The device as the picture shows it, or last did: Home Assistant reads some of it once the device is gone."""
        return self.picture.devices.get(self._thing_id, self._written)

    @property
    @override
    def available(self) -> bool:
        """A state that is too old is not shown, nor what the cloud remembers of an offline device."""
        return super().available and self.device.available

    @property
    @override
    def _watched(self) -> tuple[Device, bool]:
        """The device, and whether it is shown."""
        return self.device, self._is_shown

    @callback
    @override
    def _handle_change(self) -> None:
        """Write the state, attributed to whoever caused it: the device has changed, or the link came or went."""
        self._written = self.device
        if self.available:
            self._attribute(self._attributed, self.device)
            self._attributed = self.device
        super()._handle_change()

    @callback
    def _attribute(self, before: Device, now: Device) -> None:
        """Record who has changed what the entity is about: whoever asked, or nobody that we know of."""
        if changed := [it for it in self._asked_for if getattr(before, it) != getattr(now, it)]:
            self._name_asker(self.coordinator.link.askers.async_take(now, changed))

    @callback
    def _name_asker(self, asker: Asker | None) -> None:
        self._set_context(asker.context if asker else None)

    async def _async_origin(self) -> Origin:
        """Find out who asks. Call this before any other await: another service call may replace the context."""
        return await self.coordinator.origins.async_resolve(self._context)

    def _send(self, name: str, args: Mapping[str, Any], origin: Origin) -> asyncio.Future[Outcome]:
        target = {"device_id": self._thing_id}
        command = Command(name=name, target=target, args=args, timeout_s=COMMAND_TIMEOUT_S)
        return self.coordinator.link.async_send(command, origin)

    async def _async_command(
        self, name: str, args: Mapping[str, Any], origin: Origin, is_reached: Callable[[], bool]
    ) -> None:
        """Send a command and return when it is confirmed; `is_reached` tells whether things are as asked.

        After a refusal that changes nothing, dashboards and bridges would go on showing what was asked for: they look
        again when an attribute changes.
        """
        try:
            await async_confirmed(self._send(name, args, origin), self.device.name, is_reached)
        except HomeAssistantError:
            self._write_failure(dt_util.utcnow(), origin)
            raise
        self._write_failure(None, origin)

    def _write_failure(self, at: datetime | None, origin: Origin) -> None:
        if at != self._failed_at and self.available:
            self._failed_at = at
            self._set_context(origin.context)
            self.async_write_ha_state()

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """When the latest command failed, if it did."""
        return {"command_failed_at": self._failed_at} if self._failed_at else {}


class DeviceHealthEntity(DeviceEntity):
    """An entity that tells what is wrong with a device: it stays available when the device is not."""

    @property
    @override
    def available(self) -> bool:
        """Only the link to the gateway counts."""
        return self._is_shown


class MainEntity(DeviceEntity):
    """The main entity of a device: it tells how old its state is. Why it has none, the device's other entities tell.

    While an entity is unavailable Home Assistant shows nothing of it but its capabilities, and it writes those into the
    entity registry when they change: what comes and goes with an outage must not be one.
    """

    # They only explain the current state.
    _unrecorded_attributes = frozenset({"last_confirmed", "command_failed_at"})

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """How far the state can be trusted."""
        return {**super().extra_state_attributes, **age_attributes(self.device)}


def age_attributes(device: Device) -> dict[str, Any]:
    """How old the state of a device is, and why nothing newer is known."""
    attributes: dict[str, Any] = {"freshness": device.freshness}
    if device.reason:
        attributes["reason"] = device.reason
    if device.last_confirmed:
        attributes["last_confirmed"] = device.last_confirmed
    return attributes
