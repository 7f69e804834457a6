"""An entity of one device: available as long as the list has it."""

from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import Coordinator, Device


class UteclocalEntity(CoordinatorEntity[Coordinator]):
    def __init__(self, coordinator: Coordinator, device_id: str, name: str, key: str) -> None:
        super().__init__(coordinator)
        device = coordinator.data[device_id]
        self.device_id = device_id
        self._attr_name = name
        self._attr_unique_id = f"utec_{device_id}{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={("uteclocal", device_id)},
            manufacturer="U-tec",
            name=device["name"],
            model=device.get("model"),
        )

    @property
    def available(self) -> bool:
        return super().available and self.device_id in self.coordinator.data

    @property
    def device(self) -> Device:
        return self.coordinator.data.get(self.device_id, {})
