"""A day with outages, restarts and old states writes neither registry, and core has nothing to complain about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from ..conftest import Dial
from ..gateway import BACK, FakeGateway, fixture, fixtures
from ..house import entity, settle, state_of

type Message = dict[str, Any]

LOCK, LIGHT, PLUG = "lock.front_door", "light.hall_lamp", "switch.lamp_plug"
DEVICES = [it for part in fixtures("snapshot") for it in part["devices"]]
ACCOUNTS = fixture("snapshot", 0)["accounts"]

# What an outage, a restart of the gateway or an older gateway may leave out of a device.
LOST = {
    "offline": {"online": False, "available": False, "trouble": "offline"},
    "old": {"freshness": "stale", "trouble": "cloud_unreachable"},
    "too old": {"freshness": "expired", "available": False, "trouble": "cloud_unreachable"},
    "not signed in": {"freshness": "expired", "available": False, "trouble": "sign_in_needed"},
    "not listed": {"trouble": "missing", "missing_since_at": 1795251600000},
    "never reported": {
        "freshness": "unknown",
        "confirmed_at": None,
        "said_at": {},
        **dict.fromkeys(("lock_state", "lock_mode", "door_state", "battery_percent", "battery_level")),
        **dict.fromkeys(("switch_state", "level", "color", "color_temperature")),
    },
    "of unknown make": dict.fromkeys(
        ("manufacturer", "model", "firmware", "serial", "level_range", "color_temperature_range")
    ),
    "well": {},
}


@pytest.fixture
def written(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, int]]:
    """Count what is written into the registries, and what is announced of it."""
    saved = {"entities": 0, "devices": 0}
    for name, registry in (("entities", er.async_get(hass)), ("devices", dr.async_get(hass))):

        def save(name: str = name) -> None:
            saved[name] += 1

        monkeypatch.setattr(registry, "async_schedule_save", save)
    announced = [async_capture_events(hass, it) for it in ("entity_registry_updated", "device_registry_updated")]

    def count() -> dict[str, int]:
        return {**saved, "announced": sum(map(len, announced))}

    return count


async def picture(gateway: FakeGateway, devices: list[Message], *, known: bool = True, page: bool = True) -> None:
    """Connect with a picture of its own."""
    await gateway.call({**fixture("hello"), **({} if page else {"page": None})})
    await gateway.call(fixture("listen"))
    while (event := await gateway.event())["type"] != "session":
        pass
    gateway.session = event["session"]
    part = fixture("snapshot", 0)
    clouds = {
        it["id"]: {"online": None, "error": None, "last_success_at": None, "devices_known": known} for it in ACCOUNTS
    }
    about = {**part["gateway"], "clouds": clouds}
    await gateway.call({**part, "parts": 1, "gateway": about, "devices": devices})


async def test_a_day_of_outages_restarts_and_old_states_writes_no_registry(
    everything_on: None,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    connected: FakeGateway,
    dial_in: Dial,
    loaded: MockConfigEntry,
    written: Callable[[], dict[str, int]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert {state_of(hass, it) for it in (LIGHT, PLUG)} == {"on"}
    gateway, seq = connected, 0

    async def pass_by(minutes: float) -> None:
        freezer.tick(timedelta(minutes=minutes))
        async_fire_time_changed(hass)
        await settle()

    for hour in range(24):
        for lost in LOST.values():
            seq += 1
            changed = {"devices": [{**it, **lost} for it in DEVICES if it["id"] != BACK]}
            await gateway.call({**fixture("updates", 0), "seq": seq, "set": changed})
        await pass_by(0.5)
        # The gateway stops with or without a goodbye, Home Assistant loads the integration anew, or nothing happens.
        match hour % 4:
            case 0:
                await gateway.close()
            case 1:
                await gateway.call(fixture("goodbye"))
            case 2:
                await hass.config_entries.async_reload(loaded.entry_id)
        await pass_by(50)
        lost = list(LOST.values())[hour % len(LOST)]
        gateway = await dial_in()
        if hour % 3 == 0:
            await picture(gateway, [], known=False, page=False)
        await picture(gateway, [{**it, **lost} for it in DEVICES], known=False)
        await pass_by(0.5)
        gateway = await dial_in()
        await gateway.connect()
        seq = 0
        assert written() == {"entities": 0, "devices": 0, "announced": 0}, f"in hour {hour}"
        await gateway.call(fixture("alive"))
    assert state_of(hass, LOCK) == "locked"
    assert entity(hass, LIGHT).attributes["supported_color_modes"] == ["color_temp", "rgb"]
    assert "capabilities too often" not in caplog.text
