"""Devices in the registry: the gateway, its accounts, and what has entities of theirs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN, TITLE
from ..picture.picture import Picture
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
        self._told: tuple[list[_Entry], frozenset[str]] = [], frozenset()

    @callback
    def async_sync(self, picture: Picture, page: str | None, gone: frozenset[str]) -> None:
        """Create and update what is there, remove what is gone (its entities go with it)."""
        entries = list(_entries(picture, page))
        told = entries, picture.gateway.devices_known
        if told == self._told and not gone:
            return
        self._told = told
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
        devices = dr.async_entries_for_config_entry(registry, self._entry_id)
        things = {device.id: thing_id_of(device) for device in devices}
        present = set(registered.values())
        # All are looked at before the first goes: with an account goes what tells whose its devices are.
        left = [it.id for it in devices if it.id not in present and _has_left(it, things, picture, gone)]
        for device_id in left:
            registry.async_remove_device(device_id)


def thing_id_of(device: dr.DeviceEntry) -> str | None:
    """Find the id under which the picture has, or had, what is registered."""
    return next((it[1] for it in device.identifiers if it[0] == DOMAIN), None)


def _has_left(device: dr.DeviceEntry, things: Mapping[str, str | None], picture: Picture, gone: frozenset[str]) -> bool:
    """Tell whether something that the picture does not have is gone, or may only not have been listed yet.

    The gateway knows its accounts without asking anybody, and lists the devices of each.
    """
    if device.entry_type is dr.DeviceEntryType.SERVICE or things[device.id] in gone:
        return True
    account_id = things.get(device.via_device_id) if device.via_device_id else None
    if account_id is None or account_id == picture.gateway.id:
        # Whose it was nobody can say.
        return picture.gateway.devices_known.issuperset(picture.accounts)
    return account_id not in picture.accounts or account_id in picture.gateway.devices_known
