"""The examples of DOCS.md do what is said there: each is run as it stands."""

import re
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import async_mock_service

from ..gateway import BACK, CABIN, FRONT, HOME, TESTS, FakeGateway, Message
from ..house import settle
from .conftest import ACCOUNT_OBJECTS, answer
from .test_accounts import device_of
from .test_activity import BY_HAND, REFUSED

SECTION = (TESTS.parent / "DOCS.md").read_text().partition("\n## Actions\n")[2].partition("\n## ")[0]
EXAMPLES: dict[str, Any] = {
    example["alias"]: example
    for it in re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
    if isinstance(example := parse_yaml(it), dict)
}

LINK = {"url": "https://cloud.example/authorize", "user_code": "WDJB-MJHT", "page": "a0d7b954_utec_gateway"}
REFRESHED = {"at": 1_796_000_000_000, "kind": "refreshed", "generation": 8, "message": "Refreshed."}
# What the gateway answers.
ANSWERS: dict[str, Message] = {
    "sign_in_link": LINK,
    "activity": {"entries": [REFUSED, {**BY_HAND, "to": "locked"}, BY_HAND]},
    "token_history": {"events": [REFRESHED]},
}

# By the name of the automation: how often the gateway is asked what, and what is told in a notification.
PROMISED: dict[str, tuple[list[tuple[str, Message]], Message | None]] = {
    "Send the sign-in link": (
        [("sign_in_link", {"account_id": HOME})],
        {
            "title": "Sign in to the U-tec account",
            "message": "https://cloud.example/authorize WDJB-MJHT",
            "data": {"url": "/app/a0d7b954_utec_gateway", "clickAction": "/app/a0d7b954_utec_gateway"},
        },
    ),
    "Open for the day": ([("set_mode", {"device_id": BACK}), ("set_mode", {"device_id": FRONT})], None),
    "Who used the front door": (
        [("activity", {"device_id": FRONT})],
        {"title": "Front door", "message": "16:53 locked by hand or code 16:53 unlocked by hand or code"},
    ),
    "Refresh when the internet is back": (
        [
            ("refresh", {"account_id": HOME}),
            ("refresh", {"account_id": CABIN}),
            ("token_history", {"account_id": HOME}),
        ],
        {"message": "Refreshed."},
    ),
}


def test_every_example_is_run_here() -> None:
    assert set(EXAMPLES) == set(PROMISED)


@pytest.mark.parametrize("alias", list(PROMISED))
async def test_the_example_does_what_is_said(hass: HomeAssistant, connected: FakeGateway, alias: str) -> None:
    area = ar.async_get(hass).async_create("Shop")
    for it in (FRONT, BACK):
        dr.async_get(hass).async_update_device(device_of(hass, it), area_id=area.id)
    told = async_mock_service(hass, "notify", "notify")
    assert await async_setup_component(hass, "automation", {"automation": EXAMPLES[alias]})
    automation = {"entity_id": f"automation.{slugify(alias)}"}
    await hass.services.async_call("automation", "trigger", automation)
    questions, notification = PROMISED[alias]
    asked: list[Message] = []
    for _ in questions:
        command = await connected.event()
        assert command["context"]["automation"] == alias
        asked.append(command)
        await answer(connected, command, ANSWERS.get(command["name"], {}))
        await settle()
    assert sorted(((it["name"], it["target"]) for it in asked), key=str) == sorted(questions, key=str)
    assert await connected.events() == []
    shown = [{**it.data, "message": " ".join(it.data["message"].split())} for it in told]
    assert shown == ([] if notification is None else [notification])
    # It waits for its time no longer.
    await hass.services.async_call("automation", "turn_off", automation, blocking=True)


async def test_the_sign_in_link_is_sent_when_the_account_has_to_be_signed_in(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    async_mock_service(hass, "notify", "notify")
    assert await async_setup_component(hass, "automation", {"automation": EXAMPLES["Send the sign-in link"]})
    await connected.change_account(1, ACCOUNT_OBJECTS["Home"], status="sign_in_needed")
    command = await connected.event()
    assert command["name"] == "sign_in_link"
    await answer(connected, command, LINK)
