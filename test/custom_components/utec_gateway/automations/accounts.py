"""A picture with accounts alone, published without a gateway: its socket would end where time goes by in hours."""

from dataclasses import replace
from typing import Any

from custom_components.utec_gateway.coordinator import UtecGatewayCoordinator
from custom_components.utec_gateway.picture.account import parse_account
from custom_components.utec_gateway.picture.gateway import parse_gateway
from custom_components.utec_gateway.picture.picture import Picture

from ..gateway import fixture

PART = fixture("snapshot", 0)
HOME_ACCOUNT, CABIN_ACCOUNT = PART["accounts"]


def picture_of(*accounts: dict[str, Any]) -> Picture:
    """A picture with these accounts and no devices."""
    read = [parse_account(it) for it in accounts]
    return Picture(gateway=parse_gateway(PART["gateway"]), accounts={it.id: it for it in read}, devices={})


def change_home(coordinator: UtecGatewayCoordinator, **fields: Any) -> None:
    """Publish that the account Home has other values."""
    before = coordinator.picture or picture_of(HOME_ACCOUNT, CABIN_ACCOUNT)
    home = parse_account(HOME_ACCOUNT | fields)
    coordinator.async_publish(replace(before, accounts={**before.accounts, home.id: home}))
