"""Locks."""

from dataclasses import replace
from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import UtecGatewayConfigEntry
from .entity.device import MainEntity
from .entity.new_entities import async_add_new_entities
from .link.askers import Asker
from .picture.device import Device
from .picture.device_words import LockState, LockTransition

# The gateway queues the commands of one lock; locks never wait for each other.
PARALLEL_UPDATES = 0

LOCKS = (LockEntityDescription(key="lock", translation_key="lock", name=None),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the locks."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.LOCK,
        lambda picture: picture.locks,
        LOCKS,
        UtecGatewayLock,
    )


# What a transition leads to.
LEADS_TO = {LockTransition.LOCKING: LockState.LOCKED, LockTransition.UNLOCKING: LockState.UNLOCKED}


class UtecGatewayLock(MainEntity, LockEntity):
    """A lock. Its state is what the cloud last confirmed, never a guess."""

    _asked_for = ("lock_state",)

    @property
    @override
    def is_locked(self) -> bool | None:
        """Whether the bolt is extended; None if the cloud does not know."""
        match self.device.lock_state:
            case LockState.LOCKED:
                return True
            case LockState.UNLOCKED:
                return False
            case _:
                return None

    @property
    @override
    def is_jammed(self) -> bool:
        """Whether the bolt is stuck; while a command tries again, that is shown instead."""
        return self.device.lock_state is LockState.JAMMED and self.device.transition is None

    @property
    @override
    def is_locking(self) -> bool:
        """Whether an accepted lock command waits for its confirmation."""
        return self.device.transition is LockTransition.LOCKING

    @property
    @override
    def is_unlocking(self) -> bool:
        """Whether an accepted unlock command waits for its confirmation."""
        return self.device.transition is LockTransition.UNLOCKING

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The mode (in passage mode a lock ignores commands), and how far the state can be trusted."""
        return {"lock_mode": self.device.lock_mode, **super().extra_state_attributes}

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock, and return when the cloud has confirmed it."""
        await self._async_move("lock", LockState.LOCKED)

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock, and return when the cloud has confirmed it."""
        await self._async_move("unlock", LockState.UNLOCKED)

    async def _async_move(self, name: str, wanted: LockState) -> None:
        origin = await self._async_origin()
        await self._async_command(name, {}, origin, lambda: _is_at_rest(self.device, wanted))

    @callback
    @override
    def _attribute(self, before: Device, now: Device) -> None:
        """Record who moves the bolt; while only a transition begins or ends, that is who asked for it."""
        transition = now.transition or before.transition
        if now.lock_state == before.lock_state and now.transition != before.transition and transition is not None:
            wanted = replace(now, lock_state=LEADS_TO[transition])
            asker = self.coordinator.link.askers.async_find(wanted, self._asked_for)
            self._set_context(asker.context if asker else None)
        super()._attribute(before, now)

    @callback
    @override
    def _name_asker(self, asker: Asker | None) -> None:
        super()._name_asker(asker)
        self._attr_changed_by = asker.name if asker else None


def _is_at_rest(device: Device, wanted: LockState) -> bool:
    return (device.lock_state, device.transition) == (wanted, None)
