"""The order of snapshots and updates: nothing that has come is thrown away, and nothing older comes after it."""

from dataclasses import dataclass, field, replace

from ..picture.picture import Changes, Picture
from .snapshot import SnapshotPart, SnapshotParts

# More than come while a snapshot is on its way; if they are more, the next snapshot has them.
UPDATES_KEPT = 1000


@dataclass(frozen=True, kw_only=True)
class News:
    """What is to be published: the picture, and the changes that have led to it."""

    picture: Picture
    changes: tuple[Changes, ...]


@dataclass
class Order:
    """The order within one session.

    While a snapshot is awaited or on its way, updates are kept: those that it does not include yet are applied after
    it.
    """

    # The number of the last change that is in the picture; None before the first snapshot.
    seq: int | None = None
    # Something is missing: a snapshot has been asked for.
    is_behind: bool = True
    _parts: SnapshotParts = field(default_factory=SnapshotParts)
    _kept: dict[int, Changes] = field(default_factory=dict)

    def take_part(self, part: SnapshotPart, picture: Picture | None) -> News | None:
        """Take a part of a snapshot; returns what is news once it is whole. Look at `is_behind` then."""
        whole = self._parts.add(part)
        if whole is None:
            return None
        snapshot = whole.with_kept(picture)
        self.seq = part.seq
        self.is_behind = False
        # The snapshot has what they changed, but not what they told.
        told = [it for seq, it in sorted(self._kept.items()) if seq <= part.seq]
        applied = [_only_told(it) for it in told if it.commands or it.activity]
        applied.append(Changes(commands=tuple(self._parts.commands)))
        while (changes := self._kept.get(self.seq + 1)) is not None:
            self.seq += 1
            snapshot = snapshot.with_changes(changes)
            applied.append(changes)
        self._kept = {seq: it for seq, it in self._kept.items() if seq > self.seq}
        self.is_behind = bool(self._kept)
        return News(picture=snapshot, changes=tuple(applied))

    def take_update(self, seq: int, changes: Changes, picture: Picture | None) -> News | None:
        """Take an update; returns what is news, at once unless something is missing. Look at `is_behind` then."""
        if self.seq is not None and seq <= self.seq:
            return None
        if self.is_behind or self._parts.is_under_way or self.seq is None or seq > self.seq + 1:
            self._kept[seq] = changes
            if len(self._kept) > UPDATES_KEPT:
                del self._kept[min(self._kept)]
        if self.seq is None or picture is None or self.is_behind:
            return None
        if seq > self.seq + 1:
            self.is_behind = True
            return None
        self.seq = seq
        if seq in self._kept:
            # It may be applied to a snapshot again, but is told now.
            self._kept[seq] = replace(changes, commands=(), activity=())
        return News(picture=picture.with_changes(changes), changes=(changes,))


def _only_told(changes: Changes) -> Changes:
    return Changes(commands=changes.commands, activity=changes.activity)
