"""The logbook: what happened to a lock in words, by whom and from where.

Home Assistant writes the lines of integrations in its own language, not in that of the person who reads them.
"""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import LOGBOOK_ENTRY_ENTITY_ID, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util.event_type import EventType

from .const import DOMAIN
from .link.commands import TRANSLATED_CODES
from .lock_activity import ATTR_EVENT_TYPE, EVENT_LOCK_ACTIVITY
from .picture.lock_event import COMMAND_FAILED

type Described = dict[str, Any]
type Describe = Callable[[Event[dict[str, Any]]], Described]

# By the ways of a command; another one of a later gateway is not named.
WAYS = frozenset({"api", "home_assistant", "page", "uteclocal"})


class _Words:
    """The integration's texts in Home Assistant's language."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    def common(self, key: str, **placeholders: str) -> str:
        """Find a sentence, or a part of one. A later gateway's command has none: its error stands alone."""
        text = self._find("common", key)
        return text.format(**placeholders) if text else placeholders.get("error", "")

    def error(self, code: str, message: str, name: str) -> str:
        """Find the words for an error; without any it is told as the gateway says it."""
        text = self._find("exceptions", f"{code}.message") if code in TRANSLATED_CODES else None
        return text.format(code=code, message=message, name=name) if text else message

    def _find(self, category: str, key: str) -> str | None:
        texts = async_get_cached_translations(self._hass, self._hass.config.language, category, DOMAIN)
        return texts.get(f"component.{DOMAIN}.{category}.{key}")


def _who(words: _Words, data: dict[str, Any]) -> str:
    asker = data.get("asker") or words.common("log_someone")
    if data["automation"]:
        return words.common("log_who_automation", asker=asker)
    if data["way"] in WAYS:
        return words.common(f"log_who_{data['way']}", asker=asker)
    return str(asker)


def _message(words: _Words, data: dict[str, Any], name: str) -> str:
    event = data[ATTR_EVENT_TYPE]
    if "command" not in data:
        return words.common(f"log_{event.removesuffix('_by_hand')}_seen")
    if event != COMMAND_FAILED:
        return words.common(f"log_{event}_by", who=_who(words, data))
    error = words.error(data.get("code", ""), data.get("message") or data["outcome"], name)
    return words.common(f"log_{data['command']}_failed", who=_who(words, data), error=error)


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, EventType[dict[str, Any]], Describe], None],
) -> None:
    """Describe what happens to locks."""
    words = _Words(hass)

    @callback
    def describe(event: Event[dict[str, Any]]) -> Described:
        data = event.data
        device = dr.async_get(hass).async_get(data[ATTR_DEVICE_ID])
        name = (device.name_by_user or device.name or "") if device else ""
        return {
            LOGBOOK_ENTRY_NAME: name,
            LOGBOOK_ENTRY_MESSAGE: _message(words, data, name),
            LOGBOOK_ENTRY_ENTITY_ID: data[ATTR_ENTITY_ID],
        }

    async_describe_event(DOMAIN, EVENT_LOCK_ACTIVITY, describe)
