"""An account of the gateway's picture: its token's status, and what the user is told about it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import probatio

from .validators import FLAG, TEXT, count, moment, unknown_words, whole, word_of


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


# The gateway cannot get out of these on its own.
NEEDS_ATTENTION = frozenset({TokenStatus.SIGN_IN_NEEDED, TokenStatus.MISCONFIGURED, TokenStatus.STORE_FAILED})
# All is well, but the sign-in itself is about to end.
SIGN_IN_ENDING = "sign_in_ending"
# The gateway's configuration no longer names it: kept or removed, the user decides.
LEFT_OPTIONS = "left_options"
# The gateway keeps trying, but has not been able to get a token for hours.
NO_TOKEN = "no_token"  # noqa: S105 - the name of a problem


@dataclass(frozen=True, kw_only=True)
class TokenEvent:
    """Something that happened to an account's token."""

    at: datetime | None
    # `refreshed`, `failed`, `recovered`, `signed_in` ...: a later gateway may have more.
    kind: str
    # The number of the token that was there then.
    generation: int
    # Of a failure: as in `last_error_code`.
    code: str | None
    # One sentence for the user, in English.
    message: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account with a cloud."""

    id: str
    name: str
    # The name of its cloud.
    provider_label: str
    # Whether the gateway looks for devices with it.
    has_devices: bool
    status: TokenStatus | None
    reason: str | None
    expires_at: datetime | None
    expiry_source: str | None
    next_refresh_at: datetime | None
    consecutive_failures: int
    # One sentence for the user.
    last_error: str | None
    # Its kind: an OAuth error, or the gateway's own word (`timeout`, `http_500` ...).
    last_error_code: str | None
    # The number of the open incident; None if there is none, or an older gateway does not count them.
    incident: int | None
    # When the gateway's configuration stopped naming it, until the user has decided what becomes of it.
    left_options_at: datetime | None
    # When the sign-in itself ends, once the user should know.
    sign_in_ends_at: datetime | None
    # Since when refreshes have been failing, once the user should know.
    no_token_since_at: datetime | None
    # When the refresh token ends, where that is known.
    refresh_expires_at: datetime | None
    # When a token was last granted, and what came of all refreshes since the account was added.
    last_refresh_at: datetime | None
    refresh_count: int | None
    failure_count: int | None
    # Whether the gateway refreshes the token by itself; None with an older gateway.
    automatic_refresh: bool | None
    # The latest events of its token, oldest first.
    recent: tuple[TokenEvent, ...]
    # The number of the newest token, 0 before the first, and when it was granted (epoch ms, as sent).
    generation: int
    last_success_at: int | None
    # The words of a later gateway that are None here, by field.
    unknown_words: Mapping[str, Any]
    as_sent: Mapping[str, Any] = field(repr=False)

    @property
    def needs_attention(self) -> bool:
        """Whether the user must act before the account works again, or look into why it has not for hours."""
        return self.status in NEEDS_ATTENTION or self.no_token_since_at is not None

    @property
    def issue_kind(self) -> str | None:
        """Which repair issue the account has; None for none. What no one may want any more needs no sign-in first."""
        if self.left_options_at is not None:
            return LEFT_OPTIONS
        if self.status in NEEDS_ATTENTION:
            return str(self.status)
        if self.no_token_since_at is not None:
            return NO_TOKEN
        return None if self.sign_in_ends_at is None else SIGN_IN_ENDING


_ERROR = probatio.Schema(
    {probatio.Required("message"): str, probatio.Optional("code", default=None): TEXT}, extra=probatio.REMOVE_EXTRA
)


def _error(value: object) -> Mapping[str, str | None]:
    """Validate an error; returns its message and its code."""
    if value is None:
        return {"message": None, "code": None}
    valid: Mapping[str, str | None] = _ERROR(value)
    return valid


_EVENT = probatio.Schema(
    {
        probatio.Required("at"): moment,
        probatio.Required("kind"): str,
        probatio.Required("generation"): count,
        probatio.Optional("code", default=None): TEXT,
        probatio.Required("message"): str,
    },
    extra=probatio.REMOVE_EXTRA,
)


def _events(value: object) -> tuple[TokenEvent, ...]:
    """Take the events of a list; what is none counts as absent."""
    events = []
    for it in value if isinstance(value, list) else ():
        with suppress(probatio.Invalid):
            events.append(TokenEvent(**_EVENT(it)))
    return tuple(events)


_INCIDENT = probatio.Schema(
    {probatio.Required("number"): int, probatio.Required("closed_at"): moment},
    extra=probatio.REMOVE_EXTRA,
)


def _open_incident(value: object) -> int | None:
    """Validate an incident; returns its number while it is open."""
    if value is None:
        return None
    incident = _INCIDENT(value)
    number: int = incident["number"]
    return number if incident["closed_at"] is None else None


_ACCOUNT = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("name"): str,
        # An older gateway has accounts of this one only.
        probatio.Optional("provider_label", default="U-tec"): str,
        probatio.Optional("has_devices", default=True): bool,
        probatio.Required("status"): word_of(TokenStatus),
        probatio.Required("reason"): TEXT,
        probatio.Required("expires_at"): moment,
        probatio.Optional("expiry_source", default=None): TEXT,
        probatio.Required("next_refresh_at"): moment,
        probatio.Required("consecutive_failures"): int,
        probatio.Required("last_error"): _error,
        probatio.Optional("incident", default=None): _open_incident,
        probatio.Optional("left_options_at", default=None): moment,
        probatio.Optional("sign_in_ends_at", default=None): moment,
        probatio.Optional("no_token_since_at", default=None): moment,
        probatio.Optional("generation", default=0): count,
        probatio.Optional("last_success_at", default=None): whole,
        probatio.Optional("refresh_expires_at", default=None): moment,
        probatio.Optional("refresh_count", default=None): whole,
        probatio.Optional("failure_count", default=None): whole,
        probatio.Optional("automatic_refresh", default=None): FLAG,
        probatio.Optional("recent", default=list): _events,
    },
    extra=probatio.REMOVE_EXTRA,
)


def parse_account(value: Any) -> Account:
    """Validate an account object; raises probatio.Invalid."""
    valid = _ACCOUNT(value)
    error = valid.pop("last_error")
    return Account(
        **valid,
        last_error=error["message"],
        last_error_code=error["code"],
        last_refresh_at=moment(valid["last_success_at"]),
        unknown_words=unknown_words(value, {"status": TokenStatus}),
        as_sent=value,
    )
