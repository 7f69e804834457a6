"""Repairs: what a person must do, and where."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .models import Picture
from .page import page_url

PROTOCOL_ISSUE = "protocol"


class Issues:
    """The repair issues of this integration. They go when their cause goes."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with none."""
        self._hass = hass
        self._accounts: set[str] = set()

    @callback
    def async_show_protocol(self, *, gateway_is_older: bool, gateway_version: str, version: str) -> None:
        """Name the half to update: the two have no protocol in common."""
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            PROTOCOL_ISSUE,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key="update_gateway" if gateway_is_older else "update_integration",
            translation_placeholders={
                "gateway_version": gateway_version,
                "integration_version": version,
            },
        )

    @callback
    def async_clear_protocol(self) -> None:
        """Forget a mismatch: the halves understand each other."""
        ir.async_delete_issue(self._hass, DOMAIN, PROTOCOL_ISSUE)

    @callback
    def async_show_accounts(self, picture: Picture, page: str | None) -> None:
        """Show one issue per account that cannot go on without a person."""
        needy = {f"account_{account.id}": account for account in picture.accounts.values() if account.needs_person}
        for issue_id in self._accounts - set(needy):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, account in needy.items():
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                learn_more_url=page_url(page),
                translation_key=str(account.status),
                translation_placeholders={"name": account.name},
            )
        self._accounts = set(needy)

    @callback
    def async_clear(self) -> None:
        """Forget everything: the entry is unloaded."""
        self.async_clear_protocol()
        for issue_id in self._accounts:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        self._accounts.clear()
