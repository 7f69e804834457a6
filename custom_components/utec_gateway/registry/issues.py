"""Repair issues: what the user has to do, and where."""

from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER, NO_DEVICES_S
from ..picture.malformed import Kind
from ..picture.picture import Picture
from .issue_ids import ACCOUNT_PREFIX, digest_in, digest_of, known_issues
from .needs import FIXABLE, Need, empty_accounts, needs_of, no_devices_id
from .page import page_url, update_url

PROTOCOL_ISSUE = "protocol"
UPDATE_GATEWAY = "update_gateway"
UPDATE_INTEGRATION = "update_integration"


class Issues:
    """The repair issues of this integration. Each one disappears with its cause.

    They are persistent: after a restart of Home Assistant each stays until the gateway has said that it is solved.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with the issues that Home Assistant remembers."""
        self._hass = hass
        # Since when accounts have been known to have no devices.
        self._empty_since: dict[str, datetime] = {}
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_show_protocol(
        self, *, gateway_is_older: bool, gateway_version: str, version: str, page: str | None
    ) -> None:
        """Say which half to update, and where: the two have no protocol version in common."""
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            PROTOCOL_ISSUE,
            is_fixable=not gateway_is_older,
            is_persistent=True,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=update_url(page) if gateway_is_older else page_url(page),
            translation_key=UPDATE_GATEWAY if gateway_is_older else UPDATE_INTEGRATION,
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
        """Show what accounts need of a person, each once; what is not due yet is looked at again then."""
        self.async_shutdown()
        now, known = dt_util.utcnow(), known_issues(self._hass, ACCOUNT_PREFIX)
        self._note_empty(picture, known, now)
        needs = needs_of(picture, self._empty_since)
        due = [it for it in needs if it.from_at is None or it.from_at <= now]
        for issue_id in known - {it.issue_id for it in due}:
            if _may_have(picture, issue_id):
                continue
            LOGGER.info("An account no longer needs attention (%s)", issue_id)
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for need in due:
            if need.issue_id not in known:
                LOGGER.warning("The account %s needs attention: %s", need.account.name, need.kind)
            self._show(need, page)
        if later := [it.from_at for it in needs if it.from_at is not None and it.from_at > now]:

            @callback
            def look_again(_now: datetime) -> None:
                self._cancel = None
                self.async_show_accounts(picture, page)

            self._cancel = async_call_later(self._hass, min(later) - now, look_again)

    def _note_empty(self, picture: Picture, known: set[str], now: datetime) -> None:
        """Note since when accounts have been empty; the issue of one, from before a restart, goes on."""
        long_ago = now - timedelta(seconds=NO_DEVICES_S)
        self._empty_since = {
            it: long_ago if no_devices_id(it) in known else self._empty_since.get(it, now)
            for it in empty_accounts(picture)
        }

    def _show(self, need: Need, page: str | None) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            need.issue_id,
            is_fixable=need.kind in FIXABLE,
            is_persistent=True,
            severity=need.severity,
            learn_more_url=page_url(page),
            translation_key=need.kind,
            translation_placeholders=need.placeholders,
        )

    @callback
    def async_clear_accounts(self) -> None:
        """Clear the accounts' issues: the entry is disabled or removed. A reload keeps them."""
        for issue_id in known_issues(self._hass, ACCOUNT_PREFIX):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)

    @callback
    def async_shutdown(self) -> None:
        """Stop the timer: nobody can say how things are without the gateway."""
        if self._cancel:
            self._cancel()
            self._cancel = None


def _may_have(picture: Picture, issue_id: str) -> bool:
    """Tell whether the account of an issue may be among what could not be read."""
    unread = [it.id for it in picture.malformed if it.kind is Kind.ACCOUNT]
    return any(it is None or digest_of(it) == digest_in(issue_id) for it in unread)
