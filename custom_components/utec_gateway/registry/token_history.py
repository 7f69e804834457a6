"""How far each account's token events have been told, stored so that none is told twice.

What is restored with the states of Home Assistant may be a quarter of an hour old after a crash.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import probatio

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..picture.account import Account, TokenEvent, TokenStatus
from ..picture.malformed import Kind
from ..picture.picture import Picture

STORAGE_VERSION = 1
SAVE_DELAY_S = 1
UNTOLD_KEPT = 100

# Beside the kinds of the gateway's events: an incident has begun.
SIGN_IN_NEEDED = "sign_in_needed"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What has been told of an account."""

    # The events that the gateway listed, each as one text.
    events: tuple[str, ...]
    # The number of the latest incident for which somebody must sign in; 0 before the first.
    incident: int
    # The number of the newest token then.
    generation: int


_STORED = probatio.Schema(
    {
        str: probatio.Schema(
            {
                probatio.Required("events"): [str],
                probatio.Required("incident"): int,
                probatio.Required("generation"): int,
            },
            extra=probatio.REMOVE_EXTRA,
        )
    }
)


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.token_history.{entry_id}")


def _name(event: TokenEvent) -> str:
    at = event.at.timestamp() if event.at else 0
    return f"{at:.3f} {event.kind} {event.generation}"


def _incident(account: Account) -> int:
    """Find the number of the incident for which somebody must sign in; 0 for none."""
    return (account.incident or 0) if account.status is TokenStatus.SIGN_IN_NEEDED else 0


def _sign_in_needed(account: Account) -> TokenEvent:
    return TokenEvent(
        at=None,
        kind=SIGN_IN_NEEDED,
        generation=account.generation,
        code=account.last_error_code,
        message=account.last_error or "",
    )


@dataclass
class TokenHistory:
    """What has been told of each account, across restarts of Home Assistant."""

    _store: Store[dict[str, Any]]
    _told: dict[str, Told] = field(default_factory=dict)
    _unsaved: bool = False
    # As they were last, for most pictures change nothing of most accounts.
    _seen: dict[str, Account] = field(default_factory=dict)
    _followers: dict[str, Callable[[TokenEvent], None]] = field(default_factory=dict)
    # What nobody follows yet: Home Assistant takes a moment to add an entity.
    _untold: dict[str, deque[TokenEvent]] = field(default_factory=dict)

    @classmethod
    async def async_load(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Load what is stored for an entry; what cannot be read is dropped."""
        store = _store(hass, entry_id)
        try:
            stored = _STORED(await store.async_load() or {})
        except probatio.Invalid:
            LOGGER.warning("What was told of the accounts' tokens cannot be read: what comes from here on is told")
            stored = {}
        return cls(
            store, {account_id: Told(**{**it, "events": tuple(it["events"])}) for account_id, it in stored.items()}
        )

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Remove what is stored for an entry."""
        await _store(hass, entry_id).async_remove()

    @callback
    def async_follow(self, account_id: str, tell: Callable[[TokenEvent], None]) -> CALLBACK_TYPE:
        """Call back with each event of an account, also those that came before; returns a function that ends this."""
        self._followers[account_id] = tell
        self._deliver(account_id)

        def end() -> None:
            del self._followers[account_id]

        return end

    @callback
    def async_take(self, picture: Picture) -> None:
        """Tell what is new, and drop the accounts that are gone."""
        for account in picture.accounts.values():
            if account is self._seen.get(account.id):
                continue
            self._seen[account.id] = account
            if news := self._news(account):
                self._untold.setdefault(account.id, deque(maxlen=UNTOLD_KEPT)).extend(news)
                self._deliver(account.id)
        for account_id in self._told.keys() - picture.accounts.keys():
            if not picture.may_have(Kind.ACCOUNT, account_id):
                del self._told[account_id]
                self._seen.pop(account_id, None)
                self._untold.pop(account_id, None)
                self._save_soon()

    def _deliver(self, account_id: str) -> None:
        tell, untold = self._followers.get(account_id), self._untold.get(account_id)
        while tell and untold:
            tell(untold.popleft())

    def _news(self, account: Account) -> Sequence[TokenEvent]:
        """Find the events that have not been told, oldest first.

        The order of the gateway's list counts and not its times: a clock may jump. What follows the last event that is
        known is new. If none is known any more, all are, but those of older tokens: a backup was restored. Of an
        account that is seen for the first time nothing is new.
        """
        before = self._told.get(account.id)
        names = tuple(_name(it) for it in account.recent)
        incident = _incident(account)
        if before is None:
            self._keep(account.id, Told(events=names, incident=incident, generation=account.generation))
            return ()
        now = Told(
            events=names or before.events,
            incident=incident or before.incident,
            generation=max(account.generation, before.generation),
        )
        if now == before:
            return ()
        self._keep(account.id, now)
        known = max((place for place, name in enumerate(names) if name in before.events), default=-1)
        new = [it for it in account.recent[known + 1 :] if known >= 0 or it.generation >= before.generation]
        return new if now.incident == before.incident else [*new, _sign_in_needed(account)]

    def _keep(self, account_id: str, told: Told) -> None:
        self._told[account_id] = told
        self._save_soon()

    def _save_soon(self) -> None:
        self._unsaved = True
        self._store.async_delay_save(self._to_store, SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Save at once what is not saved yet: the entry is being unloaded."""
        if self._unsaved:
            await self._store.async_save(self._to_store())

    @callback
    def _to_store(self) -> dict[str, Any]:
        self._unsaved = False
        return {account_id: asdict(it) for account_id, it in self._told.items()}
