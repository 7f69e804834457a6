"""Commands to the gateway: sent as events, ended by a `result`, a time-out or the loss of the link."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from ..const import DOMAIN
from ..picture.command import Ending, wanted_by
from .askers import Asker, Askers
from .origin import Origin
from .said import Phrase

# The codes with their own message in the translations. The first three are this integration's own.
TRANSLATED_CODES = frozenset(
    {
        "not_connected",
        "link_lost",
        "timed_out",
        "account_not_found",
        "account_owned_by_options",
        "bad_request",
        "cloud_answer_unreadable",
        "cloud_error",
        "cloud_unreachable",
        "command_expired",
        "command_id_used",
        "command_refused",
        "command_superseded",
        "command_unconfirmed",
        "command_unsupported",
        "device_not_found",
        "device_offline",
        "lock_in_passage_mode",
        "misconfigured",
        "no_sign_in_link",
        "rate_limited",
        "refresh_paused",
        "sign_in_needed",
        "store_failed",
    }
)

# What these say is the gateway's explanation; where it has a translation of its own, that is said instead.
EXPLAINED_CODES = frozenset({"bad_request", "command_refused"})

# After these it may have been carried out, or still be.
IN_DOUBT = frozenset(
    {"link_lost", "timed_out", "cloud_answer_unreadable", "command_unconfirmed", "device_offline", "internal"}
)


@dataclass(frozen=True)
class CommandError:
    """Why a command failed.

    `message` is the gateway's explanation: in Home Assistant's language where that has the sentence, and then `phrase`
    is the sentence's own translation.
    """

    code: str
    message: str = ""
    phrase: Phrase | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended: it is confirmed unless there is an error. `data` is what it has asked for."""

    error: CommandError | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is asked of a device or an account: `target` names it, `args` are the values that `name` takes."""

    name: str
    target: Mapping[str, str]
    args: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: int


def _error(error: CommandError, name: str) -> HomeAssistantError:
    """Make the error that the user sees; `name` is that of the device or account."""
    known = error.code in TRANSLATED_CODES
    if error.phrase is not None and (not known or error.code in EXPLAINED_CODES):
        key, placeholders = error.phrase
        return HomeAssistantError(translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=error.code if known else "command_failed",
        translation_placeholders={
            "name": name,
            "code": error.code,
            "message": error.message,
        },
    )


async def async_confirmed(
    sent: asyncio.Future[Outcome], subject: str, is_reached: Callable[[], bool] | None = None
) -> Mapping[str, Any]:
    """Wait for the outcome of a command, and return its data; raises HomeAssistantError unless it is confirmed.

    Cancelling the caller does not cancel the command. `subject` is the name of the device or account, for the error.
    A superseded command was not carried out, and an automation must not believe that it was; if `is_reached` says that
    things are as asked anyway, there was nothing to carry out.
    """
    outcome = await asyncio.shield(sent)
    error = outcome.error
    if error is None or (error.code == "command_superseded" and is_reached and is_reached()):
        return outcome.data
    raise _error(error, subject)


def _ending(outcome: Outcome) -> Ending:
    if outcome.error is None:
        return Ending.DONE
    return Ending.UNKNOWN if outcome.error.code in IN_DOUBT else Ending.NOTHING_DONE


@dataclass(frozen=True)
class _Pending:
    outcome: asyncio.Future[Outcome]
    cancel_timer: CALLBACK_TYPE


class Commands:
    """The commands whose outcome is awaited. Cancelling a caller does not cancel its command."""

    def __init__(self, hass: HomeAssistant, askers: Askers) -> None:
        """Start without commands; `askers` are remembered longer than their commands."""
        self._hass = hass
        self._askers = askers
        self._pending: dict[str, _Pending] = {}

    def __len__(self) -> int:
        """How many commands are under way."""
        return len(self._pending)

    @callback
    def async_send(
        self,
        send: Callable[[dict[str, Any]], None],
        command: Command,
        origin: Origin,
    ) -> asyncio.Future[Outcome]:
        """Send a command; the future always gets a result and must not be cancelled."""
        command_id = uuid4().hex
        outcome: asyncio.Future[Outcome] = self._hass.loop.create_future()

        @callback
        def time_out(_now: datetime) -> None:
            self.async_end(command_id, Outcome(error=CommandError("timed_out")))

        if (device_id := command.target.get("device_id")) and (wanted := wanted_by(command.name, command.args)):
            asker = Asker(context=origin.context, name=origin.name)
            self._askers.async_note(command_id, device_id, wanted, asker)
        self._pending[command_id] = _Pending(outcome, async_call_later(self._hass, command.timeout_s, time_out))
        send(
            {
                "type": "command",
                "id": command_id,
                "name": command.name,
                "target": dict(command.target),
                "args": dict(command.args),
                "timeout_ms": command.timeout_s * 1000,
                "context": {"user": origin.user, "user_id": origin.user_id, "automation": origin.automation},
            }
        )
        return outcome

    @callback
    def async_end(self, command_id: str, outcome: Outcome) -> None:
        """End a command; one that has already ended is ignored."""
        if pending := self._pending.pop(command_id, None):
            pending.cancel_timer()
            self._askers.async_end(command_id, _ending(outcome))
            pending.outcome.set_result(outcome)

    async def async_settle(self, within_s: float) -> None:
        """Return when no command is under way any more, or when the time is up."""
        if under_way := [it.outcome for it in self._pending.values()]:
            await asyncio.wait(under_way, timeout=within_s)

    @callback
    def async_end_all(self, outcome: Outcome) -> None:
        """End all commands: the gateway can no longer answer."""
        for command_id in list(self._pending):
            self.async_end(command_id, outcome)
