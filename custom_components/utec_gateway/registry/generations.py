"""The newest token generation of each account, stored outside the gateway and its backups.

A gateway that knows only an older one was restored from a backup, and must not send the spent refresh token in it.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import probatio

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..picture.account import Account
from ..picture.malformed import Kind
from ..picture.picture import Picture
from ..picture.validators import count

STORAGE_VERSION = 1
# A token lasts for days: there is no hurry to save the next one.
SAVE_DELAY_S = 30


@dataclass(frozen=True, order=True)
class TokenGeneration:
    """A token of an account, as the gateway reported it; a newer one is greater."""

    generation: int
    # When it was granted, in epoch milliseconds; 0 if that is not known.
    last_success_at: int = 0


_STORED = probatio.Schema(
    {
        str: probatio.Schema(
            {probatio.Required("generation"): count, probatio.Required("last_success_at"): count},
            extra=probatio.REMOVE_EXTRA,
        )
    }
)


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.generations.{entry_id}")


@dataclass
class Generations:
    """The newest token generation of each account, across restarts of Home Assistant."""

    _store: Store[dict[str, Any]]
    _newest: dict[str, TokenGeneration] = field(default_factory=dict)
    _unsaved: bool = False

    @classmethod
    async def async_load(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Load what is stored for an entry; what cannot be read is dropped."""
        store = _store(hass, entry_id)
        try:
            stored = _STORED(await store.async_load() or {})
        except probatio.Invalid:
            LOGGER.warning("The stored token generations cannot be read, and are counted again from here")
            stored = {}
        return cls(store, {account_id: TokenGeneration(**newest) for account_id, newest in stored.items()})

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Remove what is stored for an entry."""
        await _store(hass, entry_id).async_remove()

    def as_sent(self) -> dict[str, dict[str, int]]:
        """Return the fields of the answer to `hello`."""
        return {
            "generations": {account_id: it.generation for account_id, it in self._newest.items()},
            "last_success_at": {
                account_id: it.last_success_at for account_id, it in self._newest.items() if it.last_success_at
            },
        }

    @callback
    def async_take(self, picture: Picture) -> None:
        """Store what is newer, and drop the accounts that are gone."""
        accounts = picture.accounts
        unread = {key: it for key, it in self._newest.items() if picture.may_have(Kind.ACCOUNT, key)}
        newest = unread | {
            it.id: max(self._of(it), self._newest.get(it.id, TokenGeneration(0))) for it in accounts.values()
        }
        newest = {account_id: it for account_id, it in newest.items() if it.generation}
        if newest == self._newest:
            return
        self._newest = newest
        self._unsaved = True
        self._store.async_delay_save(self._to_store, SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Save at once what is not saved yet: the entry is being unloaded."""
        if self._unsaved:
            await self._store.async_save(self._to_store())

    @staticmethod
    def _of(account: Account) -> TokenGeneration:
        return TokenGeneration(account.generation, max(account.last_success_at or 0, 0))

    @callback
    def _to_store(self) -> dict[str, Any]:
        self._unsaved = False
        return {
            account_id: {"generation": it.generation, "last_success_at": it.last_success_at}
            for account_id, it in self._newest.items()
        }
