"""Devices in the registry: the gateway, its accounts, and their devices that have entities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.typing import UNDEFINED, UndefinedType

from ..const import DOMAIN, TITLE
from ..picture.malformed import Kind
from ..picture.picture import Picture
from .page import page_url

USUAL_MANUFACTURER = "U-tec"


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What the registry is told about one device; `via` is the id of what it is reached through."""

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
    """List all devices, starting with those that others are reached through."""
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
            manufacturer=account.provider_label,
            model="Account",
            entry_type=dr.DeviceEntryType.SERVICE,
            via=gateway.id,
        )
    for device in picture.with_entities:
        yield _Entry(
            id=device.id,
            name=device.name,
            manufacturer=device.manufacturer,
            model=device.model,
            sw_version=device.firmware,
            serial_number=device.serial,
            via=device.account_id if device.account_id in picture.accounts else gateway.id,
        )


class DeviceRegistrar:
    """Keeps the device registry in step with the picture."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Start with nothing synced."""
        self._hass = hass
        self._entry_id = entry_id
        self._synced: tuple[list[_Entry], frozenset[str], bool] = [], frozenset(), False

    @callback
    def async_sync(self, picture: Picture, page: str | None, gone: frozenset[str], *, keep: bool) -> None:
        """Create and update what is there, remove what is gone (its entities go with it).

        With `keep` only what the gateway has just removed is gone.
        """
        entries = list(_entries(picture, page))
        wanted = entries, picture.gateway.devices_known, keep
        if wanted == self._synced and not gone:
            return
        self._synced = wanted
        registry = dr.async_get(self._hass)
        registered: dict[str, str] = {}
        for entry in entries:
            identifier = (DOMAIN, entry.id)
            is_known = registry.async_get_device_by_identifier(identifier, self._entry_id) is not None
            registered[entry.id] = registry.async_get_or_create(
                config_entry_id=self._entry_id,
                identifiers={identifier},
                name=entry.name,
                manufacturer=_if_said(entry.manufacturer or (None if is_known else USUAL_MANUFACTURER)),
                model=_if_said(entry.model),
                entry_type=entry.entry_type,
                sw_version=_if_said(entry.sw_version),
                serial_number=_if_said(entry.serial_number),
                configuration_url=_if_said(entry.configuration_url),
                via_device_id=registered[entry.via] if entry.via else None,
            ).id
        devices = dr.async_entries_for_config_entry(registry, self._entry_id)
        things = {device.id: thing_id_of(device) for device in devices}
        present = set(registered.values())
        # All are checked before the first is removed: without an account nothing tells which devices were its own.
        absent = [it for it in devices if it.id not in present]
        left = [it.id for it in absent if things[it.id] in gone or (not keep and _is_gone(it, things, picture, gone))]
        for device_id in left:
            registry.async_remove_device(device_id)


def _if_said(value: str | None) -> str | UndefinedType:
    """Leave what the gateway does not say as it was: it may know it again in a moment."""
    return UNDEFINED if value is None else value


def thing_id_of(device: dr.DeviceEntry) -> str | None:
    """Find the id that a registered device has, or had, in the picture."""
    return next((it[1] for it in device.identifiers if it[0] == DOMAIN), None)


def _is_gone(device: dr.DeviceEntry, things: Mapping[str, str | None], picture: Picture, gone: frozenset[str]) -> bool:
    """Tell whether something that the picture lacks is gone; otherwise it may just not have been listed yet.

    The gateway always knows its accounts, but has to ask the cloud for the devices of each.
    """
    if device.entry_type is dr.DeviceEntryType.SERVICE:
        return not picture.may_have(Kind.ACCOUNT, things[device.id])
    if things[device.id] in picture.devices or picture.may_have(Kind.DEVICE, things[device.id]):
        # It is there; its kind is not known any more, or it cannot be read.
        return False
    account_id = things.get(device.via_device_id) if device.via_device_id else None
    if account_id is None or account_id == picture.gateway.id:
        # Nothing tells whose it was.
        with_devices = (it.id for it in picture.accounts.values() if it.has_devices)
        return picture.gateway.devices_known.issuperset(with_devices)
    if account_id not in picture.accounts:
        return account_id in gone or not picture.may_have(Kind.ACCOUNT, account_id)
    return account_id in picture.gateway.devices_known
