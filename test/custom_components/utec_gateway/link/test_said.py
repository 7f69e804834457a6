"""What the gateway says, in Home Assistant's language."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_load_integrations

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.link.said import worded

from ..gateway import FakeGateway
from .conftest import Act

ENGLISH = "Home is not signed in: sign in on the gateway's page."
GERMAN = "Home ist nicht angemeldet: Melde dich auf der Seite des Gateways an."
SIGNED_OUT = {"key": "account_signed_out", "params": {"name": "Home"}}


@pytest.fixture
async def german(hass: HomeAssistant) -> HomeAssistant:
    """Home Assistant in German."""
    hass.config.language = "de"
    await async_load_integrations(hass, {DOMAIN})
    return hass


def told(hass: HomeAssistant, said: object) -> str:
    """What becomes of a sentence of the gateway."""
    words: str = worded(hass, {"error": {"code": "x", "message": ENGLISH, "said": said}})["error"]["message"]
    return words


async def test_a_sentence_has_one_language(german: HomeAssistant) -> None:
    assert told(german, SIGNED_OUT) == GERMAN


async def test_in_english_the_gateway_s_words_stay(hass: HomeAssistant) -> None:
    sent = {"error": {"message": ENGLISH, "said": SIGNED_OUT}}
    assert worded(hass, sent) is sent


async def test_a_part_that_is_a_sentence_is_put_into_the_language_too(german: HomeAssistant) -> None:
    gone = {"key": "account_gone", "params": {}}
    text = told(german, {"key": "account_left_as_was", "params": {"sentence": gone, "name": "Home"}})
    assert text == "Dieses Konto gibt es nicht: Vielleicht wurde es entfernt. Home bleibt, wie es war."


async def test_a_sentence_behind_another_has_its_space(german: HomeAssistant) -> None:
    part = {"key": "part_meanwhile_later", "params": {}}
    text = told(german, {"key": "refresh_failed", "params": {"what": "A", "outlook": "B.", "meanwhile": part}})
    assert text == "A; B. Wenn das jetzige Token endet, springt das eingegebene ein."


@pytest.mark.parametrize(
    "said",
    [
        None,
        "account_gone",
        {"key": "of_a_later_gateway", "params": {}},
        {"key": "account_signed_out"},
        {"key": "account_signed_out", "params": {}},
        {"key": "account_signed_out", "params": {"name": {"key": "of_a_later_gateway", "params": {}}}},
        {"key": 7, "params": {"name": "Home"}},
    ],
)
async def test_what_has_no_words_here_stays_as_the_gateway_says_it(german: HomeAssistant, said: object) -> None:
    assert told(german, said) == ENGLISH


async def test_sentences_are_found_however_deep_and_devices_are_left_alone(german: HomeAssistant) -> None:
    sentence = {"message": ENGLISH, "said": SIGNED_OUT}
    devices: list[Any] = [{"id": "d", "error": sentence}]
    sent = {"set": {"devices": devices, "accounts": [{"id": "a", "recent": [{"kind": "failed", **sentence}]}]}}
    changed = worded(german, sent)
    assert changed["set"]["accounts"][0]["recent"][0] == {"kind": "failed", "message": GERMAN, "said": SIGNED_OUT}
    assert changed["set"]["devices"] is devices
    assert sent["set"]["accounts"][0]["recent"][0]["message"] == ENGLISH


async def test_a_refused_action_is_told_to_each_reader_in_their_language(
    german: HomeAssistant, connected: FakeGateway, act: Act
) -> None:
    call = act("lock", "unlock", "lock.front_door")
    command = await connected.event()
    await connected.fail(command, code="bad_request", message=ENGLISH, said=SIGNED_OUT)
    with pytest.raises(HomeAssistantError) as refused:
        await call
    assert refused.value.translation_key == "said_account_signed_out"
    assert refused.value.translation_placeholders == {"name": "Home"}
    # The log of Home Assistant is English.
    assert str(refused.value) == ENGLISH.removesuffix(".")
