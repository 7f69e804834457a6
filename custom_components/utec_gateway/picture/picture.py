"""The gateway's picture: everything that it knows at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .account import Account
from .activity import Activity
from .command import ReportedCommand
from .device import Device
from .device_words import DeviceKind, DeviceTrouble
from .gateway import Gateway
from .malformed import Kind, Malformed


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The objects that have changed, each as a whole, and the ids of those that are gone."""

    gateway: Gateway | None = None
    accounts: tuple[Account, ...] = ()
    devices: tuple[Device, ...] = ()
    removed_accounts: frozenset[str] = frozenset()
    removed_devices: frozenset[str] = frozenset()
    # What others than Home Assistant have asked for: it names the askers of what changes.
    commands: tuple[ReportedCommand, ...] = ()
    # What has happened to devices, oldest first.
    activity: tuple[Activity, ...] = ()
    # What could not be read: it has changed, nobody knows how.
    malformed: tuple[Malformed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Everything that the gateway knows at one moment."""

    gateway: Gateway
    accounts: Mapping[str, Account]
    devices: Mapping[str, Device]
    # What could not be read when it was last sent, and is shown as it was before.
    malformed: tuple[Malformed, ...] = ()

    @property
    def with_entities(self) -> list[Device]:
        """The devices that have entities."""
        return [device for device in self.devices.values() if device.kind is not None]

    @property
    def locks(self) -> list[Device]:
        """The locks: what this integration is for."""
        return [device for device in self.devices.values() if device.kind is DeviceKind.LOCK]

    @property
    def shown_ids(self) -> set[str]:
        """The ids of the accounts and of the devices that have entities."""
        return {*self.accounts, *(device.id for device in self.with_entities)}

    def shows(self, thing_id: str) -> bool:
        """Tell whether the picture has an account or a device that has entities."""
        device = self.devices.get(thing_id)
        return thing_id in self.accounts or (device is not None and device.kind is not None)

    def may_have(self, kind: Kind, thing_id: str | None) -> bool:
        """Tell whether something that the picture lacks may be among what could not be read."""
        return any(it.kind is kind and it.id in (None, thing_id) for it in self.malformed)

    def with_changes(self, changes: Changes) -> Picture:
        """Return the picture after an update."""
        accounts = {**self.accounts, **{it.id: it for it in changes.accounts}}
        devices = {**self.devices, **{it.id: it for it in changes.devices}}
        for it in changes.malformed:
            if it.kind is Kind.DEVICE and it.id in devices:
                devices[it.id] = _as_it_was(devices[it.id])
        read = {
            Kind.ACCOUNT: {*(it.id for it in changes.accounts), *changes.removed_accounts},
            Kind.DEVICE: {*(it.id for it in changes.devices), *changes.removed_devices},
            Kind.GATEWAY: {self.gateway.id} if changes.gateway else set(),
        }
        now = {(it.kind, it.id) for it in changes.malformed}
        before = (it for it in self.malformed if it.id not in read[it.kind] and (it.kind, it.id) not in now)
        return replace(
            self,
            gateway=changes.gateway or self.gateway,
            accounts={key: it for key, it in accounts.items() if key not in changes.removed_accounts},
            devices={key: it for key, it in devices.items() if key not in changes.removed_devices},
            malformed=(*before, *changes.malformed),
        )

    def without_clashes(self) -> Picture:
        """Return the picture without devices that have an account's id, or the gateway's: these come first."""
        clashing = self.devices.keys() & {self.gateway.id, *self.accounts}
        if not clashing:
            return self
        error = "its id is that of an account or of the gateway"
        malformed = (Malformed(kind=Kind.DEVICE, id=it, error=error) for it in sorted(clashing))
        return replace(
            self,
            devices={key: it for key, it in self.devices.items() if key not in clashing},
            malformed=(*self.malformed, *malformed),
        )

    def with_kept(self, before: Picture | None) -> Picture:
        """Return the picture of a snapshot with what could not be read of it as it was before."""
        if before is None or not self.malformed:
            return self
        accounts = {key: it for key, it in before.accounts.items() if self.may_have(Kind.ACCOUNT, key)}
        devices = {key: _as_it_was(it) for key, it in before.devices.items() if self.may_have(Kind.DEVICE, key)}
        return replace(self, accounts={**accounts, **self.accounts}, devices={**devices, **self.devices})


def _as_it_was(device: Device) -> Device:
    """Return a device of which nothing newer is known."""
    return replace(device, trouble=device.trouble or DeviceTrouble.NOT_REPORTED)
