"""A snapshot: the whole picture, which arrives in parts."""

from dataclasses import dataclass, field

from ..picture.account import Account
from ..picture.command import ReportedCommand
from ..picture.device import Device
from ..picture.gateway import Gateway
from ..picture.picture import Picture


@dataclass(frozen=True, kw_only=True)
class SnapshotPart:
    """One part of a snapshot; parts count from 1."""

    snapshot_id: str
    part: int
    parts: int
    seq: int
    gateway: Gateway
    accounts: list[Account]
    devices: list[Device]
    commands: list[ReportedCommand] = field(default_factory=list)


@dataclass
class SnapshotParts:
    """The parts of one snapshot that have arrived so far."""

    id: str | None = None
    parts: dict[int, SnapshotPart] = field(default_factory=dict)
    # Those of the last whole one.
    commands: list[ReportedCommand] = field(default_factory=list)

    def add(self, part: SnapshotPart) -> Picture | None:
        """Add a part; returns the picture once it is whole. A part of another snapshot starts over."""
        if part.snapshot_id != self.id:
            self.id = part.snapshot_id
            self.parts.clear()
        self.parts[part.part] = part
        if set(self.parts) != set(range(1, part.parts + 1)):
            return None
        whole = [self.parts[number] for number in sorted(self.parts)]
        self.id = None
        self.commands = [it for one in whole for it in one.commands]
        return Picture(
            gateway=part.gateway,
            accounts={it.id: it for one in whole for it in one.accounts},
            devices={it.id: it for one in whole for it in one.devices},
        )
