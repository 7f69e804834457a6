"""What another gateway says of itself when it offers to take the place of the one that Home Assistant works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import probatio

from .validators import FLAG, TEXT


@dataclass(frozen=True, kw_only=True)
class OfferedAccount:
    """An account of the other gateway. Its id is made by each gateway anew; only the ids of devices are the cloud's."""

    id: str
    name: str
    # False until the cloud has listed all its devices: before the sign-in, and for a moment after it.
    devices_known: bool


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The other gateway, and what it would serve."""

    gateway_id: str
    version: str
    # The add-on's slug or the page's URL.
    page: str | None
    accounts: tuple[OfferedAccount, ...]
    # By the device's id: the account that serves it.
    devices: Mapping[str, str]

    @property
    def is_complete(self) -> bool:
        """Whether what it lacks now, it does not have."""
        return bool(self.accounts) and all(it.devices_known for it in self.accounts)


_OFFERED_ACCOUNT = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("name"): str,
        probatio.Optional("devices_known", default=False): FLAG,
    },
    extra=probatio.REMOVE_EXTRA,
)

_OFFERED_DEVICE = probatio.Schema(
    {probatio.Required("id"): str, probatio.Required("account_id"): str}, extra=probatio.REMOVE_EXTRA
)

OFFER_FIELDS: Mapping[Any, Any] = {
    probatio.Required("gateway_id"): probatio.All(str, probatio.Length(min=1)),
    probatio.Required("version"): str,
    probatio.Required("page"): TEXT,
    probatio.Required("accounts"): [_OFFERED_ACCOUNT],
    probatio.Required("devices"): [_OFFERED_DEVICE],
}


def offer_of(msg: Mapping[str, Any]) -> Offer:
    """Make an offer of a validated message."""
    return Offer(
        gateway_id=msg["gateway_id"],
        version=msg["version"],
        page=msg["page"],
        accounts=tuple(
            OfferedAccount(id=it["id"], name=it["name"], devices_known=it["devices_known"] is True)
            for it in msg["accounts"]
        ),
        devices={it["id"]: it["account_id"] for it in msg["devices"]},
    )
