"""All actions. They are registered with the integration: without a loaded entry they say that there is none."""

from homeassistant.core import HomeAssistant, callback

from .action import async_register
from .activity import GET_ACTIVITY
from .lock_mode import SET_LOCK_MODE
from .refresh_token import REFRESH_TOKEN
from .sign_in_link import GET_SIGN_IN_LINK
from .token_history import GET_TOKEN_HISTORY

ACTIONS = (REFRESH_TOKEN, GET_SIGN_IN_LINK, SET_LOCK_MODE, GET_ACTIVITY, GET_TOKEN_HISTORY)


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register all actions."""
    for action in ACTIONS:
        async_register(hass, action)
