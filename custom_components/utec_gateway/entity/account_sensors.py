"""The sensors of an account, as a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.helpers.typing import StateType

from ..picture.account import Account, TokenStatus
from .token_error import TOKEN_ERRORS, token_error


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """A sensor of an account."""

    value_fn: Callable[[Account], StateType | datetime]
    attributes_fn: Callable[[Account], Mapping[str, Any]] | None = None
    exists_fn: Callable[[Account], bool] = lambda _: True


def success_rate(account: Account) -> float | None:
    """Of all tries to refresh, how many have brought a token, in percent; None before the first."""
    refreshed, failed = account.refresh_count, account.failure_count
    if refreshed is None or failed is None or refreshed + failed <= 0:
        return None
    return round(100 * refreshed / (refreshed + failed), 1)


ACCOUNT_SENSORS = (
    AccountSensorDescription(
        key="token_status",
        translation_key="token_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(TokenStatus),
        value_fn=lambda account: account.status,
        attributes_fn=lambda account: {
            "reason": account.reason,
            "last_error": account.last_error,
            "consecutive_failures": account.consecutive_failures,
        },
    ),
    AccountSensorDescription(
        key="token_expiry",
        translation_key="token_expiry",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda account: account.expires_at,
        attributes_fn=lambda account: {"expiry_source": account.expiry_source},
    ),
    AccountSensorDescription(
        key="last_refresh",
        translation_key="last_refresh",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda account: account.last_refresh_at,
    ),
    AccountSensorDescription(
        key="last_error",
        translation_key="last_error",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(TOKEN_ERRORS),
        value_fn=token_error,
        attributes_fn=lambda account: {"code": account.last_error_code, "message": account.last_error},
    ),
    AccountSensorDescription(
        key="refresh_token_expiry",
        translation_key="refresh_token_expiry",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda account: account.refresh_expires_at,
        # Few clouds tell it.
        exists_fn=lambda account: account.refresh_expires_at is not None,
    ),
    AccountSensorDescription(
        key="consecutive_failures",
        translation_key="consecutive_failures",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda account: account.consecutive_failures,
    ),
    AccountSensorDescription(
        key="refreshes",
        translation_key="refreshes",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda account: account.refresh_count,
    ),
    AccountSensorDescription(
        key="success_rate",
        translation_key="success_rate",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_fn=success_rate,
    ),
)
