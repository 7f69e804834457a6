"""Triggers: a problem of a token has begun, a token ends soon, a command for a lock has failed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, override

import probatio

from homeassistant.components.event import ATTR_EVENT_TYPE, DOMAIN as EVENT_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .picture.account import Account
from .watch.listeners import async_listen_end, async_listen_problem
from .watch.targets import (
    CONF_DURATION,
    DURATION,
    LOCK_ACTIVITY,
    TOKEN_EXPIRY,
    TOKEN_PROBLEM,
    Subject,
    check_target,
    targeted,
    telling,
)

EVENTS: Mapping[str, DomainSpec] = {EVENT_DOMAIN: DomainSpec()}
COMMAND_FAILED = "command_failed"


class TokenTrigger(Trigger):
    """A trigger about the tokens of accounts; the target has an entity of them."""

    _subject: ClassVar[Subject]
    _options_schema: ClassVar[dict[probatio.Marker, Any]] = {}

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the options."""
        schema = probatio.Schema(
            {
                probatio.Required(CONF_TARGET): cv.TARGET_FIELDS,
                probatio.Required(CONF_OPTIONS, default={}): cls._options_schema,
            }
        )
        valid: ConfigType = schema(config)
        check_target(hass, cls._subject, valid)
        return valid

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Create the trigger from a valid configuration."""
        super().__init__(hass, config)
        self._target = config.target or {}
        self._options = config.options or {}

    def _run(self, run_action: TriggerActionRunner, account: Account, what: str, **payload: Any) -> None:
        """Run the action if the target has the account's entity."""
        if entity_id := targeted(self._hass, self._target, self._subject, account.id):
            run_action({ATTR_ENTITY_ID: entity_id, "account": account.name, **payload}, f"{what} of {account.name}")


class TokenProblemStarted(TokenTrigger):
    """Fires once for each incident of an account that needs somebody, whatever is restarted meanwhile."""

    _subject = TOKEN_PROBLEM

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Listen for problems."""

        @callback
        def told(account: Account) -> None:
            said = {"status": account.status, "reason": account.reason, "message": account.last_error}
            self._run(run_action, account, "token problem", **said)

        return async_listen_problem(self._hass, told)


class TokenExpiresWithin(TokenTrigger):
    """Fires once for each token whose end comes nearer than a duration, because nothing has renewed it."""

    _subject = TOKEN_EXPIRY
    _options_schema: ClassVar[dict[probatio.Marker, Any]] = {probatio.Required(CONF_DURATION): DURATION}

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Listen for ends that come near."""
        duration: timedelta = self._options[CONF_DURATION]

        @callback
        def told(account: Account) -> None:
            self._run(run_action, account, "token expiry", expires_at=account.expires_at, duration=duration)

        return async_listen_end(self._hass, int(duration.total_seconds()), told)


class LockCommandFailed(StatelessEntityTriggerBase):
    """Fires for each command of a lock that did not end confirmed, whoever asked: its activity has each once."""

    _domain_specs = EVENTS

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target."""
        valid = await super().async_validate_config(hass, config)
        check_target(hass, LOCK_ACTIVITY, valid)
        return valid

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Find the activities of the locks."""
        return telling(self._hass, LOCK_ACTIVITY, entities)

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        """Tell whether what has happened is a command that failed."""
        return state.attributes.get(ATTR_EVENT_TYPE) == COMMAND_FAILED


TRIGGERS: dict[str, type[Trigger]] = {
    "lock_command_failed": LockCommandFailed,
    "token_expires_within": TokenExpiresWithin,
    "token_problem_started": TokenProblemStarted,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
