"""Sensors: the health of a sign-in, a lock's battery and last command, what is wrong with a device, and the gateway."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .entity.account import AccountEntity
from .entity.account_sensors import ACCOUNT_SENSORS, AccountSensorDescription
from .entity.device import DeviceEntity, DeviceHealthEntity
from .entity.gateway import GatewayEntity
from .entity.new_entities import async_add_new_entities
from .entity.next_refresh import NEXT_REFRESHES, NextRefresh
from .picture.activity import Activity
from .picture.command import OUTCOMES
from .picture.device import Device
from .picture.device_words import GATEWAY_NOT_CONNECTED, NO_TROUBLE, NOT_LISTED_YET, REASONS, DeviceKind, DeviceTrouble
from .picture.gateway import Gateway

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class LockSensorDescription(SensorEntityDescription):
    """A sensor of a lock. It exists once the lock has reported a value."""

    value_fn: Callable[[Device], StateType]


@dataclass(frozen=True, kw_only=True)
class GatewaySensorDescription(SensorEntityDescription):
    """A sensor of the gateway."""

    value_fn: Callable[[Gateway], StateType]


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

LAST_COMMANDS = (
    SensorEntityDescription(
        key="last_command",
        translation_key="last_command",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        options=list(OUTCOMES),
    ),
)

GATEWAY_SENSORS = (
    GatewaySensorDescription(
        key="version",
        translation_key="version",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda gateway: gateway.version,
    ),
    GatewaySensorDescription(
        key="cloud_calls",
        translation_key="cloud_calls",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda gateway: gateway.calls_last_hour,
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
        has=lambda account, description: description.exists_fn(account),
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SENSOR,
        lambda picture: picture.accounts.values(),
        NEXT_REFRESHES,
        NextRefresh,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.SENSOR,
        lambda picture: [picture.gateway],
        GATEWAY_SENSORS,
        GatewaySensor,
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
        lambda picture: picture.locks,
        LAST_COMMANDS,
        LastCommand,
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
    _unrecorded_attributes = frozenset({"last_error", "consecutive_failures", "expiry_source", "code", "message"})

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


class GatewaySensor(GatewayEntity, SensorEntity):
    """A sensor of the gateway."""

    entity_description: GatewaySensorDescription

    @property
    @override
    def native_value(self) -> StateType:
        """The value."""
        return self.entity_description.value_fn(self.gateway)


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


class LastCommand(DeviceHealthEntity, RestoreSensor):
    """What came of the last command for a lock, whoever asked for it; unknown before the first."""

    @override
    async def async_added_to_hass(self) -> None:
        """Go on from what was known before Home Assistant was started, and follow what happens to the lock."""
        await super().async_added_to_hass()
        before = await self.async_get_last_sensor_data()
        if before is not None and before.native_value in OUTCOMES:
            self._attr_native_value = before.native_value
        self.async_on_remove(self.coordinator.async_listen_activity(self._thing_id, self._take))

    @callback
    def _take(self, activity: Activity) -> None:
        """Show how a command has ended."""
        if activity.kind == "command_ended" and activity.command:
            outcome = activity.command.outcome
            # That of a later gateway is unknown, and not what it was before.
            self._attr_native_value = outcome if outcome in OUTCOMES else None
            self.async_write_ha_state()


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
