"""Sensors: the health of a sign-in, a lock's battery, what is wrong with a device, and when its state was confirmed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .entity.account import AccountEntity
from .entity.device import DeviceEntity, DeviceHealthEntity
from .entity.new_entities import async_add_new_entities
from .picture.account import Account, TokenStatus
from .picture.device import Device
from .picture.device_words import GATEWAY_NOT_CONNECTED, NO_TROUBLE, NOT_LISTED_YET, REASONS, DeviceKind, DeviceTrouble

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """A sensor of an account."""

    value_fn: Callable[[Account], StateType | datetime]
    attributes_fn: Callable[[Account], Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class LockSensorDescription(SensorEntityDescription):
    """A sensor of a lock. It exists once the lock has reported a value."""

    value_fn: Callable[[Device], StateType]


ACCOUNT_SENSORS = (
    AccountSensorDescription(
        key="token_status",
        translation_key="token_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(TokenStatus),
        value_fn=lambda account: account.status,
        attributes_fn=lambda account: {
            "reason": account.reason,
            "last_error": account.last_error,
            "consecutive_failures": account.consecutive_failures,
            "next_refresh_at": account.next_refresh_at,
        },
    ),
    AccountSensorDescription(
        key="token_expiry",
        translation_key="token_expiry",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda account: account.expires_at,
        attributes_fn=lambda account: {"expiry_source": account.expiry_source},
    ),
)

LOCK_SENSORS = (
    LockSensorDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda device: device.battery_percent,
    ),
)

DEVICE_TROUBLES = (
    SensorEntityDescription(
        key="trouble",
        translation_key="trouble",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[NO_TROUBLE, *REASONS],
    ),
)

LOCK_AGES = (
    # Disabled by default: it changes all the time.
    SensorEntityDescription(
        key="last_confirmed",
        translation_key="last_confirmed",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SENSOR,
        lambda picture: picture.accounts.values(),
        ACCOUNT_SENSORS,
        AccountSensor,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SENSOR,
        lambda picture: picture.locks,
        LOCK_SENSORS,
        LockSensor,
        has=lambda device, description: description.value_fn(device) is not None,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SENSOR,
        lambda picture: picture.locks,
        LOCK_AGES,
        LockAge,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SENSOR,
        lambda picture: picture.with_entities,
        DEVICE_TROUBLES,
        DeviceTroubleSensor,
    )


class AccountSensor(AccountEntity, SensorEntity):
    """A sensor of an account."""

    entity_description: AccountSensorDescription
    # They only explain the current state; the gateway keeps the history.
    _unrecorded_attributes = frozenset({"last_error", "consecutive_failures", "next_refresh_at", "expiry_source"})

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The value."""
        return self.entity_description.value_fn(self.account)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What explains the value."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.account) if attributes_fn else None


class LockSensor(DeviceEntity, SensorEntity):
    """A sensor of a lock."""

    entity_description: LockSensorDescription

    @property
    @override
    def native_value(self) -> StateType:
        """The value."""
        return self.entity_description.value_fn(self.device)


class LockAge(DeviceHealthEntity, SensorEntity):
    """When the state of a lock was last confirmed."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """The moment; None before there is one."""
        return self.device.confirmed_at


class DeviceTroubleSensor(DeviceEntity, SensorEntity):
    """Why a device is unavailable, or its state old. It is never unavailable itself: somebody has to say it."""

    def __init__(
        self, coordinator: UtecGatewayCoordinator, thing_id: str, description: SensorEntityDescription
    ) -> None:
        """Create the sensor. Like all that is no lock's it is disabled by default."""
        super().__init__(coordinator, thing_id, description)
        self._attr_entity_registry_enabled_default = self.device.kind is DeviceKind.LOCK

    @property
    @override
    def available(self) -> bool:
        """Whatever happens."""
        return True

    @property
    @override
    def native_value(self) -> str:
        """What is wrong: nearest first."""
        if not self.coordinator.connected:
            return GATEWAY_NOT_CONNECTED
        if not self._is_shown:
            # One that the picture has is no longer said to be anything that is known here.
            return DeviceTrouble.NOT_REPORTED if self._thing_id in self.picture.devices else NOT_LISTED_YET
        return self.device.reason or NO_TROUBLE
