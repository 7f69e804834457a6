"""Opening a repair and answering its questions, as the frontend does."""

import asyncio
from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant

from custom_components.utec_gateway.const import DOMAIN

from ..gateway import FakeGateway, Message, fixture


async def opened(hass: HomeAssistant, issue_id: str) -> Any:
    """Open a repair; returns its first step."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    return await manager.async_init(DOMAIN, context={"issue_id": issue_id})


async def answered(hass: HomeAssistant, step: Any, **user_input: Any) -> Any:
    """Submit a step of a repair; returns the next one."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    return await manager.async_configure(step["flow_id"], user_input)


async def chosen(hass: HomeAssistant, step: Any, option: str) -> Any:
    """Choose from a menu; returns the next step."""
    return await answered(hass, step, next_step_id=option)


async def closed(hass: HomeAssistant, step: Any) -> None:
    """Close a repair without an answer."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    manager.async_abort(step["flow_id"])
    await asyncio.sleep(0)


def asked(hass: HomeAssistant, step: Any, option: str) -> asyncio.Task[Any]:
    """Choose from a menu what asks the gateway; the task ends with the next step."""
    return hass.async_create_task(chosen(hass, step, option))


async def done(gateway: FakeGateway, command: Message, **data: Any) -> None:
    """Confirm a command, with what it has asked for."""
    await gateway.call({**fixture("result-ok"), "command_id": command["id"], "data": data})
