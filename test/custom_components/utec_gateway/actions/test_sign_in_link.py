"""The link with which a person signs an account in."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.registry.page import page_link

from ..gateway import HOME, FakeGateway, fixture
from .conftest import HOME_ENTITY, Run, answer, error_of

URL = "https://oauth.cloud.example/authorize?state=" + "s" * 300


async def test_the_link_comes_as_it_is_with_the_code_the_time_and_the_page(connected: FakeGateway, run: Run) -> None:
    call = run("get_sign_in_link", account=HOME_ENTITY)
    command = await connected.event()
    assert (command["name"], command["target"], command["args"]) == ("sign_in_link", {"account_id": HOME}, {})
    assert command["timeout_ms"] == 40_000
    data = {
        "url": URL,
        "user_code": "WDJB-MJHT",
        "expires_at": 1_796_000_000_000,
        "page": "a0d7b954_utec_gateway",
        "device_code": "secret",
    }
    await answer(connected, command, data)
    assert await call == {
        "url": URL,
        "user_code": "WDJB-MJHT",
        "expires_at": "2026-11-30T00:53:20+00:00",
        "page": "/app/a0d7b954_utec_gateway",
    }


@pytest.mark.parametrize("data", [{"url": URL}, {"url": URL, "user_code": None, "expires_at": None, "page": None}])
async def test_what_the_cloud_does_not_say_is_null_and_the_page_is_that_of_the_hello(
    connected: FakeGateway, run: Run, data: dict[str, Any]
) -> None:
    call = run("get_sign_in_link", account=HOME_ENTITY)
    await answer(connected, await connected.event(), data)
    page = page_link(fixture("hello")["page"])
    assert page is not None
    assert await call == {"url": URL, "user_code": None, "expires_at": None, "page": page}


async def test_an_account_that_signs_in_by_itself_has_no_link_and_the_error_says_what_helps(
    connected: FakeGateway, run: Run
) -> None:
    call = run("get_sign_in_link", account=HOME_ENTITY)
    await connected.fail(await connected.event(), code="no_sign_in_link")
    assert await error_of(call) == (
        "Home signs in by itself, so there is no link for it. "
        "If it cannot sign in, correct its password, client secret or token "
        "on the gateway's page or in the app's configuration."
    )


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("utec_gateway", "/app/utec_gateway"),
        ("http://gateway.local:8099/", "http://gateway.local:8099/"),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_the_page_is_a_path_of_home_assistant_or_a_url(page: str | None, link: str | None) -> None:
    assert page_link(page) == link


async def test_a_page_that_nobody_knows_is_null(
    hass: HomeAssistant, connected: FakeGateway, run: Run, loaded: MockConfigEntry
) -> None:
    loaded.runtime_data.hello = None
    call = run("get_sign_in_link", account=HOME_ENTITY)
    await answer(connected, await connected.event(), {"url": URL})
    assert (await call or {})["page"] is None
