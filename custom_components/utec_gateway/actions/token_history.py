"""The action `get_token_history`: what has happened to the token of an account."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.core import ServiceResponse, SupportsResponse

from ..picture.validators import TEXT, count
from .accounts import ONE_ACCOUNT, account_of
from .action import Action, Call
from .answer import LIMIT_FIELD, async_ask, known_moment, shortened

_EVENT = probatio.Schema(
    {
        probatio.Required("at"): known_moment,
        probatio.Required("kind"): str,
        probatio.Required("generation"): count,
        probatio.Optional("code", default=None): TEXT,
        probatio.Required("message"): str,
    },
    extra=probatio.REMOVE_EXTRA,
)
_ANSWER = probatio.Schema({probatio.Required("events"): [_EVENT]}, extra=probatio.REMOVE_EXTRA)


async def _get_history(call: Call) -> ServiceResponse:
    account, limit = account_of(call), call.data["limit"]

    def read(data: Mapping[str, Any]) -> dict[str, Any]:
        events = [
            {
                "at": it["at"].isoformat(),
                "kind": shortened(it["kind"]),
                "generation": it["generation"],
                "code": shortened(it["code"]),
                "message": shortened(it["message"]),
            }
            for it in _ANSWER(data)["events"][:limit]
        ]
        return {"events": events}

    target = {"account_id": account.id}
    return await async_ask(call, "token_history", target, {"limit": limit}, account.name, read)


GET_TOKEN_HISTORY = Action(
    name="get_token_history",
    schema=probatio.Schema({**ONE_ACCOUNT, **LIMIT_FIELD}),
    run=_get_history,
    response=SupportsResponse.ONLY,
    for_administrators=True,
)
