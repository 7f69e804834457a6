"""Devices in the registry: the gateway, its accounts, and what has entities of theirs."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN, TITLE
from .models import Picture
from .page import page_url


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What the registry is told of one device; `via` is the id of the thing that it is reached through."""

    id: str
    name: str
    manufacturer: str | None
    model: str | None
    via: str | None = None
    entry_type: dr.DeviceEntryType | None = None
    sw_version: str | None = None
    serial_number: str | None = None
    configuration_url: str | None = None


def _entries(picture: Picture, page: str | None) -> Iterator[_Entry]:
    """Every device, those that others are reached through first."""
    gateway = picture.gateway
    yield _Entry(
        id=gateway.id,
        name=TITLE,
        manufacturer=TITLE,
        model="Gateway",
        entry_type=dr.DeviceEntryType.SERVICE,
        sw_version=gateway.version,
        configuration_url=page_url(page),
    )
    for account in picture.accounts.values():
        yield _Entry(
            id=account.id,
            name=account.name,
            manufacturer="U-tec",
            model="Account",
            entry_type=dr.DeviceEntryType.SERVICE,
            via=gateway.id,
        )
    for device in picture.with_entities:
        yield _Entry(
            id=device.id,
            name=device.name,
            manufacturer=device.manufacturer or "U-tec",
            model=device.model,
            sw_version=device.firmware,
            serial_number=device.serial,
            via=device.account_id if device.account_id in picture.accounts else gateway.id,
        )


class DeviceRegistrar:
    """Keeps the device registry in step with the picture."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Start with nothing told."""
        self._hass = hass
        self._entry_id = entry_id
        self._told: list[_Entry] = []

    @callback
    def async_sync(self, picture: Picture, page: str | None) -> None:
        """Create and update what is there, remove what is gone (its entities go with it)."""
        entries = list(_entries(picture, page))
        if entries == self._told:
            return
        self._told = entries
        registry = dr.async_get(self._hass)
        registered: dict[str, str] = {}
        for entry in entries:
            registered[entry.id] = registry.async_get_or_create(
                config_entry_id=self._entry_id,
                identifiers={(DOMAIN, entry.id)},
                name=entry.name,
                manufacturer=entry.manufacturer,
                model=entry.model,
                entry_type=entry.entry_type,
                sw_version=entry.sw_version,
                serial_number=entry.serial_number,
                configuration_url=entry.configuration_url,
                via_device_id=registered[entry.via] if entry.via else None,
            ).id
        present = set(registered.values())
        for device in dr.async_entries_for_config_entry(registry, self._entry_id):
            if device.id not in present:
                registry.async_remove_device(device.id)
