"""Binary sensors: does an account need attention, does its cloud respond, can a lock be reached, is a door open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import UtecGatewayConfigEntry
from .entity.account import AccountEntity
from .entity.device import DeviceEntity, DeviceHealthEntity, age_attributes
from .entity.new_entities import async_add_new_entities
from .picture.account import Account
from .picture.device import Device
from .picture.device_words import DoorState, Freshness
from .picture.gateway import Gateway

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AccountBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor of an account; the value comes from the account or the gateway."""

    is_on_fn: Callable[[Gateway, Account], bool | None]
    exists_fn: Callable[[Account], bool] = lambda _: True


@dataclass(frozen=True, kw_only=True)
class LockBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor of the locks that have it."""

    exists_fn: Callable[[Device], bool]
    is_on_fn: Callable[[Device], bool | None]


ACCOUNT_BINARY_SENSORS = (
    # No entity category: it is offered where people build automations.
    AccountBinarySensorDescription(
        key="token_problem",
        translation_key="token_problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=lambda _, account: None if account.status is None else account.needs_attention,
    ),
    AccountBinarySensorDescription(
        key="cloud_connection",
        translation_key="cloud_connection",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda gateway, account: gateway.clouds.get(account.id),
        # It is about the cloud that devices are asked of.
        exists_fn=lambda account: account.has_devices,
    ),
)

LOCK_CONNECTIONS = (
    BinarySensorEntityDescription(
        key="connection",
        translation_key="connection",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)

LOCK_BINARY_SENSORS = (
    LockBinarySensorDescription(
        key="door",
        device_class=BinarySensorDeviceClass.DOOR,
        exists_fn=lambda device: device.has_door_sensor,
        is_on_fn=lambda device: None if device.door_state is None else device.door_state is DoorState.OPEN,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BINARY_SENSOR,
        lambda picture: picture.accounts.values(),
        ACCOUNT_BINARY_SENSORS,
        AccountBinarySensor,
        has=lambda account, description: description.exists_fn(account),
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BINARY_SENSOR,
        lambda picture: picture.locks,
        LOCK_CONNECTIONS,
        LockConnection,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BINARY_SENSOR,
        lambda picture: picture.locks,
        LOCK_BINARY_SENSORS,
        LockBinarySensor,
        has=lambda device, description: description.exists_fn(device),
    )


class AccountBinarySensor(AccountEntity, BinarySensorEntity):
    """A binary sensor of an account."""

    entity_description: AccountBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The value."""
        return self.entity_description.is_on_fn(self.picture.gateway, self.account)


class LockBinarySensor(DeviceEntity, BinarySensorEntity):
    """A binary sensor of a lock."""

    entity_description: LockBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The value."""
        return self.entity_description.is_on_fn(self.device)


class LockConnection(DeviceHealthEntity, BinarySensorEntity):
    """Whether a lock can be reached, and what is wrong if it cannot."""

    # It only explains the current state.
    _unrecorded_attributes = frozenset({"last_confirmed"})

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether what is known of the lock is current; None before anything is known."""
        device = self.device
        if not device.available or device.freshness in (Freshness.STALE, Freshness.EXPIRED):
            return False
        if device.freshness is Freshness.FRESH:
            return True
        return False if device.trouble else device.online

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """How old the state is, and why nothing newer is known."""
        return age_attributes(self.device)
