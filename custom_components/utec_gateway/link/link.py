"""The link: the one session that a gateway holds, and the order of its messages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from ..const import CRASH_S, GOODBYE_MAX_S, LOGGER, POLL_TIMEOUT_S, SILENCE_S
from ..picture.picture import Changes, Picture
from .askers import Askers
from .commands import Command, CommandError, Commands, Outcome
from .order import News, Order
from .origin import Origin
from .snapshot import SnapshotPart

type Send = Callable[[dict[str, Any]], None]


class UnknownSessionError(HomeAssistantError):
    """The message belongs to a session that is over, or never existed."""


@dataclass(frozen=True)
class Session:
    """One `listen` of the gateway."""

    id: str
    send: Send


class PictureHolder(Protocol):
    """Holds the picture that the link brings, and knows whether it can be trusted."""

    @property
    def picture(self) -> Picture | None:
        """The latest picture; None before the first."""

    @property
    def connected(self) -> bool:
        """Whether the picture can be trusted."""

    def async_publish(self, picture: Picture, gone: frozenset[str] = frozenset()) -> None:
        """Take a picture; `gone` are the devices and accounts that the gateway has just removed."""

    def async_lose(self, why: str) -> None:
        """Stop trusting the picture."""


class Link:
    """Takes the gateway's messages and hands the picture to its holder.

    At most one session is alive. Whatever ends it (a newer `listen`, the end of its socket, a goodbye of either side,
    silence) ends that session only, and with it the commands that wait for an answer.
    """

    def __init__(self, hass: HomeAssistant, holder: PictureHolder) -> None:
        """Start without a session."""
        self.askers = Askers(hass, lambda device_id: holder.picture.devices.get(device_id) if holder.picture else None)
        self.commands = Commands(hass, self.askers)
        self._hass = hass
        self._holder = holder
        self._session: Session | None = None
        self._order = Order()
        # The callers who wait for the account's poll, and for the next snapshot.
        self._polls: dict[str, asyncio.Future[Outcome]] = {}
        self._snapshot_awaited: asyncio.Future[None] | None = None
        self._cancel_silence: CALLBACK_TYPE | None = None
        self._cancel_absence: CALLBACK_TYPE | None = None

    @property
    def session(self) -> Session | None:
        """The session that is alive."""
        return self._session

    @callback
    def async_open(self, send: Send) -> Session:
        """Open a session; an older one is told that it has been replaced."""
        self._dismiss("replaced")
        self._session = session = Session(uuid4().hex, send)
        self._order = Order()
        self._wait_for_silence()
        send({"type": "session", "session": session.id})
        return session

    @callback
    def async_socket_ended(self, session: Session) -> None:
        """End a session with its socket; no effect if the session is already over."""
        if session is self._session:
            self._end_session()
            if self._cancel_absence is None and self._holder.connected:
                self._wait_for_return(CRASH_S, "its connection ended")

    @callback
    def async_close(self, reason: str) -> None:
        """End the session from this side."""
        self._dismiss(reason)
        self._stop_waiting_for_return()

    @callback
    def async_alive(self, session_id: str) -> None:
        """Note that the gateway is alive."""
        self._heard(session_id)

    @callback
    def async_snapshot(self, session_id: str, part: SnapshotPart) -> None:
        """Take a part of a snapshot."""
        session = self._heard(session_id)
        self._wait_for_silence()
        if news := self._order.take_part(part, self._holder.picture):
            self._stop_waiting_for_return()
            self._publish(news)
            self._end_waiting_for_snapshot()
            if self._order.is_behind:
                self._ask_for_snapshot(session)

    @callback
    def async_update(self, session_id: str, seq: int, changes: Changes) -> None:
        """Apply changes. After a gap, ask for a snapshot and keep updates until it has arrived."""
        session = self._heard(session_id)
        was_behind = self._order.is_behind
        if news := self._order.take_update(seq, changes, self._holder.picture):
            self._publish(news)
        elif self._order.is_behind and not was_behind:
            LOGGER.debug("Update %s came after %s: asking for a snapshot", seq, self._order.seq)
            self._ask_for_snapshot(session)

    @callback
    def async_result(self, session_id: str, command_id: str, error: CommandError | None) -> None:
        """Take the outcome of a command."""
        self._heard(session_id)
        self.commands.async_end(command_id, error)

    @callback
    def async_goodbye(self, session_id: str, reason: str, back_in_s: float) -> None:
        """Take a planned goodbye: the picture is kept for a while, until the gateway is back."""
        self._heard(session_id)
        self._end_session()
        wait_s = min(max(back_in_s, 0), GOODBYE_MAX_S)
        LOGGER.debug("The gateway said goodbye (%s), back in %s s", reason, wait_s)
        self._wait_for_return(wait_s, f"it did not come back within {wait_s:g} s")

    async def async_poll(self, account_id: str) -> None:
        """Let the gateway ask the cloud for an account's devices; returns when what it says is in the picture.

        Callers join: there may be an entity for each of hundreds of values. It never raises: the entities show how
        things are.
        """
        if self._session is None:
            return
        sent = self._polls.get(account_id)
        if sent is None:
            command = Command(name="poll", target={"account_id": account_id}, timeout_s=POLL_TIMEOUT_S)
            sent = self._polls[account_id] = self.async_send(command, Origin())
            sent.add_done_callback(lambda _: self._polls.pop(account_id, None))
        error = await asyncio.shield(sent)
        if error is not None:
            LOGGER.debug("The devices of an account could not be polled: %s", error)
        if error is not None and error.code == "command_unsupported":
            # An older gateway; it resends what it has.
            await self._async_next_snapshot()

    async def _async_next_snapshot(self) -> None:
        if self._session is None:
            return
        if self._snapshot_awaited is None:
            self._snapshot_awaited = self._hass.loop.create_future()
            self._ask_for_snapshot(self._session)
        await asyncio.shield(self._snapshot_awaited)

    def _end_waiting_for_snapshot(self) -> None:
        if self._snapshot_awaited is not None:
            self._snapshot_awaited.set_result(None)
            self._snapshot_awaited = None

    def _publish(self, news: News) -> None:
        for changes in news.changes:
            self.askers.async_note_others(changes.commands)
        gone = {it for changes in news.changes for it in (*changes.removed_devices, *changes.removed_accounts)}
        self._holder.async_publish(
            news.picture, frozenset(gone - news.picture.devices.keys() - news.picture.accounts.keys())
        )

    def _ask_for_snapshot(self, session: Session) -> None:
        self._wait_for_silence()
        session.send({"type": "resync"})

    @callback
    def async_send(self, command: Command, origin: Origin) -> asyncio.Future[Outcome]:
        """Send a command; the future always gets a result and must not be cancelled."""
        if self._session:
            return self.commands.async_send(self._session.send, command, origin)
        sent: asyncio.Future[Outcome] = self._hass.loop.create_future()
        sent.set_result(CommandError("not_connected"))
        return sent

    def _heard(self, session_id: str) -> Session:
        """Check the session and keep it alive; while something is missing, only the parts of a snapshot do."""
        if not self._session or self._session.id != session_id:
            raise UnknownSessionError
        if not self._order.is_behind:
            self._wait_for_silence()
        return self._session

    def _wait_for_silence(self) -> None:
        self._stop_waiting_for_silence()

        @callback
        def silent(_now: datetime) -> None:
            self._cancel_silence = None
            self._dismiss("silent")
            self._lose(f"it sent nothing for {SILENCE_S} s")

        self._cancel_silence = async_call_later(self._hass, SILENCE_S, silent)

    def _dismiss(self, reason: str) -> None:
        if self._session:
            self._session.send({"type": "goodbye", "reason": reason})
            self._end_session()

    def _end_session(self) -> None:
        self._session = None
        self._order = Order()
        self._stop_waiting_for_silence()
        self.commands.async_end_all(CommandError("link_lost"))
        self._end_waiting_for_snapshot()

    def _wait_for_return(self, wait_s: float, why: str) -> None:
        """Keep the picture for a while: if the gateway is back by then, nothing has changed."""
        self._stop_waiting_for_return()

        @callback
        def stayed_away(_now: datetime) -> None:
            self._cancel_absence = None
            self._holder.async_lose(why)

        self._cancel_absence = async_call_later(self._hass, wait_s, stayed_away)

    def _lose(self, why: str) -> None:
        if self._cancel_absence is None:
            self._holder.async_lose(why)

    def _stop_waiting_for_silence(self) -> None:
        if self._cancel_silence:
            self._cancel_silence()
            self._cancel_silence = None

    def _stop_waiting_for_return(self) -> None:
        if self._cancel_absence:
            self._cancel_absence()
            self._cancel_absence = None
