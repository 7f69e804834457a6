"""What is asked, and what is answered, is the contract of both halves."""

from typing import Any

from homeassistant.auth.models import User

from ..gateway import FakeGateway, as_in_contract, fixture, fixtures
from .conftest import HOME_ENTITY, Run, error_of


async def test_a_link_is_asked_for_and_each_kind_of_link_is_taken(connected: FakeGateway, run: Run, ada: User) -> None:
    links: list[Any] = []
    for it in fixtures("result-sign-in-link-data"):
        call = run("get_sign_in_link", ada, account=HOME_ENTITY)
        command = await connected.event()
        assert as_in_contract(command, "command-sign-in-link")
        await connected.call({**it, "command_id": command["id"]})
        links.append(await call)
    assert [(it["user_code"], it["page"]) for it in links] == [
        (None, "/app/a1b2c3d4_utec_gateway"),
        (None, "http://192.0.2.7:8099/"),
        ("BCDF-GHJK", "/app/a1b2c3d4_utec_gateway"),
    ]
    assert [it["url"] for it in links] == [it["data"]["url"] for it in fixtures("result-sign-in-link-data")]


async def test_an_account_that_signs_in_by_itself_has_none(connected: FakeGateway, run: Run) -> None:
    call = run("get_sign_in_link", account=HOME_ENTITY)
    command = await connected.event()
    await connected.call({**fixture("result-no-sign-in-link"), "command_id": command["id"]})
    assert "so there is no link for it" in await error_of(call)


async def test_the_history_of_a_token_is_asked_for_and_taken(connected: FakeGateway, run: Run, ada: User) -> None:
    call = run("get_token_history", ada, account=HOME_ENTITY, limit=2)
    command = await connected.event()
    assert as_in_contract(command, "command-token-history")
    await connected.call({**fixture("result-token-history-data"), "command_id": command["id"]})
    response: Any = await call
    assert [(it["kind"], it["generation"], it["code"]) for it in response["events"]] == [
        ("recovered", 4, None),
        ("retried", 3, "timeout"),
    ]


async def test_the_activity_of_a_door_is_taken(connected: FakeGateway, run: Run) -> None:
    call = run("get_activity", entity_id="lock.front_door", limit=2)
    command = await connected.event()
    assert command["target"] == fixture("command-activity")["target"]
    assert command["args"].keys() <= fixture("command-activity")["args"].keys()
    await connected.call({**fixture("result-activity-data"), "command_id": command["id"]})
    response: Any = await call
    shown = response["lock.front_door"]["entries"]
    assert [(it["value"], it["to"], it["cause"], it["by"]) for it in shown] == [
        ("door_state", "open", "poll", None),
        ("lock_state", "unlocked", "command", "Ada"),
    ]
