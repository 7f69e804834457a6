"""The gateway's picture: what it says of itself, its accounts and its devices.

What a device is stands in device.py, with how the objects are validated: a later gateway of the same protocol is never
an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import probatio

from .device import Device, DeviceKind
from .validators import FLAG, TEXT, count, moment, whole, word_of


class TokenStatus(StrEnum):
    """The health of an account's sign-in."""

    FRESH = "fresh"
    DUE = "due"
    REFRESHING = "refreshing"
    RETRYING = "retrying"
    SIGN_IN_NEEDED = "sign_in_needed"
    MISCONFIGURED = "misconfigured"
    STORE_FAILED = "store_failed"
    CLOCK_SUSPECT = "clock_suspect"
    PAUSED = "paused"
    STATIC = "static"


# The gateway cannot leave these by itself.
PERSON_NEEDED = frozenset({TokenStatus.SIGN_IN_NEEDED, TokenStatus.MISCONFIGURED, TokenStatus.STORE_FAILED})
# What a person is told of while all is well: the sign-in itself ends.
SIGN_IN_ENDING = "sign_in_ending"
# The gateway goes on trying, and has got no token for hours.
NO_TOKEN = "no_token"


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The gateway itself."""

    id: str
    version: str
    # By account id: does the account's cloud answer? None until the first call has ended.
    clouds: Mapping[str, bool | None]
    # The accounts of which every device is known: one that the picture does not have is none of theirs.
    devices_known: frozenset[str]
    as_sent: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account with a cloud."""

    id: str
    name: str
    status: TokenStatus | None
    reason: str | None
    expires_at: datetime | None
    expiry_source: str | None
    next_refresh_at: datetime | None
    consecutive_failures: int
    # One sentence for a person.
    last_error: str | None
    # The number of the incident that lasts; None for none, and where the gateway does not count them yet.
    incident: int | None
    # When the sign-in itself ends, once a person should know of it.
    sign_in_ends_at: datetime | None
    # Since when refreshes fail, once a person should know of it.
    no_token_since_at: datetime | None
    # The number of the newest token, 0 before the first, and when it was granted (epoch ms, as sent).
    generation: int
    last_success_at: int | None
    as_sent: Mapping[str, Any] = field(repr=False)

    @property
    def needs_person(self) -> bool:
        """Whether somebody must act before the account works again, or should see why it has not for hours."""
        return self.status in PERSON_NEEDED or self.no_token_since_at is not None

    @property
    def issue_kind(self) -> str | None:
        """What a person is told of; None for nothing."""
        if self.status in PERSON_NEEDED:
            return str(self.status)
        if self.no_token_since_at is not None:
            return NO_TOKEN
        return None if self.sign_in_ends_at is None else SIGN_IN_ENDING


_CLOUD = probatio.Schema(
    {
        probatio.Required("online"): FLAG,
        probatio.Optional("devices_known", default=None): FLAG,
    },
    extra=probatio.REMOVE_EXTRA,
)

_ERROR = probatio.Schema({probatio.Required("message"): str}, extra=probatio.REMOVE_EXTRA)


def _sentence(value: object) -> str | None:
    """Validate an error; returns what it says."""
    if value is None:
        return None
    message: str = _ERROR(value)["message"]
    return message


_INCIDENT = probatio.Schema(
    {probatio.Required("number"): int, probatio.Required("closed_at"): moment},
    extra=probatio.REMOVE_EXTRA,
)


def _open_incident(value: object) -> int | None:
    """Validate an incident; returns its number while it lasts."""
    if value is None:
        return None
    incident = _INCIDENT(value)
    number: int = incident["number"]
    return number if incident["closed_at"] is None else None


_GATEWAY = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("version"): str,
        probatio.Required("clouds"): {str: _CLOUD},
    },
    extra=probatio.REMOVE_EXTRA,
)

_ACCOUNT = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("name"): str,
        probatio.Required("status"): word_of(TokenStatus),
        probatio.Required("reason"): TEXT,
        probatio.Required("expires_at"): moment,
        probatio.Optional("expiry_source", default=None): TEXT,
        probatio.Required("next_refresh_at"): moment,
        probatio.Required("consecutive_failures"): int,
        probatio.Required("last_error"): _sentence,
        probatio.Optional("incident", default=None): _open_incident,
        probatio.Optional("sign_in_ends_at", default=None): moment,
        probatio.Optional("no_token_since_at", default=None): moment,
        probatio.Optional("generation", default=0): count,
        probatio.Optional("last_success_at", default=None): whole,
    },
    extra=probatio.REMOVE_EXTRA,
)


def _are_devices_known(cloud: Mapping[str, bool | None]) -> bool:
    """Tell whether an account's devices are known; an older gateway has asked for them once its cloud answers."""
    known = cloud["devices_known"]
    return cloud["online"] is True if known is None else known


def gateway(value: Any) -> Gateway:
    """Validate a gateway object; raises probatio.Invalid."""
    valid = _GATEWAY(value)
    clouds = valid.pop("clouds")
    return Gateway(
        **valid,
        clouds={key: cloud["online"] for key, cloud in clouds.items()},
        devices_known=frozenset(key for key, cloud in clouds.items() if _are_devices_known(cloud)),
        as_sent=value,
    )


def account(value: Any) -> Account:
    """Validate an account object; raises probatio.Invalid."""
    return Account(**_ACCOUNT(value), as_sent=value)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Whole objects that changed, and the ids of what is gone."""

    gateway: Gateway | None = None
    accounts: tuple[Account, ...] = ()
    devices: tuple[Device, ...] = ()
    removed_accounts: frozenset[str] = frozenset()
    removed_devices: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Everything that the gateway knows, at one moment."""

    gateway: Gateway
    accounts: Mapping[str, Account]
    devices: Mapping[str, Device]

    @property
    def with_entities(self) -> list[Device]:
        """The devices that have entities."""
        return [device for device in self.devices.values() if device.kind is not None]

    @property
    def locks(self) -> list[Device]:
        """The devices that this integration is there for."""
        return [device for device in self.devices.values() if device.kind is DeviceKind.LOCK]

    def shows(self, thing_id: str) -> bool:
        """Tell whether an account or a device is there to have entities."""
        device = self.devices.get(thing_id)
        return thing_id in self.accounts or (device is not None and device.kind is not None)

    def with_changes(self, changes: Changes) -> Picture:
        """Return the picture after an update."""
        accounts = {**self.accounts, **{it.id: it for it in changes.accounts}}
        devices = {**self.devices, **{it.id: it for it in changes.devices}}
        return replace(
            self,
            gateway=changes.gateway or self.gateway,
            accounts={key: it for key, it in accounts.items() if key not in changes.removed_accounts},
            devices={key: it for key, it in devices.items() if key not in changes.removed_devices},
        )
