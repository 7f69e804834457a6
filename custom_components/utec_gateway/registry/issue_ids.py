"""The ids of repair issues.

Home Assistant writes the open issues, with their ids, into every file of the diagnostics. So no id of an account or a
gateway is in them: a short digest tells one from the other, and whose home it is cannot be read from it.
"""

from hashlib import sha256
import re

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN

ACCOUNT_PREFIX = "account_"
OFFER_PREFIX = "other_gateway_"

_PREFIXED = re.compile(rf"({ACCOUNT_PREFIX}|{OFFER_PREFIX})([^_]+)(.*)")
_DIGITS = 8
_DIGEST = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


def digest_of(thing_id: str) -> str:
    """Make the short digest of an id: the same over restarts, reloads and on every machine."""
    return sha256(thing_id.encode()).hexdigest()[:_DIGITS]


def account_issue_id(account_id: str, what: str | int | None) -> str:
    """Name an issue of an account: `what` is the number of an incident, or what else it is about."""
    return f"{ACCOUNT_PREFIX}{digest_of(account_id)}" + ("" if what is None else f"_{what}")


def offer_issue_id(gateway_id: str) -> str:
    """Name the issue after the other gateway, so that whoever ignores it is not asked about that one again."""
    return f"{OFFER_PREFIX}{digest_of(gateway_id)}"


def digest_in(issue_id: str) -> str:
    """Find the digest of the account or gateway that an issue is about; empty for an issue about neither."""
    found = _PREFIXED.fullmatch(issue_id)
    return found[2] if found else ""


@callback
def known_issues(hass: HomeAssistant, prefix: str) -> set[str]:
    """Find the ids of the issues that are there, or were before Home Assistant started."""
    issues = ir.async_get(hass).issues
    return {issue_id for domain, issue_id in issues if domain == DOMAIN and issue_id.startswith(prefix)}


@callback
def async_rename_issues(hass: HomeAssistant) -> None:
    """Give the issues of an older version, which hold whole ids, their present ids; one that is ignored stays so."""
    for (domain, old_id), issue in list(ir.async_get(hass).issues.items()):
        found = _PREFIXED.fullmatch(old_id)
        if domain != DOMAIN or found is None or _DIGEST.fullmatch(found[2]):
            continue
        new_id = f"{found[1]}{digest_of(found[2])}{found[3]}"
        ir.async_create_issue(
            hass,
            DOMAIN,
            new_id,
            is_fixable=bool(issue.is_fixable),
            is_persistent=True,
            severity=issue.severity or ir.IssueSeverity.WARNING,
            learn_more_url=issue.learn_more_url,
            translation_key=issue.translation_key or "",
            translation_placeholders=issue.translation_placeholders,
        )
        if issue.dismissed_version is not None:
            ir.async_ignore_issue(hass, DOMAIN, new_id, True)
        ir.async_delete_issue(hass, DOMAIN, old_id)
