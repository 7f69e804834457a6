"""The action `get_activity`: what has happened to locks, and who asked for it."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.core import ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv

from ..picture.activity import Activity, parse_activity
from ..picture.device import Device
from .action import Action, Call, async_all
from .answer import LIMIT_FIELD, async_ask, shortened
from .locks import entity_id_of, locks_of

KINDS = (
    "state_changed",
    "command_ended",
    "device_added",
    "device_missing",
    "device_found",
    "device_removed",
    "device_available",
    "device_unavailable",
)

_ANSWER = probatio.Schema({probatio.Required("entries"): [object]}, extra=probatio.REMOVE_EXTRA)


def _entry(value: object, device_id: str) -> Activity:
    entry = parse_activity(value)
    if entry is None or entry.device_id != device_id:
        raise probatio.Invalid("expected an entry of the lock")
    return entry


def _value(value: object) -> str | int | float | None:
    """Show a value of a lock: they are words, numbers, and yes or no."""
    if isinstance(value, str):
        return shortened(value)
    return value if isinstance(value, int | float) else None


def _shown(entry: Activity) -> dict[str, Any]:
    command = entry.command
    return {
        "at": entry.at.isoformat(),
        "kind": shortened(entry.kind),
        "value": shortened(entry.value),
        "from": _value(entry.before),
        "to": _value(entry.now),
        "cause": shortened(entry.cause),
        "command": shortened(command.name) if command else None,
        "by": shortened(command.asker) if command else None,
        "way": shortened(command.way) if command else None,
        "outcome": shortened(command.outcome) if command else None,
        "error": shortened(command.error_message) if command else None,
    }


async def _get_activity(call: Call) -> ServiceResponse:
    locks, limit, kinds = locks_of(call), call.data["limit"], call.data["kinds"]
    args = {"limit": limit, "kinds": kinds} if kinds else {"limit": limit}

    async def of_one(lock: Device) -> tuple[str, dict[str, Any]]:
        def read(data: Mapping[str, Any]) -> list[dict[str, Any]]:
            return [_shown(_entry(it, lock.id)) for it in _ANSWER(data)["entries"][:limit]]

        entries = await async_ask(call, "activity", {"device_id": lock.id}, args, lock.name, read)
        return entity_id_of(call, lock) or lock.name, {"entries": entries}

    return dict(await async_all(of_one(it) for it in locks))


GET_ACTIVITY = Action(
    name="get_activity",
    schema=cv.make_entity_service_schema(
        {**LIMIT_FIELD, probatio.Optional("kinds", default=list): probatio.All(cv.ensure_list, [probatio.In(KINDS)])}
    ),
    run=_get_activity,
    response=SupportsResponse.ONLY,
    for_administrators=True,
)
