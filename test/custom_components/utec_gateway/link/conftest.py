"""The set-up that the tests of commands share."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from homeassistant.core import Context, HomeAssistant

type Act = Callable[..., asyncio.Task[None]]


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Call a service in the background."""

    def start(
        domain: str, service: str, entity_id: str, context: Context | None = None, **data: Any
    ) -> asyncio.Task[None]:
        async def call() -> None:
            await hass.services.async_call(
                domain, service, {"entity_id": entity_id, **data}, blocking=True, context=context
            )

        coroutine: Coroutine[Any, Any, None] = call()
        return hass.async_create_background_task(coroutine, "service call")

    return start
