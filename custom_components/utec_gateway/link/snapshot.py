"""A snapshot: the whole picture, which arrives in parts."""

from dataclasses import dataclass, field

from ..picture.account import Account
from ..picture.command import ReportedCommand
from ..picture.device import Device
from ..picture.gateway import Gateway
from ..picture.malformed import Malformed
from ..picture.picture import Picture

# One that is under way, and the one that takes its place.
SNAPSHOTS_KEPT = 2


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
    malformed: list[Malformed] = field(default_factory=list)


@dataclass
class SnapshotParts:
    """The parts of the snapshots that are under way, by their ids."""

    running: dict[str, dict[int, SnapshotPart]] = field(default_factory=dict)
    # Those of the last whole one.
    commands: list[ReportedCommand] = field(default_factory=list)

    @property
    def is_under_way(self) -> bool:
        """Whether parts have come that are no whole yet."""
        return bool(self.running)

    def add(self, part: SnapshotPart) -> Picture | None:
        """Add a part; returns the picture once it is whole. What was begun before it is given up then."""
        parts = self.running.setdefault(part.snapshot_id, {})
        parts[part.part] = part
        if set(parts) != set(range(1, part.parts + 1)):
            if len(self.running) > SNAPSHOTS_KEPT:
                del self.running[next(iter(self.running))]
            return None
        whole = [parts[number] for number in sorted(parts)]
        self.running.clear()
        self.commands = [it for one in whole for it in one.commands]
        return Picture(
            gateway=part.gateway,
            accounts={it.id: it for one in whole for it in one.accounts},
            devices={it.id: it for one in whole for it in one.devices},
            # The gateway is in each part.
            malformed=tuple(dict.fromkeys(it for one in whole for it in one.malformed)),
        )
