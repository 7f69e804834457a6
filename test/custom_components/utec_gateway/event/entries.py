"""Lines of the activity log, as the gateway sends them."""

from typing import Any

from ..gateway import FRONT, Message


def change(value: str, before: Any, now: Any, cause: str = "poll", **fields: Any) -> Message:
    """A change of state as the log has it."""
    return {
        "id": 41,
        "at": 1_796_000_000_000,
        "kind": "state_changed",
        "device_id": FRONT,
        "device_name": "Front door",
        "value": value,
        "from": before,
        "to": now,
        "cause": cause,
        "command": None,
        **fields,
    }


def command(command: str = "unlock", outcome: str | None = "confirmed", **origin: Any) -> Message:
    """A command as the log has it."""
    failed = outcome not in (None, "confirmed", "superseded")
    return {
        "id": "abc",
        "name": command,
        "args": {},
        "origin": {"kind": "page", "name": "Ada", "automation": False, "user_id": None, **origin},
        "outcome": outcome,
        "took_ms": 900,
        "error": {"code": "command_refused", "message": "The cloud refuses it."} if failed else None,
    }


def ended(**fields: Any) -> Message:
    """The end of a command as the log has it."""
    return {
        **change("", None, None),
        "kind": "command_ended",
        "value": None,
        "cause": None,
        "command": command(**fields),
    }
