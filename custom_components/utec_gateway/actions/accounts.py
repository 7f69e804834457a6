"""Which accounts a call means.

They are a field and not a target: a target offers every area, label and lock of the house, the field offers accounts.
"""

from typing import Any

import probatio

from homeassistant.helpers import config_validation as cv, entity_registry as er, service

from ..const import DOMAIN
from ..picture.account import Account
from ..registry.devices import thing_id_of
from .action import Call
from .errors import not_valid

FIELD = "account"

ONE_ACCOUNT: dict[Any, Any] = {probatio.Optional(FIELD): cv.string}
SEVERAL_ACCOUNTS: dict[Any, Any] = {probatio.Optional(FIELD): probatio.All(cv.ensure_list, [cv.string])}


def accounts_of(call: Call) -> list[Account]:
    """Find the accounts that a call names, each by its device or by one of its entities; without any the only one."""
    named = call.data.get(FIELD) or []
    if not named:
        return [_only_account(call)]
    found = [_account_of(call, it) for it in ([named] if isinstance(named, str) else named)]
    return list({it.id: it for it in found}.values())


def account_of(call: Call) -> Account:
    """Find the one account that a call means."""
    return accounts_of(call)[0]


def _only_account(call: Call) -> Account:
    accounts = list(call.picture.accounts.values())
    if not accounts:
        raise not_valid("no_account")
    if len(accounts) > 1:
        raise not_valid("account_needed", names=", ".join(it.name for it in accounts))
    return accounts[0]


def _account_of(call: Call, named: str) -> Account:
    device_id: str | None = named
    if cv.valid_entity_id(named):
        entity = er.async_get(call.hass).async_get(named)
        device_id = entity.device_id if entity and entity.platform == DOMAIN else None
    if device_id is None:
        raise not_valid("not_an_account", name=named)
    device, _ = service.async_get_device_and_config_entry(call.hass, DOMAIN, device_id, include_child_devices=False)
    thing_id, name = thing_id_of(device) or "", device.name_by_user or device.name or named
    if account := call.picture.accounts.get(thing_id):
        return account
    is_another = thing_id == call.picture.gateway.id or device.entry_type is None
    raise not_valid("not_an_account" if is_another else "account_not_found", name=name)
