"""Binary sensors of accounts, of locks and their doors and batteries, and of the gateway."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity

from .const import CONF_GATEWAY_ID
from .coordinator import UtecGatewayConfigEntry
from .entity.account import AccountEntity
from .entity.device import DeviceEntity, DeviceHealthEntity, age_attributes
from .entity.gateway import GatewayEntity
from .entity.new_entities import async_add_new_entities
from .picture.account import Account
from .picture.device import Device
from .picture.device_words import DoorState, Freshness
from .picture.gateway import Gateway

PARALLEL_UPDATES = 0

# In percent: the levels 1 and 2 of 5 are low, and from 4 on the batteries have been changed.
BATTERY_LOW = 30
BATTERY_GOOD = 70


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

LOCK_BATTERIES = (
    BinarySensorEntityDescription(
        key="battery_low",
        translation_key="battery_low",
        device_class=BinarySensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)

GATEWAY_LINKS = (
    BinarySensorEntityDescription(
        key="link",
        translation_key="link",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
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
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BINARY_SENSOR,
        lambda picture: picture.locks,
        LOCK_BATTERIES,
        LockBatteryLow,
        has=lambda device, _: device.battery_percent is not None,
    )
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.BINARY_SENSOR,
        lambda picture: [picture.gateway],
        GATEWAY_LINKS,
        GatewayLink,
        # It says that no gateway has connected since Home Assistant was started.
        early_id=entry.data.get(CONF_GATEWAY_ID),
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


class LockBatteryLow(DeviceEntity, BinarySensorEntity, RestoreEntity):
    """Whether the batteries of a lock are to be changed.

    The cloud reports levels from 1 to 5, often one too high, of which the gateway makes 10, 30, 50, 70 and 100 %. They
    are low at level 1 and 2. Batteries don't recover: at level 3 it stays as it was, so that a battery between two
    levels, or one that is cold at night, does not come and go. At level 4 and 5 they have been changed.
    """

    _is_low: bool | None = None

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while no level is known."""
        return None if self.device.battery_percent is None else self._is_low

    @override
    async def async_added_to_hass(self) -> None:
        """Go on from what was known before Home Assistant was started."""
        await super().async_added_to_hass()
        stored = await self.async_get_last_extra_data()
        was_low = stored.as_dict().get("is_low") if stored else None
        self._is_low = was_low if isinstance(was_low, bool) else None
        self._judge()

    @property
    @override
    def extra_restore_state_data(self) -> RestoredExtraData:
        """What is stored: the state itself may be unavailable."""
        return RestoredExtraData({"is_low": self._is_low})

    @callback
    @override
    def _handle_change(self) -> None:
        """Write the state, by the level that is known now."""
        self._judge()
        super()._handle_change()

    def _judge(self) -> None:
        percent = self.device.battery_percent
        if percent is None:
            return
        if percent <= BATTERY_LOW:
            self._is_low = True
        elif percent >= BATTERY_GOOD:
            self._is_low = False
        else:
            self._is_low = self._is_low is True


class GatewayLink(GatewayEntity, BinarySensorEntity):
    """Whether the gateway is connected to Home Assistant. It is never unavailable itself: somebody has to say it."""

    @property
    @override
    def available(self) -> bool:
        """Whatever happens."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """The value."""
        return self.coordinator.connected

    @property
    @override
    def _watched(self) -> object:
        """It may be there before the picture is."""
        return self.coordinator.connected
