"""The gateway's sentences in Home Assistant's language: it tells them in English, and what they are made of beside."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from ..const import DOMAIN

_KEYS = f"component.{DOMAIN}.exceptions.said_"
# They say nothing, and there may be hundreds.
_SILENT = "devices"


@callback
def worded(hass: HomeAssistant, sent: dict[str, Any]) -> dict[str, Any]:
    """Put what the gateway has sent into Home Assistant's language; a sentence of a later gateway stays English."""
    language = hass.config.language
    if language == "en":
        return sent
    texts = async_get_cached_translations(hass, language, "exceptions", DOMAIN)
    return {name: _worded(texts, value) for name, value in sent.items()}


def _worded(texts: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, list):
        return [_worded(texts, it) for it in value]
    if not isinstance(value, dict):
        return value
    sentence = _sentence(texts, value["said"]) if "message" in value and "said" in value else None
    words = {} if sentence is None else {"message": sentence}
    return {name: it if name == _SILENT else _worded(texts, it) for name, it in value.items()} | words


def _sentence(texts: Mapping[str, str], said: object) -> str | None:
    """Say a sentence; None where it, or a part of it, has no words here."""
    match said:
        case {"key": str(key), "params": dict(params)} if f"{_KEYS}{key}.message" in texts:
            values = {name: _sentence(texts, it) if isinstance(it, dict) else str(it) for name, it in params.items()}
            if None in values.values():
                return None
            try:
                return texts[f"{_KEYS}{key}.message"].format(**values)
            except LookupError:
                return None
        case _:
            return None
