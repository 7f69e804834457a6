"""What a line of the activity log is as an event of a lock.

The cloud does not tell who turned a key, typed a code or showed a finger, nor that a lock has locked itself: what no
command has caused is "by hand".
"""

from collections.abc import Mapping
from typing import Any

from .activity import Activity
from .device_words import DoorState, LockMode, LockState

# What the integration itself finds: the door has been open for a while.
DOOR_LEFT_OPEN = "door_left_open"
COMMAND_FAILED = "command_failed"
MODE_CHANGED = "mode_changed"
JAMMED = "jammed"

BY_COMMAND = {LockState.LOCKED: "locked", LockState.UNLOCKED: "unlocked"}
BY_HAND = {LockState.LOCKED: "locked_by_hand", LockState.UNLOCKED: "unlocked_by_hand"}
DOOR_MOVED = {DoorState.OPEN: "door_opened", DoorState.CLOSED: "door_closed"}

LOCK_EVENTS = (
    *BY_COMMAND.values(),
    *BY_HAND.values(),
    JAMMED,
    COMMAND_FAILED,
    MODE_CHANGED,
    *DOOR_MOVED.values(),
    DOOR_LEFT_OPEN,
)

# A command that ends otherwise has failed; what a confirmed one has changed is told as a change.
GONE_WELL = ("confirmed", "superseded")


def lock_event(activity: Activity) -> str | None:
    """Find the event; None for what is none, such as a state that is seen for the first time."""
    match activity.kind:
        case "command_ended":
            outcome = activity.command.outcome if activity.command else None
            return None if outcome is None or outcome in GONE_WELL else COMMAND_FAILED
        case "state_changed":
            return _change(activity)
        case _:
            return None


def _change(activity: Activity) -> str | None:
    before, now = str(activity.before), str(activity.now)
    match activity.value:
        case "lock_state" if before in LockState and now == LockState.JAMMED:
            return JAMMED
        case "lock_state" if before in LockState:
            moved = BY_COMMAND if activity.cause == "command" else BY_HAND
            return moved[LockState(now)] if now in LockState else None
        case "lock_mode" if before in LockMode and now in LockMode:
            return MODE_CHANGED
        case "door_state" if before in DoorState and now in DoorState:
            return DOOR_MOVED[DoorState(now)]
        case _:
            return None


def event_attributes(activity: Activity) -> Mapping[str, Any]:
    """Tell who and how, as far as it is known."""
    command = activity.command
    told: dict[str, Any] = {"cause": activity.cause}
    if activity.value == "lock_mode":
        told["lock_mode"] = activity.now
    if command and activity.kind == "command_ended":
        told["outcome"] = command.outcome
    if command:
        told |= {
            "asker": command.asker,
            "automation": command.automation,
            "code": command.error_code,
            "command": command.name,
            "message": command.error_message,
            "way": command.way,
        }
    return {name: it for name, it in told.items() if it is not None}
