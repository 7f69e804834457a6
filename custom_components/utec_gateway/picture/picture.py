"""The gateway's picture: everything that it knows at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .account import Account
from .command import ReportedCommand
from .device import Device
from .device_words import DeviceKind
from .gateway import Gateway


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


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Everything that the gateway knows at one moment."""

    gateway: Gateway
    accounts: Mapping[str, Account]
    devices: Mapping[str, Device]

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

    def with_changes(self, changes: Changes) -> Picture:
        """Return the picture after an update."""
        accounts = {**self.accounts, **{it.id: it for it in changes.accounts}}
        devices = {**self.devices, **{it.id: it for it in changes.devices}}
        return replace(
            self,
            gateway=changes.gateway or self.gateway,
            accounts={key: it for key, it in accounts.items() if key not in changes.removed_accounts},
            devices={key: it for key, it in devices.items() if key not in changes.removed_devices},
        )
