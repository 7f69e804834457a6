"""Locks."""

import asyncio
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityDescription
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .entity.device import MainEntity
from .entity.new_entities import async_add_new_entities
from .link.commands import Outcome
from .picture.device import Device
from .picture.device_words import LockState, LockTransition

# The gateway queues the commands of one lock; locks never wait for each other.
PARALLEL_UPDATES = 0

# The confirmed state may arrive after the result of the command.
STATE_AFTER_RESULT_S = 5

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


@dataclass
class _Asked:
    """A command of ours: the state that it should lead to, and who asked for it."""

    wanted: LockState
    context: Context | None
    by: str | None
    # The monotonic time after which a change is not its doing; None while the command runs.
    until: float | None = None


class UtecGatewayLock(MainEntity, LockEntity):
    """A lock. Its state is what the cloud last confirmed, never a guess."""

    def __init__(
        self,
        coordinator: UtecGatewayCoordinator,
        thing_id: str,
        description: LockEntityDescription,
    ) -> None:
        """Create the lock."""
        super().__init__(coordinator, thing_id, description)
        self._asked: _Asked | None = None
        self._seen: tuple[LockState | None, LockTransition | None] = _bolt(self.device)

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
        # Before any await: another service call may replace it.
        context = self._context
        origin = await self._async_origin()
        asked = _Asked(wanted, context, origin.name)

        @callback
        def ended(sent: asyncio.Future[Outcome]) -> None:
            if sent.result() is None:
                asked.until = self.hass.loop.time() + STATE_AFTER_RESULT_S
            elif self._asked is asked:
                self._asked = None

        self._asked = asked
        sent = self._send(name, {}, origin)
        sent.add_done_callback(ended)
        await self._async_confirmed(sent, lambda: _bolt(self.device) == (wanted, None))

    @callback
    @override
    def _handle_change(self) -> None:
        """Write the state, attributed to whoever caused it."""
        if self.available and (bolt := _bolt(self.device)) != self._seen:
            self._attribute(*bolt)
            self._seen = bolt
        super()._handle_change()

    def _attribute(self, state: LockState | None, transition: LockTransition | None) -> None:
        """Record who moved the bolt: whoever asked, or nobody that we know of."""
        asked = self._asked
        if asked and asked.until is not None and self.hass.loop.time() > asked.until:
            asked = self._asked = None
        if state == self._seen[0]:
            # Only a transition began or ended: ours, if one of our commands is running.
            self._set_context(asked.context if asked else None)
        elif asked and state is asked.wanted:
            self._set_context(asked.context)
            self._attr_changed_by = asked.by
            self._asked = None
        else:
            self._set_context(None)
            self._attr_changed_by = None


def _bolt(device: Device) -> tuple[LockState | None, LockTransition | None]:
    return device.lock_state, device.transition
