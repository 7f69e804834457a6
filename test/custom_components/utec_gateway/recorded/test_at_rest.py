"""At rest nothing is written: not a row by the recorder, and with 500 locks one state for one change."""

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from sqlalchemy import func, select

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import Events, States
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from ..conftest import Dial
from ..gateway import FakeGateway, Message, fixture, fixtures
from ..house import settle, wait

LOCKS = 500
FIRST = fixture("snapshot", 0)
FRONT_OBJECT = FIRST["devices"][0]
DEVICES = [it for part in fixtures("snapshot") for it in part["devices"]]


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """The recorder is there before Home Assistant is."""


async def rows(hass: HomeAssistant) -> dict[str, int]:
    """How much has been written."""
    await async_wait_recording_done(hass)

    def count() -> dict[str, int]:
        with session_scope(hass=hass, read_only=True) as session:
            return {
                it.__tablename__: session.execute(select(func.count()).select_from(it)).scalar_one()
                for it in (States, Events)
            }

    return await get_instance(hass).async_add_executor_job(count)


def later(seconds: int) -> Message:
    """What the gateway says every 5 minutes while nothing happens: how old all is, and that its cloud answers."""
    devices = []
    for device in DEVICES:
        said_at = {value: at + seconds * 1000 for value, at in device["said_at"].items()}
        # Nothing confirms what is offline.
        confirmed_at = device["confirmed_at"]
        if device["online"] and confirmed_at:
            confirmed_at += seconds * 1000
        devices.append({**device, "said_at": said_at, "confirmed_at": confirmed_at})
    clouds = {
        key: {**it, "last_success_at": it["last_success_at"] and it["last_success_at"] + seconds * 1000}
        for key, it in FIRST["gateway"]["clouds"].items()
    }
    return {"gateway": {**FIRST["gateway"], "clouds": clouds}, "devices": devices}


async def test_ten_quiet_minutes_are_no_row(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, connected: FakeGateway
) -> None:
    before = await rows(hass)
    assert before["states"] > 0
    changes = async_capture_events(hass, "state_changed")
    for second in range(15, 601, 15):
        await wait(hass, freezer, 15)
        await connected.call(fixture("alive"))
        if second % 300 == 0:
            message = {**fixture("updates", 0), "seq": second // 300, "set": later(second), "removed": {}}
            await connected.call(message)
    assert changes == []
    assert await rows(hass) == before
    # That a change is seen.
    await connected.change_device(3, FRONT_OBJECT, lock_state="unlocked")
    await settle()
    now = await rows(hass)
    assert now == {**before, "states": before["states"] + 1}


@pytest.mark.timeout(60)
async def test_of_500_locks_one_that_changes_is_one_state_and_no_entity_of_another_is_even_looked_at(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, dial: Dial
) -> None:
    gateway = await dial()
    await gateway.listen()
    locks = [{**FRONT_OBJECT, "id": f"lock-{it}", "name": f"Lock {it}"} for it in range(LOCKS)]
    await gateway.call({**FIRST, "parts": 1, "devices": locks})
    await hass.async_block_till_done()
    before = await rows(hass)
    states = [it for it in hass.states.async_all() if it.entity_id.startswith("lock.")]
    assert len(states) == LOCKS

    def reported() -> dict[str, datetime]:
        return {it.entity_id: it.last_reported for it in hass.states.async_all()}

    was = reported()
    await wait(hass, freezer, 1)
    changes = async_capture_events(hass, "state_changed")
    await gateway.change_device(1, locks[250], lock_state="unlocked")
    assert [it.data["entity_id"] for it in changes] == ["lock.lock_250"]
    others = [key for key, at in reported().items() if at != was[key] and ".lock_250" not in key]
    assert others == []
    assert await rows(hass) == {**before, "states": before["states"] + 1}
