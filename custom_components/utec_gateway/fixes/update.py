"""Using an integration that has been updated: Home Assistant runs the one before until it restarts."""

import json
from pathlib import Path
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import async_get_integration

from ..const import DOMAIN

MANIFEST = Path(__file__).parents[1] / "manifest.json"


def version_on_disk() -> str | None:
    """Read the version that a restart would start; None if there is none."""
    try:
        version = json.loads(MANIFEST.read_text(encoding="utf-8"))["version"]
    except KeyError, OSError, TypeError, ValueError:
        return None
    return version if isinstance(version, str) else None


class UpdateIntegrationFlow(RepairsFlow):
    """Says where the integration is updated, and restarts Home Assistant once it has been."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Find out what is missing: the update, or the restart after it."""
        running = str((await async_get_integration(self.hass, DOMAIN)).version)
        installed = await self.hass.async_add_executor_job(version_on_disk)
        if installed is not None and installed != running:
            return await self.async_step_restart()
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        url = issue.learn_more_url if issue else None
        return self.async_abort(
            reason="update_first" if url else "update_first_elsewhere",
            description_placeholders={"page": (url or "").removeprefix("homeassistant:/")},
        )

    async def async_step_restart(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Restart Home Assistant, which checks its configuration first. The repair goes when the gateway connects."""
        if user_input is None:
            installed = await self.hass.async_add_executor_job(version_on_disk)
            return self.async_show_form(step_id="restart", description_placeholders={"installed": installed or "?"})
        try:
            await self.hass.services.async_call(HOMEASSISTANT_DOMAIN, "restart", blocking=True)
        except HomeAssistantError as err:
            return self.async_abort(reason="restart_refused", description_placeholders={"message": str(err)})
        return self.async_abort(reason="restarting")
