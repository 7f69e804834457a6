"""The action `get_sign_in_link`: where a person signs an account in."""

from collections.abc import Mapping
from typing import Any

import probatio
from yarl import URL

from homeassistant.core import ServiceResponse, SupportsResponse

from ..picture.validators import TEXT, moment
from ..registry.page import page_link
from .accounts import ONE_ACCOUNT, account_of
from .action import Action, Call
from .answer import async_ask


def _url(value: object) -> str:
    """Validate a link to a page of a cloud. It is never cut: it would lead elsewhere."""
    if not isinstance(value, str):
        raise probatio.Invalid("expected a link")
    try:
        url = URL(value)
    except ValueError:
        raise probatio.Invalid("expected a link") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise probatio.Invalid("expected a link")
    return value


_ANSWER = probatio.Schema(
    {
        probatio.Required("url"): _url,
        probatio.Optional("user_code", default=None): TEXT,
        probatio.Optional("expires_at", default=None): moment,
        probatio.Optional("page", default=None): TEXT,
    },
    extra=probatio.REMOVE_EXTRA,
)


async def _get_link(call: Call) -> ServiceResponse:
    account = account_of(call)

    def read(data: Mapping[str, Any]) -> dict[str, Any]:
        valid = _ANSWER(data)
        return {
            "url": valid["url"],
            "user_code": valid["user_code"],
            "expires_at": valid["expires_at"].isoformat() if valid["expires_at"] else None,
            "page": page_link(valid["page"] or call.coordinator.page),
        }

    return await async_ask(call, "sign_in_link", {"account_id": account.id}, {}, account.name, read)


GET_SIGN_IN_LINK = Action(
    name="get_sign_in_link",
    schema=probatio.Schema(ONE_ACCOUNT),
    run=_get_link,
    response=SupportsResponse.ONLY,
    for_administrators=True,
)
