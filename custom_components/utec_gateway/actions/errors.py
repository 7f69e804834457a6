"""What is wrong with a call of an action, or with what came of it: sentences of the actions' own."""

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN

# Beside the codes of the gateway.
OWN_ERRORS = frozenset(
    {
        "account_needed",
        "answer_unreadable",
        "gateway_too_old",
        "lock_without_modes",
        "no_account",
        "no_lock_chosen",
        "not_a_lock",
        "not_an_account",
    }
)


def not_valid(key: str, **placeholders: str) -> ServiceValidationError:
    """Make the error of a call that asks for what cannot be."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def failure(key: str, **placeholders: str) -> HomeAssistantError:
    """Make the error of a call that was in order."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )
