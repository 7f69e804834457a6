"""The gateway's picture: what it says of itself, its accounts and its devices.

The objects come as JSON (docs/protocol.md, src/state/picture.ts). What this integration uses of them is validated here,
once, at the border. Fields that it does not know are kept for the diagnostics only, enum values that it does not know
become None ("unknown"), so that a later gateway of the same protocol is never an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import probatio

from homeassistant.util import dt as dt_util


class LockState(StrEnum):
    """What the cloud last confirmed of a bolt."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    JAMMED = "jammed"


class LockMode(StrEnum):
    """Modes in which a lock may not do what it is told."""

    NORMAL = "normal"
    PASSAGE = "passage"
    ALWAYS_LOCKED = "always_locked"


class Transition(StrEnum):
    """Stands between a command that the cloud accepted and its confirmation."""

    LOCKING = "locking"
    UNLOCKING = "unlocking"


class DoorState(StrEnum):
    """What the door sensor says."""

    OPEN = "open"
    CLOSED = "closed"


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


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The gateway itself."""

    id: str
    version: str
    # By account id: does the account's cloud answer? None until the first call has ended.
    clouds: Mapping[str, bool | None]
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
    as_sent: Mapping[str, Any] = field(repr=False)

    @property
    def needs_person(self) -> bool:
        """Whether somebody must act before the account works again."""
        return self.status in PERSON_NEEDED


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device of an account. Locks are the only kind that this integration shows."""

    id: str
    name: str
    account_id: str
    kind: str
    manufacturer: str | None
    model: str | None
    firmware: str | None
    serial: str | None
    online: bool | None
    lock_state: LockState | None
    lock_mode: LockMode | None
    transition: Transition | None
    door_state: DoorState | None
    # True where there is a door sensor, whatever it says.
    has_door_sensor: bool
    battery_percent: int | None
    as_sent: Mapping[str, Any] = field(repr=False)


def _known[EnumT: StrEnum](values: type[EnumT]) -> Callable[[object], EnumT | None]:
    """Validate an enum of the wire; a value that is not known is None."""

    def validate(value: object) -> EnumT | None:
        return next((known for known in values if known == value), None)

    return validate


def _moment(value: object) -> datetime | None:
    """Validate epoch milliseconds."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise probatio.Invalid("expected epoch milliseconds")
    try:
        return dt_util.utc_from_timestamp(value / 1000)
    except (OverflowError, OSError, ValueError) as err:
        raise probatio.Invalid("expected epoch milliseconds") from err


def _percent(value: object) -> int | None:
    """Validate a percentage."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise probatio.Invalid("expected a percentage")
    return round(min(max(value, 0), 100))


_TEXT = probatio.Any(str, None)
_FLAG = probatio.Any(bool, None)

_CLOUD = probatio.Schema({probatio.Required("online"): _FLAG}, extra=probatio.REMOVE_EXTRA)

_ERROR = probatio.Schema({probatio.Required("message"): str}, extra=probatio.REMOVE_EXTRA)


def _sentence(value: object) -> str | None:
    """Validate an error; returns what it says."""
    if value is None:
        return None
    message: str = _ERROR(value)["message"]
    return message


_INCIDENT = probatio.Schema(
    {probatio.Required("number"): int, probatio.Required("closed_at"): _moment},
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
        probatio.Required("status"): _known(TokenStatus),
        probatio.Required("reason"): _TEXT,
        probatio.Required("expires_at"): _moment,
        probatio.Optional("expiry_source", default=None): _TEXT,
        probatio.Required("next_refresh_at"): _moment,
        probatio.Required("consecutive_failures"): int,
        probatio.Required("last_error"): _sentence,
        probatio.Optional("incident", default=None): _open_incident,
    },
    extra=probatio.REMOVE_EXTRA,
)

_DEVICE = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("name"): str,
        probatio.Required("account_id"): str,
        probatio.Required("kind"): str,
        probatio.Required("manufacturer"): _TEXT,
        probatio.Required("model"): _TEXT,
        probatio.Required("firmware"): _TEXT,
        probatio.Required("serial"): _TEXT,
        probatio.Required("online"): _FLAG,
        probatio.Required("lock_state"): _known(LockState),
        probatio.Required("lock_mode"): _known(LockMode),
        probatio.Required("transition"): _known(Transition),
        probatio.Required("door_state"): _known(DoorState),
        probatio.Required("battery_percent"): _percent,
    },
    extra=probatio.REMOVE_EXTRA,
)


def gateway(value: Any) -> Gateway:
    """Validate a gateway object; raises probatio.Invalid."""
    valid = _GATEWAY(value)
    clouds = {key: cloud["online"] for key, cloud in valid.pop("clouds").items()}
    return Gateway(**valid, clouds=clouds, as_sent=value)


def account(value: Any) -> Account:
    """Validate an account object; raises probatio.Invalid."""
    return Account(**_ACCOUNT(value), as_sent=value)


def device(value: Any) -> Device:
    """Validate a device object; raises probatio.Invalid."""
    valid = _DEVICE(value)
    has_door_sensor = value["door_state"] is not None
    return Device(**valid, has_door_sensor=has_door_sensor, as_sent=value)


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
    def locks(self) -> list[Device]:
        """The devices that this integration shows."""
        return [device for device in self.devices.values() if device.kind == "lock"]

    @property
    def shown(self) -> set[str]:
        """The ids of everything that has a device in Home Assistant."""
        locks = {lock.id for lock in self.locks}
        return {self.gateway.id} | set(self.accounts) | locks

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
