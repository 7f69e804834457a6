"""Repair issues: what the user has to do, and where."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..picture.account import LEFT_OPTIONS, NO_TOKEN, SIGN_IN_ENDING, Account
from ..picture.malformed import Kind
from ..picture.picture import Picture
from .page import page_url

PROTOCOL_ISSUE = "protocol"
_ACCOUNT_PREFIX = "account_"


def account_issue_id(account: Account) -> str:
    """Name the issue after the incident: the same one is never announced twice, the next one is new."""
    if account.issue_kind == LEFT_OPTIONS:
        return f"{_ACCOUNT_PREFIX}{account.id}_options"
    number = "" if account.incident is None else f"_{account.incident}"
    return f"{_ACCOUNT_PREFIX}{account.id}{number}"


def _account_of(issue_id: str) -> str:
    """Find the account that an issue is about."""
    return issue_id.removeprefix(_ACCOUNT_PREFIX).partition("_")[0]


def _placeholders(account: Account) -> dict[str, str]:
    """Name the account and the details of its issue; times are in Home Assistant's time zone."""
    if account.issue_kind == NO_TOKEN and account.no_token_since_at is not None:
        since = dt_util.as_local(account.no_token_since_at).strftime("%Y-%m-%d %H:%M")
        return {"name": account.name, "since": since, "message": account.last_error or ""}
    if account.issue_kind != SIGN_IN_ENDING or account.sign_in_ends_at is None:
        return {"name": account.name}
    day = dt_util.as_local(account.sign_in_ends_at).date().isoformat()
    return {"name": account.name, "day": day}


class Issues:
    """The repair issues of this integration. Each one disappears with its cause.

    They are persistent: after a restart of Home Assistant each stays until the gateway has said that it is solved.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with the issues that Home Assistant remembers."""
        self._hass = hass

    @callback
    def async_show_protocol(self, *, gateway_is_older: bool, gateway_version: str, version: str) -> None:
        """Say which half to update: the two have no protocol version in common."""
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            PROTOCOL_ISSUE,
            is_fixable=False,
            is_persistent=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="update_gateway" if gateway_is_older else "update_integration",
            translation_placeholders={
                "gateway_version": gateway_version,
                "integration_version": version,
            },
        )

    @callback
    def async_clear_protocol(self) -> None:
        """Clear the mismatch: the two have a protocol version in common."""
        ir.async_delete_issue(self._hass, DOMAIN, PROTOCOL_ISSUE)

    @callback
    def async_show_accounts(self, picture: Picture, page: str | None) -> None:
        """Show one issue for each account that needs attention, or soon will."""
        accounts = picture.accounts.values()
        needing = {account_issue_id(it): (it, kind) for it in accounts if (kind := it.issue_kind) is not None}
        known = self._account_issues()
        for issue_id in known - set(needing):
            if picture.may_have(Kind.ACCOUNT, _account_of(issue_id)):
                continue
            LOGGER.info("An account no longer needs attention (%s)", issue_id)
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, (account, kind) in needing.items():
            if issue_id not in known:
                LOGGER.warning("The account %s needs attention: %s", account.name, kind)
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                is_persistent=True,
                severity=ir.IssueSeverity.ERROR if account.needs_attention else ir.IssueSeverity.WARNING,
                learn_more_url=page_url(page),
                translation_key=kind,
                translation_placeholders=_placeholders(account),
            )

    @callback
    def async_clear_accounts(self) -> None:
        """Clear the accounts' issues: the entry is disabled or removed. A reload keeps them."""
        for issue_id in self._account_issues():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)

    def _account_issues(self) -> set[str]:
        registry = ir.async_get(self._hass)
        return {
            issue_id
            for domain, issue_id in registry.issues
            if domain == DOMAIN and issue_id.startswith(_ACCOUNT_PREFIX)
        }
