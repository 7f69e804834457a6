"""The action `set_lock_mode`: locks get a mode, as by their select entities."""

import probatio

from homeassistant.const import Platform
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from ..const import COMMAND_TIMEOUT_S
from ..link.commands import Command
from ..picture.device import Device
from ..picture.device_words import LockMode
from .action import Action, Call, async_all
from .errors import not_valid
from .locks import entity_id_of, locks_of


async def _set_mode(call: Call) -> ServiceResponse:
    locks, mode = locks_of(call), call.data["mode"]
    for it in locks:
        # A mode that is not known for a while is no reason: its entity stays.
        select = entity_id_of(call, it, Platform.SELECT, "lock_mode")
        if select is None:
            raise not_valid("lock_without_modes", name=it.name)
        call.check_control(select)

    async def set_one(lock: Device) -> None:
        def is_reached() -> bool:
            now = call.coordinator.picture and call.coordinator.picture.devices.get(lock.id)
            return bool(now and now.lock_mode == mode)

        target, args = {"device_id": lock.id}, {"mode": mode}
        command = Command(name="set_mode", target=target, args=args, timeout_s=COMMAND_TIMEOUT_S)
        await call.async_command(command, lock.name, is_reached)

    await async_all(set_one(it) for it in locks)
    return None


SET_LOCK_MODE = Action(
    name="set_lock_mode",
    schema=cv.make_entity_service_schema({probatio.Required("mode"): probatio.In([str(it) for it in LockMode])}),
    run=_set_mode,
)
