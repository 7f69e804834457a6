"""Lights, plugs and switches: off until a person turns their entities on, then read and switched like locks."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import Dial
from .gateway import LAMP, PLUG, TOASTER, FakeGateway, fixture
from .house import entity, state_of

LIGHT = "light.hall_lamp"
SWITCH = "switch.lamp_plug"
PLUG_OBJECT = fixture("snapshot", 1)["devices"][1]
LAMP_OBJECT = fixture("snapshot", 1)["devices"][2]

type Act = Callable[..., asyncio.Task[None]]


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Call a service in the background."""

    def start(service: str, entity_id: str, **data: Any) -> asyncio.Task[None]:
        async def call() -> None:
            domain = entity_id.partition(".")[0]
            await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)

        coroutine: Coroutine[Any, Any, None] = call()
        return hass.async_create_background_task(coroutine, "service call")

    return start


@pytest.fixture
async def lit(
    hass: HomeAssistant,
    connected: FakeGateway,
    dial: Dial,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> FakeGateway:
    """A gateway whose light and plug a person has turned on."""
    for entity_id in (LIGHT, SWITCH):
        entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    gateway = await dial()
    await gateway.connect()
    return gateway


async def done(gateway: FakeGateway, call: asyncio.Task[None]) -> list[tuple[str, dict[str, Any]]]:
    """Confirm all commands of a call; returns their names and arguments."""
    commands = []
    while not call.done():
        command = await gateway.event()
        commands.append((command["name"], command["args"]))
        await gateway.ok(command)
    await call
    return commands


async def test_lights_and_plugs_are_off_until_a_person_turns_their_entities_on(
    hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    for entity_id in (LIGHT, SWITCH, "sensor.hall_lamp_trouble", "sensor.lamp_plug_trouble"):
        assert entity_registry.entities[entity_id].disabled_by is er.RegistryEntryDisabler.INTEGRATION
        assert hass.states.get(entity_id) is None
    assert not [it for it in entity_registry.entities.values() if it.unique_id.startswith(TOASTER)]


async def test_a_light_and_a_plug_show_what_the_cloud_confirmed(hass: HomeAssistant, lit: FakeGateway) -> None:
    light = entity(hass, LIGHT)
    assert light.state == "on"
    assert light.attributes["supported_color_modes"] == ["color_temp", "rgb"]
    assert (light.attributes["color_mode"], light.attributes["color_temp_kelvin"]) == ("color_temp", 4000)
    assert (light.attributes["min_color_temp_kelvin"], light.attributes["max_color_temp_kelvin"]) == (2000, 9000)
    assert light.attributes["brightness"] == 128
    assert light.attributes["freshness"] == "fresh"
    plug = entity(hass, SWITCH)
    assert (plug.state, plug.attributes["device_class"]) == ("on", "outlet")

    await lit.call({**fixture("states", 11), "seq": 1})
    light = entity(hass, LIGHT)
    assert (light.attributes["color_mode"], light.attributes["rgb_color"]) == ("rgb", (255, 0, 0))
    assert light.attributes["brightness"] == 255
    await lit.change_device(2, {**LAMP_OBJECT, "color": {"r": 255, "g": 0, "b": 0}}, color_temperature=2700)
    assert entity(hass, LIGHT).attributes["color_temp_kelvin"] == 2700
    await lit.call({**fixture("states", 12), "seq": 3})
    assert state_of(hass, LIGHT) == "off"


@pytest.mark.parametrize(
    ("fields", "modes", "mode"),
    [
        ({"color": None}, ["color_temp"], "color_temp"),
        ({"color_temperature": None, "color_temperature_range": None}, ["rgb"], "rgb"),
        ({"color": None, "color_temperature": None, "color_temperature_range": None}, ["brightness"], "brightness"),
        (
            {"color": None, "color_temperature": None, "color_temperature_range": None, "level_range": None},
            ["brightness"],
            "brightness",
        ),
        (
            {
                "color": None,
                "color_temperature": None,
                "color_temperature_range": None,
                "level_range": None,
                "level": None,
                "capabilities": ["st.switch"],
            },
            ["onoff"],
            "onoff",
        ),
    ],
)
async def test_a_light_can_do_what_the_cloud_has_stated_of_it(
    everything_on: None,
    hass: HomeAssistant,
    connected: FakeGateway,
    fields: dict[str, Any],
    modes: list[str],
    mode: str,
) -> None:
    await connected.change_device(1, {**LAMP_OBJECT, "id": "porch", "name": "Porch"}, **fields)
    attributes = entity(hass, "light.porch").attributes
    assert attributes["supported_color_modes"] == modes
    assert attributes["color_mode"] == mode


@pytest.mark.parametrize(
    ("limits", "level", "brightness", "back"),
    [
        ({"min": 1, "max": 100, "step": 1}, 50, 128, 50),
        ({"min": 0, "max": 100, "step": 1}, 100, 255, 100),
        ({"min": 10, "max": 60, "step": 10}, 60, 255, 60),
        ({"min": 10, "max": 60, "step": 10}, 10, 5, 10),
        ({"min": 10, "max": 60, "step": 10}, 30, 105, 30),
        ({"min": 1, "max": 1, "step": 0}, 40, 102, 40),
        (None, 1, 3, 1),
    ],
)
async def test_brightness_is_the_level_within_the_range_of_the_light(
    hass: HomeAssistant,
    lit: FakeGateway,
    act: Act,
    limits: dict[str, int] | None,
    level: int,
    brightness: int,
    back: int,
) -> None:
    await lit.change_device(1, LAMP_OBJECT, level_range=limits, level=level)
    assert entity(hass, LIGHT).attributes["brightness"] == brightness
    sent = await done(lit, act("turn_on", LIGHT, brightness=brightness))
    assert sent == [("set_level", {"level": back})]


async def test_the_dimmest_light_is_never_off(hass: HomeAssistant, lit: FakeGateway, act: Act) -> None:
    await lit.change_device(1, LAMP_OBJECT, level_range={"min": 0, "max": 100, "step": 1})
    assert await done(lit, act("turn_on", LIGHT, brightness=1)) == [("set_level", {"level": 1})]
    await lit.change_device(2, LAMP_OBJECT, level=0)
    assert entity(hass, LIGHT).attributes["brightness"] is None


@pytest.mark.parametrize(
    ("service", "data", "names"),
    [
        ("turn_off", {}, ["command-turn-off"]),
        ("turn_on", {"brightness_pct": 40}, ["command-set-level"]),
        ("turn_on", {"rgb_color": [255, 120, 0]}, ["command-set-color"]),
        ("turn_on", {"color_temp_kelvin": 2700}, ["command-set-color-temperature"]),
        (
            "turn_on",
            {"color_temp_kelvin": 2700, "brightness_pct": 40},
            ["command-set-color-temperature", "command-set-level"],
        ),
    ],
)
async def test_each_wish_is_the_contracts_command_one_after_the_other(
    lit: FakeGateway, act: Act, service: str, data: dict[str, Any], names: list[str]
) -> None:
    expected = [fixture(name) for name in names]
    assert {it["target"]["device_id"] for it in expected} == {LAMP}
    assert await done(lit, act(service, LIGHT, **data)) == [(it["name"], it["args"]) for it in expected]


async def test_a_light_that_is_off_is_turned_on_also_where_only_its_colour_was_asked_for(
    lit: FakeGateway, act: Act
) -> None:
    await lit.change_device(1, LAMP_OBJECT, switch_state="off", level=0)
    sent = await done(lit, act("turn_on", LIGHT, rgb_color=[255, 0, 0]))
    assert [name for name, _ in sent] == ["set_color", "turn_on"]
    assert await done(lit, act("turn_on", LIGHT)) == [("turn_on", {})]


async def test_a_colour_temperature_beyond_the_range_is_the_nearest_one_in_it(lit: FakeGateway, act: Act) -> None:
    sent = await done(lit, act("turn_on", LIGHT, color_temp_kelvin=12_000))
    assert sent == [("set_color_temperature", {"color_temperature": 9000})]
    await lit.change_device(1, LAMP_OBJECT, color_temperature_range=None)
    sent = await done(lit, act("turn_on", LIGHT, color_temp_kelvin=6500))
    assert sent == [("set_color_temperature", {"color_temperature": 6500})]


async def test_the_first_step_that_fails_ends_the_call_with_its_reason(lit: FakeGateway, act: Act) -> None:
    call = act("turn_on", LIGHT, rgb_color=[255, 0, 0], brightness_pct=40)
    await lit.fail(await lit.event(), code="bad_request", message="No such colour.")
    with pytest.raises(HomeAssistantError, match="did not accept this value for Hall lamp: No such colour"):
        await call
    assert await lit.events() == []


async def test_a_dimmer_on_the_wall_is_a_light(
    hass: HomeAssistant, connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    dimmer = {**PLUG_OBJECT, "id": "dimmer", "name": "Hall dimmer", "kind": "switch"}
    await connected.change_device(1, dimmer, level_range={"min": 1, "max": 100, "step": 1})
    assert entity_registry.async_is_registered("light.hall_dimmer")
    assert not entity_registry.async_is_registered("switch.hall_dimmer")


async def test_a_plug_is_switched_by_the_contracts_command(lit: FakeGateway, act: Act) -> None:
    turn_on = fixture("command-turn-on")
    assert turn_on["target"] == {"device_id": PLUG}
    assert await done(lit, act("turn_on", SWITCH)) == [(turn_on["name"], turn_on["args"])]
    assert await done(lit, act("turn_off", SWITCH)) == [("turn_off", {})]


async def test_a_switch_on_the_wall_is_no_outlet(hass: HomeAssistant, lit: FakeGateway) -> None:
    await lit.change_device(1, PLUG_OBJECT, kind="switch", switch_state="unknown")
    switch = entity(hass, SWITCH)
    assert (switch.state, switch.attributes["device_class"]) == ("unknown", "switch")


@pytest.mark.parametrize(("entity_id", "device"), [(LIGHT, LAMP_OBJECT), (SWITCH, PLUG_OBJECT)])
async def test_what_is_wrong_with_a_light_or_plug_is_a_sensor_of_its_own(
    everything_on: None, hass: HomeAssistant, connected: FakeGateway, entity_id: str, device: dict[str, Any]
) -> None:
    await connected.change_device(1, device, online=False, available=False, trouble="offline", freshness="stale")
    assert state_of(hass, entity_id) == STATE_UNAVAILABLE
    assert state_of(hass, f"sensor.{entity_id.partition('.')[2]}_trouble") == "offline"


@pytest.mark.parametrize(
    ("entity_id", "service", "data", "reached"),
    [
        (LIGHT, "turn_on", {"brightness_pct": 40}, {**LAMP_OBJECT, "level": 40}),
        (LIGHT, "turn_on", {"rgb_color": [1, 2, 3]}, {**LAMP_OBJECT, "color": {"r": 1, "g": 2, "b": 3}}),
        (LIGHT, "turn_on", {"color_temp_kelvin": 2700}, {**LAMP_OBJECT, "color_temperature": 2700}),
        (LIGHT, "turn_on", {}, LAMP_OBJECT),
        (LIGHT, "turn_off", {}, {**LAMP_OBJECT, "switch_state": "off"}),
        (SWITCH, "turn_on", {}, PLUG_OBJECT),
        (SWITCH, "turn_off", {}, {**PLUG_OBJECT, "switch_state": "off"}),
    ],
)
@pytest.mark.parametrize("is_reached", [True, False])
async def test_a_superseded_wish_is_an_error_unless_things_are_as_wished(
    lit: FakeGateway,
    act: Act,
    entity_id: str,
    service: str,
    data: dict[str, Any],
    reached: dict[str, Any],
    is_reached: bool,
) -> None:
    other = "off" if reached["switch_state"] == "on" else "on"
    missed = {"switch_state": other, "level": 7, "color": None, "color_temperature": 4001}
    call = act(service, entity_id, **data)
    command = await lit.event()
    await lit.change_device(1, reached, **({} if is_reached else missed))
    await lit.fail(command, code="command_superseded")
    if is_reached:
        await call
        return
    with pytest.raises(HomeAssistantError, match="newer command"):
        await call
