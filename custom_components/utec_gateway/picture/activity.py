"""What happens to devices, as the gateway's activity log has it: each entry once, as it comes about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import probatio

from .validators import FLAG, TEXT, moment


@dataclass(frozen=True, kw_only=True)
class ActivityCommand:
    """The command behind what has happened, as it was then: one in progress has no outcome yet."""

    id: str
    name: str
    # One name for the person, automation or program that asked; None where nobody has one.
    asker: str | None
    # By which way it came: `home_assistant`, `page`, `api`, `uteclocal`.
    way: str
    # Whether an automation asked, whose name `asker` is.
    automation: bool
    user_id: str | None
    outcome: str | None
    error_code: str | None
    # One sentence for the user, in English.
    error_message: str | None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One line of the log."""

    id: int
    at: datetime
    # `state_changed`, `command_ended`, `device_unavailable` ...: a later gateway may have more.
    kind: str
    device_id: str
    # What changed, of `state_changed`: the name of the device's value.
    value: str | None
    # What it was before and what it is now, as sent; None where nothing is known.
    before: Any
    now: Any
    # What caused a change: `command`, or `poll` or `push`, in which somebody or something else was seen to cause it.
    cause: str | None
    command: ActivityCommand | None


_ORIGIN = probatio.Schema(
    {
        probatio.Required("kind"): str,
        probatio.Required("name"): TEXT,
        probatio.Optional("automation", default=False): FLAG,
        probatio.Optional("user_id", default=None): TEXT,
    },
    extra=probatio.REMOVE_EXTRA,
)

_ERROR = probatio.Schema(
    {probatio.Required("code"): str, probatio.Required("message"): str}, extra=probatio.REMOVE_EXTRA
)

_COMMAND = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("name"): str,
        probatio.Required("origin"): _ORIGIN,
        probatio.Required("outcome"): TEXT,
        probatio.Optional("error", default=None): probatio.Any(None, _ERROR),
    },
    extra=probatio.REMOVE_EXTRA,
)


def _command(value: object) -> ActivityCommand | None:
    """Validate the command behind an entry."""
    if value is None:
        return None
    valid: Mapping[str, Any] = _COMMAND(value)
    origin, error = valid["origin"], valid["error"] or {}
    return ActivityCommand(
        id=valid["id"],
        name=valid["name"],
        asker=origin["name"],
        way=origin["kind"],
        automation=bool(origin["automation"]),
        user_id=origin["user_id"],
        outcome=valid["outcome"],
        error_code=error.get("code"),
        error_message=error.get("message"),
    )


def _at(value: object) -> datetime:
    valid = moment(value)
    if valid is None:
        raise probatio.Invalid("expected epoch milliseconds")
    return valid


_ACTIVITY = probatio.Schema(
    {
        probatio.Required("id"): int,
        probatio.Required("at"): _at,
        probatio.Required("kind"): str,
        probatio.Required("device_id"): str,
        probatio.Optional("value", default=None): TEXT,
        probatio.Optional("from", default=None): object,
        probatio.Optional("to", default=None): object,
        probatio.Optional("cause", default=None): TEXT,
        probatio.Optional("command", default=None): _command,
    },
    extra=probatio.REMOVE_EXTRA,
)


def parse_activity(value: Any) -> Activity | None:
    """Read an entry; None for one that cannot be read: it tells of a change, and is none."""
    try:
        valid = _ACTIVITY(value)
    except probatio.Invalid:
        return None
    before, now = valid.pop("from"), valid.pop("to")
    return Activity(**valid, before=before, now=now)
