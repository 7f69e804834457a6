"""Watches the accounts' tokens: tells automations once of a problem that begins, and of an end that comes near."""

from datetime import datetime, timedelta

from homeassistant.const import STATE_ON
from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..coordinator import UtecGatewayCoordinator
from ..entity.base import unique_id
from ..picture.account import Account
from ..picture.malformed import Kind
from .listeners import listeners_of
from .memory import Memory
from .targets import TOKEN_PROBLEM

# The clock may be set, and the machine may sleep: so it is looked at, and not counted.
LOOK = timedelta(seconds=10)


class TokenWatch:
    """Looks at what is known of all tokens whenever it changes, and every few seconds.

    Not before the end of Home Assistant's start: until then automations are not listening. Nor without a gateway: it
    may have refreshed a token that seems to end.
    """

    def __init__(self, coordinator: UtecGatewayCoordinator, memory: Memory) -> None:
        """Start to watch."""
        self._hass = coordinator.hass
        self._coordinator = coordinator
        self._memory = memory
        self._listeners = listeners_of(self._hass)
        self._cancels: list[CALLBACK_TYPE] = []
        self._cancels.append(async_at_started(self._hass, self._begin))

    async def async_stop(self) -> None:
        """Stop watching, and save what was told."""
        for cancel in self._cancels:
            cancel()
        await self._memory.async_flush()

    @callback
    def _begin(self, _hass: HomeAssistant) -> None:
        self._cancels += [
            async_track_time_interval(self._hass, self._look, LOOK),
            self._coordinator.async_add_listener(self._look_soon),
        ]
        self._look()

    @callback
    def _look_soon(self) -> None:
        """Look once the entities show what has changed."""
        self._hass.loop.call_soon(self._look)

    @callback
    def _look(self, _now: datetime | None = None) -> None:
        picture = self._coordinator.picture
        # While Home Assistant ends, automations stop listening one by one.
        if picture is None or not self._coordinator.connected or self._hass.state is not CoreState.running:
            return
        times = {within_s for within_s, listeners in self._listeners.ends.items() if listeners}
        self._memory.async_keep(lambda it: it in picture.accounts or picture.may_have(Kind.ACCOUNT, it), times)
        for account in picture.accounts.values():
            self._look_at_problem(account)
            for within_s in times:
                self._look_at_end(account, within_s)

    def _look_at_problem(self, account: Account) -> None:
        """Tell of a problem once its entity shows it: conditions ask the entity."""
        if not account.needs_attention:
            if account.status is not None:
                self._memory.async_no_problem(account)
        elif self._shows_problem(account) and not self._memory.is_told(account):
            self._memory.async_told_problem(account)
            for told in list(self._listeners.problems):
                told(account)

    def _look_at_end(self, account: Account, within_s: int) -> None:
        if self._memory.async_comes_near(account, within_s, dt_util.utcnow().timestamp()):
            for told in list(self._listeners.ends[within_s]):
                told(account)

    def _shows_problem(self, account: Account) -> bool:
        platform, key = TOKEN_PROBLEM.told_by
        entity_id = er.async_get(self._hass).async_get_entity_id(platform, DOMAIN, unique_id(account.id, key))
        state = self._hass.states.get(entity_id) if entity_id else None
        return state is not None and state.state == STATE_ON
