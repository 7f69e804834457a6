"""Conditions: a token has a problem, a token ends soon, the last command for a lock has failed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, override

import probatio

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_OPTIONS, CONF_TARGET, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionConfig,
    EntityConditionBase,
    EntityStateConditionBase,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .watch.targets import (
    CONF_DURATION,
    DURATION,
    LOCK_LAST_COMMAND,
    TOKEN_EXPIRY,
    TOKEN_PROBLEM,
    Subject,
    check_target,
    telling,
)

BINARY_SENSORS: Mapping[str, DomainSpec] = {BINARY_SENSOR_DOMAIN: DomainSpec()}
SENSORS: Mapping[str, DomainSpec] = {SENSOR_DOMAIN: DomainSpec()}
PROBLEM: set[str | bool] = {STATE_ON}
# One that a newer command has replaced has not failed.
FAILED: set[str | bool] = {"offline", "refused", "unconfirmed"}


class OwnCondition(EntityConditionBase):
    """A condition about entities of this integration."""

    _subject: ClassVar[Subject]

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the options."""
        valid = await super().async_validate_config(hass, config)
        check_target(hass, cls._subject, valid)
        return valid

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Find what tells of the entities."""
        return telling(self._hass, self._subject, entities)


class TokenHasProblem(OwnCondition, EntityStateConditionBase):
    """Whether an account needs somebody."""

    _subject = TOKEN_PROBLEM
    _domain_specs = BINARY_SENSORS
    _states = PROBLEM


class TokenExpiresWithin(OwnCondition):
    """Whether a token ends within a duration, or has ended."""

    _subject = TOKEN_EXPIRY
    _domain_specs = SENSORS
    # The sensor is diagnostic.
    _primary_entities_only = False
    _schema = probatio.Schema(
        {
            probatio.Required(CONF_TARGET): cv.TARGET_FIELDS,
            probatio.Required(CONF_OPTIONS): {
                probatio.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): probatio.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
                probatio.Required(CONF_DURATION): DURATION,
            },
        }
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Create the condition from a valid configuration."""
        super().__init__(hass, config)
        self._within: timedelta = (config.options or {})[CONF_DURATION]

    @property
    @override
    def needs_polling(self) -> bool:
        """Time alone makes it true."""
        return True

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        """Tell whether the end is near."""
        end = dt_util.parse_datetime(entity_state.state)
        return end is not None and end - dt_util.utcnow() <= self._within


class LockLastCommandFailed(OwnCondition, EntityStateConditionBase):
    """Whether the last command for a lock did not end confirmed, whoever asked."""

    _subject = LOCK_LAST_COMMAND
    _domain_specs = SENSORS
    _states = FAILED

    @property
    @override
    def needs_polling(self) -> bool:
        """It changes with another entity than the lock that was chosen."""
        return True


CONDITIONS: dict[str, type[Condition]] = {
    "lock_last_command_failed": LockLastCommandFailed,
    "token_expires_within": TokenExpiresWithin,
    "token_has_problem": TokenHasProblem,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
