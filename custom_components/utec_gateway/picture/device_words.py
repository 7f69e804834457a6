"""The words that the gateway has for a device: its kind, its states, and why nothing newer is known."""

from enum import StrEnum


class DeviceKind(StrEnum):
    """The kinds that have entities. All others are shown only in the diagnostics."""

    LOCK = "lock"
    LIGHT = "light"
    PLUG = "plug"
    SWITCH = "switch"


class LockState(StrEnum):
    """What the cloud last confirmed of a bolt."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    JAMMED = "jammed"


class LockMode(StrEnum):
    """The modes of a lock; in some of them it ignores commands."""

    NORMAL = "normal"
    PASSAGE = "passage"
    ALWAYS_LOCKED = "always_locked"


class LockTransition(StrEnum):
    """What a bolt is doing between a command that the cloud accepted and its confirmation."""

    LOCKING = "locking"
    UNLOCKING = "unlocking"


class DoorState(StrEnum):
    """What the door sensor says."""

    OPEN = "open"
    CLOSED = "closed"


class SwitchState(StrEnum):
    """What the cloud last confirmed of a light, a plug or a switch."""

    ON = "on"
    OFF = "off"


class Freshness(StrEnum):
    """How far the main state (the bolt of a lock, the switch of the others) can be trusted, by its age."""

    UNKNOWN = "unknown"
    FRESH = "fresh"
    STALE = "stale"
    EXPIRED = "expired"


class DeviceTrouble(StrEnum):
    """Why nothing newer is known of a device."""

    OFFLINE = "offline"
    MISSING = "missing"
    NOT_REPORTED = "not_reported"
    SIGN_IN_NEEDED = "sign_in_needed"
    CLOUD_UNREACHABLE = "cloud_unreachable"


# This integration's own reasons, besides the troubles: the state is just too old; the link is down; the gateway has
# not listed the device yet.
TOO_OLD = "too_old"
GATEWAY_NOT_CONNECTED = "gateway_not_connected"
NOT_LISTED_YET = "not_listed_yet"
REASONS = (*DeviceTrouble, TOO_OLD, GATEWAY_NOT_CONNECTED, NOT_LISTED_YET)
# Nothing is wrong.
NO_TROUBLE = "none"
