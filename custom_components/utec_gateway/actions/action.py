"""What an action is, and what it knows of one call."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import service
from homeassistant.helpers.typing import VolSchemaType

from ..const import DOMAIN, LOGGER, TITLE
from ..coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from ..link.commands import Command, async_confirmed
from ..link.origin import Origin
from ..picture.picture import Picture
from .errors import failure


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an action, with what the gateway shows at its begin."""

    hass: HomeAssistant
    service_call: ServiceCall
    coordinator: UtecGatewayCoordinator
    picture: Picture
    # None: Home Assistant itself, or an automation that no person has started.
    user: User | None
    origin: Origin

    @property
    def data(self) -> Mapping[str, Any]:
        """The fields of the call, as its schema leaves them."""
        return self.service_call.data

    def check_control(self, entity_id: str | None) -> None:
        """Refuse a user who may not control the entity that does the same; raises Unauthorized."""
        if self.user is None or self.user.is_admin:
            return
        if entity_id is None or not self.user.permissions.check_entity(entity_id, POLICY_CONTROL):
            raise Unauthorized(context=self.service_call.context, entity_id=entity_id, permission=POLICY_CONTROL)

    async def async_command(
        self, command: Command, subject: str, is_reached: Callable[[], bool] | None = None
    ) -> Mapping[str, Any]:
        """Send a command as the one who calls, and return its data when it is confirmed."""
        sent = self.coordinator.link.async_send(command, self.origin)
        return await async_confirmed(sent, subject, is_reached)


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action: its name, its fields, and what it does."""

    name: str
    schema: VolSchemaType
    run: Callable[[Call], Awaitable[ServiceResponse]]
    response: SupportsResponse = SupportsResponse.NONE
    # What only administrators may do or read on the gateway's page, and no entity offers.
    for_administrators: bool = False


@callback
def async_register(hass: HomeAssistant, action: Action) -> None:
    """Register an action; without a loaded entry it says so."""

    async def run(service_call: ServiceCall) -> ServiceResponse:
        entry: UtecGatewayConfigEntry = service.async_get_config_entry(hass, DOMAIN, None)
        coordinator, context = entry.runtime_data, service_call.context
        user = await hass.auth.async_get_user(context.user_id) if context.user_id else None
        if context.user_id and user is None:
            raise UnknownUser(context=context)
        if action.for_administrators and user is not None and not user.is_admin:
            raise Unauthorized(context=context)
        origin = await coordinator.origins.async_resolve(context)
        if coordinator.picture is None:
            raise failure("not_connected", name=TITLE)
        call = Call(
            hass=hass,
            service_call=service_call,
            coordinator=coordinator,
            picture=coordinator.picture,
            user=user,
            origin=origin,
        )
        return await action.run(call)

    hass.services.async_register(DOMAIN, action.name, run, action.schema, action.response)


async def async_all[DoneT](tasks: Iterable[Awaitable[DoneT]]) -> list[DoneT]:
    """Do several things at once. When all have ended, the first failure is raised and the others are in the log."""
    done: list[DoneT] = []
    failures: list[BaseException] = []
    for it in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(it, BaseException):
            failures.append(it)
        else:
            done.append(it)
    for it in failures[1:]:
        LOGGER.warning("An action failed for more than one: %s", it)
    if failures:
        raise failures[0]
    return done
