"""What the entities of the gateway have in common."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, override

from homeassistant.const import Platform
from homeassistant.core import Context, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import BaseCoordinatorEntity
from homeassistant.util import dt as dt_util

from ..const import COMMAND_TIMEOUT_S, DOMAIN
from ..coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from ..link.commands import Command, Outcome, async_confirmed
from ..link.origin import Origin
from ..picture.account import Account
from ..picture.device import Device
from ..picture.device_words import GATEWAY_NOT_CONNECTED, NOT_LISTED_YET
from ..picture.picture import Picture
from .capabilities import Capabilities


def _unique_id(thing_id: str, key: str) -> str:
    return f"{thing_id}_{key}"


class UtecGatewayEntity(BaseCoordinatorEntity[UtecGatewayCoordinator]):
    """An entity of an account or a device of its own. What it belongs to is in the device registry before it is."""

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
        self._attr_unique_id = _unique_id(thing_id, description.key)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, thing_id)})

    @property
    def picture(self) -> Picture:
        """The picture. Entities are made from one, so there is one."""
        assert self.coordinator.picture is not None
        return self.coordinator.picture

    @property
    def _is_shown(self) -> bool:
        """Whether the picture can be trusted and the thing is in it."""
        return self.coordinator.connected and self.picture.shows(self._thing_id)

    @property
    @override
    def available(self) -> bool:
        """Only what the picture shows is there."""
        return self._is_shown

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


class DeviceEntity(UtecGatewayEntity):
    """An entity of a lock, a light, a plug or a switch."""

    def __init__(self, coordinator: UtecGatewayCoordinator, thing_id: str, description: EntityDescription) -> None:
        """Create the entity of a device that the picture has."""
        super().__init__(coordinator, thing_id, description)
        self._written: Device = self.picture.devices[thing_id]
        self._was_shown = self._is_shown
        self._failed_at: datetime | None = None

    @property
    def device(self) -> Device:
        """What the picture says of the device, or last said: entities are asked for some of it after it has gone."""
        return self.picture.devices.get(self._thing_id, self._written)

    @property
    @override
    def available(self) -> bool:
        """What is too old is not shown, nor what the cloud remembers of a device that is offline."""
        return super().available and self.device.available

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless this device has nothing new: there may be hundreds."""
        before = self._written, self._was_shown
        self._written, self._was_shown = now = self.device, self._is_shown
        if now != before:
            self._handle_news()

    @callback
    def _handle_news(self) -> None:
        """Write the state: the device has changed, or the link came or went."""
        self.async_write_ha_state()

    async def _async_origin(self) -> Origin:
        """Tell who asks. To be called before any other await: another service call may set the context anew."""
        return await self.coordinator.origins.async_resolve(self._context)

    def _send(self, name: str, args: Mapping[str, Any], origin: Origin) -> asyncio.Future[Outcome]:
        target = {"device_id": self._thing_id}
        command = Command(name=name, target=target, args=args, timeout_s=COMMAND_TIMEOUT_S)
        return self.coordinator.link.async_send(command, origin)

    async def _async_ask(
        self, name: str, args: Mapping[str, Any], origin: Origin, is_reached: Callable[[], bool]
    ) -> None:
        """Ask for something and return when it is confirmed; `is_reached` tells whether things are as asked."""
        await self._async_confirmed(self._send(name, args, origin), is_reached)

    async def _async_confirmed(self, sent: asyncio.Future[Outcome], is_reached: Callable[[], bool]) -> None:
        """Wait for the outcome.

        A refusal that changes nothing would leave dashboards and bridges showing what was asked for: they look again
        when an attribute changes.
        """
        try:
            await async_confirmed(sent, self.device.name, is_reached)
        except HomeAssistantError:
            self._write_failure(dt_util.utcnow())
            raise
        self._write_failure(None)

    def _write_failure(self, at: datetime | None) -> None:
        if at != self._failed_at and self.available:
            self._failed_at = at
            self.async_write_ha_state()

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """When the latest command failed, if it did."""
        return {"command_failed_at": self._failed_at} if self._failed_at else {}


class DeviceHealthEntity(DeviceEntity):
    """An entity that tells what is wrong with a device: it is there when the device is not."""

    @property
    @override
    def available(self) -> bool:
        """Only the link to the gateway counts."""
        return self._is_shown


class MainEntity(DeviceEntity):
    """The entity that a device is there for: it tells how old what it shows is, and why it shows nothing."""

    # They explain the present.
    _unrecorded_attributes = frozenset({"last_confirmed", "command_failed_at"})

    @property
    @override
    def capability_attributes(self) -> dict[str, Any]:
        """Why it is unavailable: Home Assistant writes no other attributes then."""
        reason = self.device.reason
        if not self._is_shown:
            reason = NOT_LISTED_YET if self.coordinator.connected else GATEWAY_NOT_CONNECTED
        is_told = not self.available and reason is not None
        return Capabilities(super().capability_attributes, {"reason": reason} if is_told else {})

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """How far the state can be believed."""
        return {**super().extra_state_attributes, **age_attributes(self.device)}


def age_attributes(device: Device) -> dict[str, Any]:
    """How old what is known of a device is, and why nothing newer is known."""
    attributes: dict[str, Any] = {"freshness": device.freshness}
    if device.reason:
        attributes["reason"] = device.reason
    if device.last_confirmed:
        attributes["last_confirmed"] = device.last_confirmed
    return attributes


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
    # By the id of the thing and the key: those that are there, also while the picture does not show their thing.
    added: set[tuple[str, str]] = set()

    def is_registered(thing_id: str, key: str) -> bool:
        return registry.async_get_entity_id(platform, DOMAIN, _unique_id(thing_id, key)) is not None

    def is_wanted(thing: ThingT, description: DescriptionT) -> bool:
        if (thing.id, description.key) in added:
            return False
        return has(thing, description) or is_registered(thing.id, description.key)

    @callback
    def add_new() -> None:
        if coordinator.picture is None:
            return
        seen = list(things(coordinator.picture))
        added.intersection_update({key for key in added if is_registered(*key)})
        new = [
            (thing.id, description) for thing in seen for description in descriptions if is_wanted(thing, description)
        ]
        if new:
            added.update((thing_id, it.key) for thing_id, it in new)
            async_add_entities(build(coordinator, thing_id, description) for thing_id, description in new)

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
