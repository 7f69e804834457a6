"""Battery and status, of devices that told them at the first look."""

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import reading
from .coordinator import Coordinator
from .entity import UteclocalEntity


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry[Coordinator], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    coordinator = entry.runtime_data
    entities: list[SensorEntity] = []
    for device_id, device in coordinator.data.items():
        if reading.has_battery(device):
            entities.append(BatterySensor(coordinator, device_id, f"{device['name']} Battery", "_battery"))
        if reading.health(device) is not None:
            entities.append(StatusSensor(coordinator, device_id, f"{device['name']} Status", "_health"))
    async_add_entities(entities)


class BatterySensor(UteclocalEntity, SensorEntity):
    _attr_device_class = SensorDeviceClass.BATTERY
    _attr_native_unit_of_measurement = "%"

    @property
    def native_value(self) -> int | None:
        return reading.battery(self.device)


class StatusSensor(UteclocalEntity, SensorEntity):
    @property
    def native_value(self) -> str | None:
        return reading.health(self.device)

    @property
    def icon(self) -> str:
        return "mdi:lan-connect" if (self.native_value or "").lower() == "online" else "mdi:lan-disconnect"
