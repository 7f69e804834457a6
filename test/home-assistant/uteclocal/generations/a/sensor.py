"""Battery and health of each device, which ask on their own."""

from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import reading
from .client import Client


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry[Client], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    devices = await entry.runtime_data.devices()
    kinds = (BatterySensor, HealthSensor)
    async_add_entities([kind(entry, *device) for device in devices for kind in kinds])


class UteclocalSensor(SensorEntity):
    key: str

    def __init__(self, entry: ConfigEntry[Client], device_id: str, name: str) -> None:
        self._client = entry.runtime_data
        self._device_id = device_id
        self._attr_name = f"{name} {self.key.capitalize()}"
        self._attr_unique_id = f"{entry.entry_id}_{device_id}_{self.key}"
        self._attr_device_info = DeviceInfo(identifiers={("uteclocal", device_id)}, manufacturer="U-tec", name=name)

    async def async_update(self) -> None:
        try:
            value = self.read(await self._client.states(self._device_id))
        except Exception:  # noqa: BLE001 - whatever went wrong, the last value stays
            return
        if value is not None:
            self._attr_native_value = value

    def read(self, states: reading.States) -> Any:
        raise NotImplementedError


class BatterySensor(UteclocalSensor):
    key = "battery"
    _attr_device_class = SensorDeviceClass.BATTERY
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_native_unit_of_measurement = "%"

    def read(self, states: reading.States) -> int | None:
        level = reading.battery(states)
        return None if level is None else 20 * max(0, min(5, level))


class HealthSensor(UteclocalSensor):
    key = "health"

    def read(self, states: reading.States) -> str | None:
        return reading.health(states)
