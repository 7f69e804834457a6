"""The repairs: which flow puts which issue right."""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .fixes.automatic_refresh import AutomaticRefreshFlow
from .fixes.left_behind import LeftBehindFlow
from .fixes.no_devices import NoDevicesFlow
from .fixes.sign_in import SignInFlow
from .fixes.take_over import TakeOverFlow
from .fixes.update import UpdateIntegrationFlow
from .picture.account import TokenStatus
from .registry.issues import UPDATE_INTEGRATION
from .registry.needs import AUTOMATIC_REFRESH_OFF, NO_DEVICES
from .registry.succession import LEFT_BEHIND

# By what the issue says; the others are about another gateway.
_FLOWS: dict[str | None, type[RepairsFlow]] = {
    AUTOMATIC_REFRESH_OFF: AutomaticRefreshFlow,
    LEFT_BEHIND: LeftBehindFlow,
    NO_DEVICES: NoDevicesFlow,
    TokenStatus.SIGN_IN_NEEDED: SignInFlow,
    UPDATE_INTEGRATION: UpdateIntegrationFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Start a repair."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    return _FLOWS.get(issue.translation_key if issue else None, TakeOverFlow)()
