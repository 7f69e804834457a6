"""What an account's last error is called: a word of a fixed list, for automations and for people."""

from ..picture.account import Account

# Nothing is wrong.
NO_ERROR = "none"
# A code of a cloud's own, or of a later gateway; the attribute `code` has it.
OTHER = "other"
# `http_403` and the like: which of them, the attribute `code` says.
REFUSED_BY_HTTP = "http_4xx"
BROKEN_BY_HTTP = "http_5xx"

# What a cloud says in the standard's own words.
STANDARD_CODES = (
    "access_denied",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_redirect_uri",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "invalid_token",
    "login_required",
    "redirect_uri_mismatch",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
)

# How a call ends without an answer that can be used.
CALL_CODES = (
    "answer_too_large",
    "answer_unreadable",
    "certificate_not_trusted",
    "certificate_of_another_name",
    "certificate_out_of_date",
    "connection_broken",
    "connection_refused",
    "encryption_failed",
    "name_not_resolved",
    "network_unreachable",
    "proxy_refused",
    "proxy_unreachable",
    "proxy_wants_sign_in",
    "timeout",
)

# What the gateway itself finds.
OWN_CODES = (
    "credentials_refused",
    "database_corrupt",
    "identity_unknown",
    "interrupted",
    "key_wrong",
    "login_gone",
    "login_not_found",
    "login_search_unfinished",
    "no_refresh_token",
    "not_discovered",
    "other_user",
    "refused",
    "settings_invalid",
    "static_token_ended",
    "store_failed",
)

TOKEN_ERRORS = (
    NO_ERROR,
    *sorted((*STANDARD_CODES, *CALL_CODES, *OWN_CODES, REFUSED_BY_HTTP, BROKEN_BY_HTTP)),
    OTHER,
)


def token_error(account: Account) -> str:
    """Find the word for an account's last error."""
    if account.last_error is None:
        return NO_ERROR
    code = account.last_error_code or OTHER
    if code in TOKEN_ERRORS:
        return code
    for start, word in (("http_4", REFUSED_BY_HTTP), ("http_5", BROKEN_BY_HTTP)):
        if code.startswith(start):
            return word
    return OTHER
