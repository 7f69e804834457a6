"""A command of the gateway, whoever asked for it: what it wants of a device, and how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import probatio

from ..const import TITLE
from .device_words import LockMode, LockState, SwitchState
from .validators import TEXT, moment


class Ending(Enum):
    """What is certain of a command that has ended."""

    DONE = "done"
    NOTHING_DONE = "nothing done"
    # It was sent, and may have been carried out, or still be.
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ReportedCommand:
    """A command as the gateway tells of it."""

    id: str
    device_id: str
    name: str
    args: Mapping[str, Any]
    # One name for the person, automation or program that asked.
    asker: str
    # The user of Home Assistant who asked on the gateway's page.
    user_id: str | None
    is_over: bool
    ending: Ending


def _color(args: Mapping[str, Any]) -> dict[str, Any]:
    return {"color": tuple(args["color"][part] for part in "rgb")}


def _level(args: Mapping[str, Any]) -> dict[str, Any]:
    if args["level"] == 0:
        return {"switch_state": SwitchState.OFF}
    return {"level": args["level"], "switch_state": SwitchState.ON}


_WANTED: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "lock": lambda _: {"lock_state": LockState.LOCKED},
    "unlock": lambda _: {"lock_state": LockState.UNLOCKED},
    "set_mode": lambda args: {"lock_mode": LockMode(args["mode"])},
    "turn_on": lambda _: {"switch_state": SwitchState.ON},
    "turn_off": lambda _: {"switch_state": SwitchState.OFF},
    "set_level": _level,
    "set_color": _color,
    "set_color_temperature": lambda args: {"color_temperature": args["color_temperature"]},
}


def wanted_by(name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Find the values of a device that a command asks for; none for what is not known here."""
    wanted = _WANTED.get(name)
    try:
        return wanted(args) if wanted else {}
    except KeyError, TypeError, ValueError:
        return {}


# How a command may end.
OUTCOMES = ("confirmed", "refused", "offline", "unconfirmed", "superseded")

# How certain the gateway's outcomes are; another one of a later gateway is no certainty.
_ENDINGS = {
    "confirmed": Ending.DONE,
    "refused": Ending.NOTHING_DONE,
    # A device that was told to be offline has been seen to follow late.
    "offline": Ending.UNKNOWN,
    "superseded": Ending.NOTHING_DONE,
}

_COMMAND = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("device_id"): str,
        probatio.Required("name"): str,
        probatio.Optional("args", default=dict): dict,
        probatio.Required("origin"): probatio.Schema(
            {probatio.Required("name"): TEXT, probatio.Optional("user_id", default=None): TEXT},
            extra=probatio.REMOVE_EXTRA,
        ),
        probatio.Required("ended_at"): moment,
        probatio.Required("outcome"): TEXT,
    },
    extra=probatio.REMOVE_EXTRA,
)


def parse_command(value: Any) -> ReportedCommand | None:
    """Read a command; None for one that cannot be read: it is a name beside a change, and no change."""
    try:
        valid = _COMMAND(value)
    except probatio.Invalid:
        return None
    origin = valid["origin"]
    return ReportedCommand(
        id=valid["id"],
        device_id=valid["device_id"],
        name=valid["name"],
        args=valid["args"],
        asker=origin["name"] or TITLE,
        user_id=origin["user_id"],
        is_over=valid["ended_at"] is not None,
        ending=_ENDINGS.get(valid["outcome"] or "", Ending.UNKNOWN),
    )
