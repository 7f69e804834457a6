"""The gateway's sentences in Home Assistant's language: it tells them in English, and what they are made of beside."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from ..const import DOMAIN

type Phrase = tuple[str, dict[str, str]]
"""The key of an exception's translation, and its placeholders."""

_KEYS = f"component.{DOMAIN}.exceptions."
# Parts that stand behind a space, where they stand at all: a translation may not begin with one.
_SPACED = tuple(f"said_part_{it}_" for it in ("after", "meanwhile", "through", "words"))
# They say nothing, and there may be hundreds.
_SILENT = "devices"


@callback
def worded(hass: HomeAssistant, sent: dict[str, Any]) -> dict[str, Any]:
    """Put what the gateway has sent into Home Assistant's language; a sentence of a later gateway stays English."""
    if hass.config.language == "en":
        return sent
    texts = _texts(hass)
    return {name: _worded(texts, value) for name, value in sent.items()}


@callback
def phrase_of(hass: HomeAssistant, said: object) -> Phrase | None:
    """Find a sentence's own translation: each reader of an error gets it in their language, and the log in English."""
    return _phrase(_texts(hass), said)


def _texts(hass: HomeAssistant) -> Mapping[str, str]:
    return async_get_cached_translations(hass, hass.config.language, "exceptions", DOMAIN)


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
    if (phrase := _phrase(texts, said)) is None:
        return None
    key, placeholders = phrase
    space = " " if key.startswith(_SPACED) else ""
    return space + texts[f"{_KEYS}{key}.message"].format(**placeholders)


def _phrase(texts: Mapping[str, str], said: object) -> Phrase | None:
    match said:
        case {"key": str(name), "params": dict(params)} if text := texts.get(f"{_KEYS}said_{name}.message"):
            values = {name: _sentence(texts, it) if isinstance(it, dict) else str(it) for name, it in params.items()}
            placeholders = {name: it for name, it in values.items() if it is not None}
            try:
                text.format(**placeholders)
            except LookupError:
                return None
            return f"said_{name}", placeholders
        case _:
            return None
