"""How far each account's tokens have come: remembered here, outside the gateway and its backups.

A gateway that knows less was restored from an older copy, and must not send the used refresh token in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import probatio

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..picture.account import Account
from ..picture.validators import count

STORAGE_VERSION = 1
# A token lasts for days: there is no hurry to write down the next one.
SAVE_DELAY_S = 30


@dataclass(frozen=True, order=True)
class Told:
    """The newest token of an account that the gateway told of; the newer one is the greater."""

    generation: int
    # When it was granted, in epoch milliseconds; 0 where that is not known.
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
    """The newest generation of each account, over restarts of Home Assistant. It goes with its account."""

    _store: Store[dict[str, Any]]
    _told: dict[str, Told] = field(default_factory=dict)
    _unsaved: bool = False

    @classmethod
    async def async_load(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Read what is remembered for an entry; what cannot be understood is forgotten."""
        store = _store(hass, entry_id)
        try:
            stored = _STORED(await store.async_load() or {})
        except probatio.Invalid:
            LOGGER.warning("What was remembered of the accounts' tokens cannot be understood; it begins anew")
            stored = {}
        return cls(store, {account_id: Told(**told) for account_id, told in stored.items()})

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Forget an entry."""
        await _store(hass, entry_id).async_remove()

    def as_sent(self) -> dict[str, dict[str, int]]:
        """Return the fields of the answer to `hello`."""
        return {
            "generations": {account_id: it.generation for account_id, it in self._told.items()},
            "last_success_at": {
                account_id: it.last_success_at for account_id, it in self._told.items() if it.last_success_at
            },
        }

    @callback
    def async_take(self, accounts: Mapping[str, Account]) -> None:
        """Remember what is newer, and forget the accounts that are gone."""
        told = {it.id: max(self._of(it), self._told.get(it.id, Told(0))) for it in accounts.values()}
        told = {account_id: it for account_id, it in told.items() if it.generation}
        if told == self._told:
            return
        self._told = told
        self._unsaved = True
        self._store.async_delay_save(self._to_store, SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Write down at once what is not yet: the entry is unloaded."""
        if self._unsaved:
            await self._store.async_save(self._to_store())

    @staticmethod
    def _of(account: Account) -> Told:
        return Told(account.generation, max(account.last_success_at or 0, 0))

    @callback
    def _to_store(self) -> dict[str, Any]:
        self._unsaved = False
        return {
            account_id: {"generation": it.generation, "last_success_at": it.last_success_at}
            for account_id, it in self._told.items()
        }
