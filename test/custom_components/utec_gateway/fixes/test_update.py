"""Versions that do not fit: the repair names the half, and restarts Home Assistant where only that is missing."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

import pytest

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.fixes import update

from ..gateway import INTEGRATION_VERSION, FakeGateway, fixture
from .repair import answered, opened

type Install = Callable[..., None]

ISSUE = "protocol"
SLUG = "a1b2c3d4_utec_gateway"


async def refused(gateway: FakeGateway, page: str | None = SLUG, **protocol: int) -> None:
    """Say hello as a gateway that speaks other versions of the protocol."""
    hello = {**fixture("hello-newer"), "page": page}
    if protocol:
        hello["protocol"] = protocol
    assert await gateway.refused(hello) == "unsupported_protocol"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Write the manifest on the disk; before that there is none."""
    manifest = tmp_path / "manifest.json"
    monkeypatch.setattr(update, "MANIFEST", manifest)

    def write(text: str = json.dumps({"version": "9.9.9"})) -> None:
        manifest.write_text(text)

    return write


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (SLUG, f"homeassistant://config/app/{SLUG}"),
        ("http://nas.example:8099/", "http://nas.example:8099/"),
        (None, None),
    ],
)
async def test_a_gateway_that_is_too_old_is_updated_where_the_repair_leads(
    gateway: FakeGateway, issue_registry: ir.IssueRegistry, page: str | None, url: str | None
) -> None:
    await refused(gateway, page, min=0, max=0)
    issue = issue_registry.async_get_issue(DOMAIN, ISSUE)
    assert issue is not None
    assert (issue.translation_key, issue.is_fixable, issue.learn_more_url) == ("update_gateway", False, url)


@pytest.mark.parametrize(
    ("page", "reason", "link"),
    [
        (SLUG, "update_first", f"/app/{SLUG}"),
        ("http://nas.example:8099/", "update_first", "http://nas.example:8099/"),
        (None, "update_first_elsewhere", ""),
    ],
)
async def test_an_integration_that_is_too_old_is_updated_first(
    hass: HomeAssistant, gateway: FakeGateway, page: str | None, reason: str, link: str
) -> None:
    await refused(gateway, page)
    step = await opened(hass, ISSUE)
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, reason)
    assert step["description_placeholders"] == {"page": link}


@pytest.mark.parametrize("broken", [None, "", "[]", "{}", '{"version": 7}', "\x00"])
async def test_a_manifest_that_cannot_be_read_is_no_update(
    hass: HomeAssistant, gateway: FakeGateway, install: Install, broken: str | None
) -> None:
    if broken is not None:
        install(broken)
    await refused(gateway)
    assert (await opened(hass, ISSUE))["reason"] == "update_first"


async def test_an_update_that_waits_for_a_restart_gets_one_and_the_repair_stays_until_the_gateway_connects(
    hass: HomeAssistant, gateway: FakeGateway, install: Install, issue_registry: ir.IssueRegistry
) -> None:
    install()
    await refused(gateway)
    issue = issue_registry.async_get_issue(DOMAIN, ISSUE)
    assert issue is not None
    assert issue.translation_placeholders == {"gateway_version": "9.0.0", "integration_version": INTEGRATION_VERSION}
    form = await opened(hass, ISSUE)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "restart")
    assert form["description_placeholders"] == {"installed": "9.9.9"}
    restarts = async_mock_service(hass, "homeassistant", "restart")
    assert (await answered(hass, form))["reason"] == "restarting"
    assert len(restarts) == 1
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None
    await gateway.listen()
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_a_restart_that_home_assistant_refuses_is_said(
    hass: HomeAssistant, gateway: FakeGateway, install: Install
) -> None:
    async def refuse(call: ServiceCall) -> Any:
        raise HomeAssistantError("The configuration is not valid.")

    install()
    hass.services.async_register("homeassistant", "restart", refuse)
    await refused(gateway)
    step = await answered(hass, await opened(hass, ISSUE))
    assert (step["reason"], step["description_placeholders"]) == (
        "restart_refused",
        {"message": "The configuration is not valid."},
    )
