"""The action `refresh_token`: the tokens of accounts are refreshed now, as by their buttons."""

import probatio

from homeassistant.const import Platform
from homeassistant.core import ServiceResponse
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN, REFRESH_TIMEOUT_S
from ..entity.base import unique_id
from ..link.commands import Command
from .accounts import SEVERAL_ACCOUNTS, accounts_of
from .action import Action, Call, async_all


async def _refresh(call: Call) -> ServiceResponse:
    accounts = accounts_of(call)
    registry = er.async_get(call.hass)
    for it in accounts:
        call.check_control(registry.async_get_entity_id(Platform.BUTTON, DOMAIN, unique_id(it.id, "refresh")))
    await async_all(
        call.async_command(
            Command(name="refresh", target={"account_id": it.id}, timeout_s=REFRESH_TIMEOUT_S), subject=it.name
        )
        for it in accounts
    )
    return None


REFRESH_TOKEN = Action(name="refresh_token", schema=probatio.Schema(SEVERAL_ACCOUNTS), run=_refresh)
