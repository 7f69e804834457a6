"""What accounts need of a person: each need is one repair issue, from when it is told until it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import NO_DEVICES_S
from ..picture.account import LEFT_OPTIONS, NO_TOKEN, SIGN_IN_ENDING, Account, TokenStatus
from ..picture.malformed import Kind
from ..picture.picture import Picture
from .issue_ids import account_issue_id

# The kinds that Home Assistant finds itself; the others are the gateway's incidents.
AUTOMATIC_REFRESH_OFF = "automatic_refresh_off"
NO_DEVICES = "no_devices"

# Those that are put right in a flow.
FIXABLE = frozenset({AUTOMATIC_REFRESH_OFF, NO_DEVICES, TokenStatus.SIGN_IN_NEEDED})

# After this share of its life a token would have been refreshed, were it not off.
_REFRESH_DUE_SHARE = 0.75


@dataclass(frozen=True, kw_only=True)
class Need:
    """What one account needs."""

    account: Account
    kind: str
    issue_id: str
    # When it is told; None: at once.
    from_at: datetime | None = None

    @property
    def severity(self) -> ir.IssueSeverity:
        """An error where the account does not work, or soon may not; a warning where it does."""
        if self.kind in (AUTOMATIC_REFRESH_OFF, NO_DEVICES) or not self.account.needs_attention:
            return ir.IssueSeverity.WARNING
        return ir.IssueSeverity.ERROR

    @property
    def placeholders(self) -> dict[str, str]:
        """The account's name and the details; times are in Home Assistant's time zone."""
        account = self.account
        details: dict[str, str] = {}
        if self.kind == NO_TOKEN:
            details = {"since": _local(account.no_token_since_at), "message": account.last_error or ""}
        elif self.kind == SIGN_IN_ENDING:
            details = {"day": _local(account.sign_in_ends_at)[:10]}
        elif self.kind == AUTOMATIC_REFRESH_OFF:
            details = {"until": _local(account.expires_at)}
        return {"name": account.name, **details}


def _local(moment: datetime | None) -> str:
    return "?" if moment is None else dt_util.as_local(moment).strftime("%Y-%m-%d %H:%M")


def needs_of(picture: Picture, empty_since: Mapping[str, datetime]) -> list[Need]:
    """List what the accounts need, or will if nothing changes; `empty_since` are the accounts without devices."""
    return [need for account in picture.accounts.values() for need in _needs_of(account, empty_since.get(account.id))]


def _needs_of(account: Account, empty_since: datetime | None) -> list[Need]:
    """List what one account needs: what keeps it from working comes alone."""
    if (kind := account.issue_kind) is not None:
        # Named after the incident: the same one is never announced twice, the next one is new.
        what = "options" if kind == LEFT_OPTIONS else account.incident
        return [Need(account=account, kind=kind, issue_id=account_issue_id(account.id, what))]
    needs: list[Need] = []
    if (due := _refresh_due_at(account)) is not None:
        issue_id = account_issue_id(account.id, AUTOMATIC_REFRESH_OFF)
        needs.append(Need(account=account, kind=AUTOMATIC_REFRESH_OFF, issue_id=issue_id, from_at=due))
    if empty_since is not None:
        issue_id, from_at = no_devices_id(account.id), empty_since + timedelta(seconds=NO_DEVICES_S)
        needs.append(Need(account=account, kind=NO_DEVICES, issue_id=issue_id, from_at=from_at))
    return needs


def no_devices_id(account_id: str) -> str:
    """Name the issue of an account without devices."""
    return account_issue_id(account_id, NO_DEVICES)


def _refresh_due_at(account: Account) -> datetime | None:
    """Find when automatic refresh is missed: whoever switched it off means it, until the token is about to end."""
    ends = account.expires_at
    if account.automatic_refresh is not False or account.status is not TokenStatus.PAUSED or ends is None:
        return None
    granted = account.last_refresh_at
    if granted is None or granted > ends:
        return ends
    return granted + _REFRESH_DUE_SHARE * (ends - granted)


def empty_accounts(picture: Picture) -> set[str]:
    """Find the accounts whose devices are all known, and are none.

    A device that two accounts list is shown with one of them: beside another account of the same cloud that has
    devices, one without may be as it should.
    """
    if any(it.kind is Kind.DEVICE for it in picture.malformed):
        return set()
    serving = {it.account_id for it in picture.devices.values()}
    clouds = {it.provider_label for it in picture.accounts.values() if it.id in serving}
    return {
        it.id
        for it in picture.accounts.values()
        if it.has_devices and it.id in picture.gateway.devices_known and it.provider_label not in clouds
    }
