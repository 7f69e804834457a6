"""What automations have been told of each token, stored so that nothing is told twice."""

from collections.abc import Callable, Set as AbstractSet
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import probatio

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..picture.account import Account
from ..picture.validators import number

STORAGE_VERSION = 1
SAVE_DELAY_S = 1


@dataclass(frozen=True, kw_only=True)
class End:
    """The end of an account's token, for those who want to know when it comes within a certain time."""

    # Whether it was further away when it was last looked at, and they have not been told of it.
    is_ahead: bool
    # The latest end of which they need no more be told, in epoch seconds; 0 for none.
    told: float = 0


_STORED = probatio.Schema(
    {
        probatio.Required("incidents"): {str: int},
        probatio.Required("ends"): {
            str: {
                probatio.Coerce(int): probatio.Schema(
                    {probatio.Required("is_ahead"): bool, probatio.Required("told"): number},
                    extra=probatio.REMOVE_EXTRA,
                )
            }
        },
    },
    extra=probatio.REMOVE_EXTRA,
)


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.told.{entry_id}")


@dataclass
class Memory:
    """What has been told, across restarts of Home Assistant."""

    _store: Store[dict[str, Any]]
    # The number of each account's latest incident of which automations were told; 0 for one without a number.
    _incidents: dict[str, int] = field(default_factory=dict)
    # By account, and by how near the end comes, in seconds.
    _ends: dict[str, dict[int, End]] = field(default_factory=dict)
    _unsaved: bool = False

    @classmethod
    async def async_load(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Load what is stored for an entry; what cannot be read is dropped."""
        store = _store(hass, entry_id)
        try:
            stored = _STORED(await store.async_load() or {"incidents": {}, "ends": {}})
        except probatio.Invalid:
            LOGGER.warning("What automations were told of the tokens cannot be read: open problems are told again")
            stored = {"incidents": {}, "ends": {}}
        ends = {key: {within_s: End(**it) for within_s, it in ends.items()} for key, ends in stored["ends"].items()}
        return cls(store, stored["incidents"], ends)

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Remove what is stored for an entry."""
        await _store(hass, entry_id).async_remove()

    @callback
    def is_told(self, account: Account) -> bool:
        """Tell whether automations have been told of the problem that an account has now."""
        return self._incidents.get(account.id) == (account.incident or 0)

    @callback
    def async_told_problem(self, account: Account) -> None:
        """Note that the problem of an account has been told."""
        self._incidents[account.id] = account.incident or 0
        self._save()

    @callback
    def async_no_problem(self, account: Account) -> None:
        """Note that an account has no problem. An incident without a number is a new one then."""
        if self._incidents.get(account.id) == 0:
            del self._incidents[account.id]
            self._save()

    @callback
    def async_comes_near(self, account: Account, within_s: int, now: float) -> bool:
        """Tell, once, whether the end of a token has come nearer than that since it was last looked at.

        What is as near when it is first looked at has not come nearer; nor has the end of a token that never was
        further away.
        """
        if account.expires_at is None:
            return False
        ends = self._ends.setdefault(account.id, {})
        before, at = ends.get(within_s), account.expires_at.timestamp()
        told = before.told if before else 0
        is_near = at - now <= within_s
        if is_near:
            ends[within_s] = End(is_ahead=False, told=max(told, at))
        elif at > told:
            ends[within_s] = End(is_ahead=True, told=told)
        if ends.get(within_s) != before:
            self._save()
        return is_near and before is not None and before.is_ahead

    @callback
    def async_keep(self, is_kept: Callable[[str], bool], times: AbstractSet[int]) -> None:
        """Forget all other accounts, and the times that nobody waits for any more."""
        incidents = {key: it for key, it in self._incidents.items() if is_kept(key)}
        ends = {
            key: {within_s: it for within_s, it in ends.items() if within_s in times}
            for key, ends in self._ends.items()
            if is_kept(key) and not times.isdisjoint(ends)
        }
        if (incidents, ends) != (self._incidents, self._ends):
            self._incidents, self._ends = incidents, ends
            self._save()

    async def async_flush(self) -> None:
        """Save at once what is not saved yet."""
        if self._unsaved:
            await self._store.async_save(self._to_store())

    def _save(self) -> None:
        self._unsaved = True
        self._store.async_delay_save(self._to_store, SAVE_DELAY_S)

    @callback
    def _to_store(self) -> dict[str, Any]:
        self._unsaved = False
        return {
            "incidents": dict(self._incidents),
            "ends": {
                key: {str(within_s): asdict(it) for within_s, it in ends.items()} for key, ends in self._ends.items()
            },
        }
