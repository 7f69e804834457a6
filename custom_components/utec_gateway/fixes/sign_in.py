"""Leading to where an account is signed in, and noticing when it is."""

import asyncio
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import Event, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..registry.page import page_link
from .account import find_account


class SignInFlow(RepairsFlow):
    """Shows the way to the gateway's page, and closes by itself once the account is signed in."""

    _waiting: asyncio.Task[None] | None = None

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Lead there."""
        if find_account(self.hass, self.issue_id) is None:
            return self.async_abort(reason="nothing_left")
        return await self.async_step_sign_in()

    async def async_step_sign_in(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Wait until the issue has gone."""
        if self._waiting is None:
            self._waiting = self.hass.async_create_background_task(self._until_gone(), f"{DOMAIN} sign-in")
        if self._waiting.done():
            return self.async_show_progress_done(next_step_id="done")
        found = find_account(self.hass, self.issue_id)
        link = page_link(found[0].page) if found else None
        return self.async_show_progress(
            step_id="sign_in",
            progress_action="sign_in" if link else "sign_in_elsewhere",
            progress_task=self._waiting,
            description_placeholders={"page": link or ""},
        )

    async def async_step_done(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Say that it is signed in, unless the issue has made way for another one."""
        found = find_account(self.hass, self.issue_id)
        if found is None or found[1].needs_attention:
            return self.async_abort(reason="nothing_left")
        return self.async_create_entry(data={})

    async def _until_gone(self) -> None:
        """Wait until the issue is removed, whatever the reason."""
        removed = asyncio.Event()
        gone = ("remove", DOMAIN, self.issue_id)

        @callback
        def look(event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
            if (event.data["action"], event.data["domain"], event.data["issue_id"]) == gone:
                removed.set()

        stop = self.hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, look)
        try:
            await removed.wait()
        finally:
            stop()
