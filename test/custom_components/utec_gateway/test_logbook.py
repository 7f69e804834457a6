"""The logbook says in words who moved a lock and from where, in Home Assistant's language."""

from collections.abc import Callable
from typing import Any

import pytest

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_load_integrations
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.lock_activity import EVENT_LOCK_ACTIVITY
from custom_components.utec_gateway.logbook import WAYS, async_describe_events

from .gateway import FRONT, FakeGateway, Message
from .link.test_activity import REFUSED, UNLOCKED_BY_HAND, update
from .link.test_lock_activity import by, failed
from .test_translations import read

AUTOMATION = {"kind": "home_assistant", "name": "Night", "automation": True, "user_id": None}
NOBODY = {"kind": "uteclocal", "name": None, "automation": False, "user_id": None}
OFFLINE = {"code": "device_offline", "message": "It is offline."}
STRANGE = {"code": "haunted", "message": "A ghost holds it."}


def describer(hass: HomeAssistant) -> Callable[[Event[dict[str, Any]]], dict[str, Any]]:
    """What the logbook is taught."""
    taught: list[tuple[Any, ...]] = []
    async_describe_events(hass, lambda *lesson: taught.append(lesson))
    (domain, event_type, describe), *others = taught
    assert (domain, event_type, others) == (DOMAIN, EVENT_LOCK_ACTIVITY, [])
    said: Callable[[Event[dict[str, Any]]], dict[str, Any]] = describe
    return said


async def line(hass: HomeAssistant, gateway: FakeGateway, happened: Message) -> dict[str, Any]:
    """What the logbook makes of something that happened."""
    events: list[Event[dict[str, Any]]] = async_capture_events(hass, EVENT_LOCK_ACTIVITY)
    await gateway.call(update(1, happened))
    return describer(hass)(events[0])


ENGLISH = [
    (by("page"), "was unlocked by Ada on the gateway's page"),
    (by("api"), "was unlocked by Ada through the gateway's API"),
    (by("carrier_pigeon"), "was unlocked by Ada"),
    (by("uteclocal", origin=NOBODY), "was unlocked by someone through the port for uteclocal"),
    ({**by("page"), "to": "locked"}, "was locked by Ada on the gateway's page"),
    (UNLOCKED_BY_HAND, "was unlocked at the door or in the Xthings Home app"),
    ({**UNLOCKED_BY_HAND, "to": "locked"}, "was locked at the door, by auto-lock or in the Xthings Home app"),
    ({**UNLOCKED_BY_HAND, "to": "jammed"}, "jammed without a command of the gateway"),
    ({**by("home_assistant"), "to": "jammed"}, "jammed after a command by Ada from Home Assistant"),
    (
        REFUSED,
        "did not follow the command by Ada on the gateway's page to unlock: "
        "The U-tec cloud refused the command for Front door: The cloud refuses it.",
    ),
    (
        failed(name="lock", outcome="offline", origin=AUTOMATION, error=OFFLINE),
        "did not follow the command by the automation Night to lock: Front door is offline. "
        "Check its batteries or power supply, and its Wi-Fi connection.",
    ),
    (
        failed(name="set_mode", error=STRANGE),
        "did not follow the command by Ada on the gateway's page to change its mode: A ghost holds it.",
    ),
    (failed(error=None), "did not follow the command by Ada on the gateway's page to unlock: refused"),
    (failed(name="beep", error=STRANGE), "A ghost holds it."),
    # A key of ours that is no code of the gateway's, with placeholders that nobody fills in.
    (
        failed(error={"code": "account_needed", "message": "It wants {an account}."}),
        "did not follow the command by Ada on the gateway's page to unlock: It wants {an account}.",
    ),
]


@pytest.mark.parametrize(("happened", "message"), ENGLISH)
async def test_each_line_says_who_from_where_and_why(
    hass: HomeAssistant, connected: FakeGateway, happened: Message, message: str
) -> None:
    assert await line(hass, connected, happened) == {
        "name": "Front door",
        "message": message,
        "entity_id": "lock.front_door",
    }


async def test_it_is_said_in_home_assistants_language(hass: HomeAssistant, connected: FakeGateway) -> None:
    hass.config.language = "de"
    await async_load_integrations(hass, {DOMAIN})
    said = await line(hass, connected, by("page"))
    assert said["message"] == "wurde von Ada auf der Seite des Gateways entriegelt"


async def test_the_name_that_somebody_gave_the_lock_is_used(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, FRONT), loaded.entry_id)
    assert device is not None
    device_registry.async_update_device(device.id, name_by_user="Our door")
    assert (await line(hass, connected, UNLOCKED_BY_HAND))["name"] == "Our door"


async def test_a_line_about_a_lock_that_is_gone_stays_readable(hass: HomeAssistant, connected: FakeGateway) -> None:
    events: list[Event[dict[str, Any]]] = async_capture_events(hass, EVENT_LOCK_ACTIVITY)
    await connected.call(update(1, UNLOCKED_BY_HAND))
    await connected.call({**update(2), "removed": {"devices": [FRONT]}})
    said = describer(hass)(events[0])
    assert (said["name"], said["message"]) == ("", "was unlocked at the door or in the Xthings Home app")


def test_every_way_of_a_command_has_words() -> None:
    words = set(read("translations/en.json")["common"])
    assert {f"log_who_{way}" for way in WAYS} | {"log_who_automation"} == {it for it in words if "_who_" in it}
    for action in ("locked", "unlocked", "jammed"):
        assert {f"log_{action}_by", f"log_{action}_seen"} <= words
    for command in ("lock", "unlock", "set_mode"):
        assert f"log_{command}_failed" in words
