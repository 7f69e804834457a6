"""The triggers that wait for news of tokens. They outlast the config entry, which may be reloaded under them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..picture.account import Account

type Told = Callable[[Account], None]


@dataclass(frozen=True)
class Listeners:
    """Who is told what."""

    problems: list[Told] = field(default_factory=list)
    # By how near the end of a token comes, in seconds.
    ends: defaultdict[int, list[Told]] = field(default_factory=lambda: defaultdict(list))


_LISTENERS: HassKey[Listeners] = HassKey(f"{DOMAIN}_token_listeners")


@callback
def listeners_of(hass: HomeAssistant) -> Listeners:
    """Find all of them."""
    return hass.data.setdefault(_LISTENERS, Listeners())


@callback
def async_listen_problem(hass: HomeAssistant, told: Told) -> CALLBACK_TYPE:
    """Call back with an account when a problem of its token begins; returns a function that ends this."""
    return _listen(listeners_of(hass).problems, told)


@callback
def async_listen_end(hass: HomeAssistant, within_s: int, told: Told) -> CALLBACK_TYPE:
    """Call back with an account when its token ends within so many seconds; returns a function that ends this."""
    return _listen(listeners_of(hass).ends[within_s], told)


def _listen(listeners: list[Told], told: Told) -> CALLBACK_TYPE:
    listeners.append(told)
    return lambda: listeners.remove(told)
