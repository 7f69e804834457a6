"""The entities: what they are, when they are, and when they can be trusted."""

from typing import Any

import pytest

from homeassistant.const import STATE_UNAVAILABLE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import CONF_SLUG, DOMAIN
from custom_components.utec_gateway.registry.page import page_url

from .conftest import Dial
from .gateway import (
    BACK,
    CABIN,
    FRONT,
    GATEWAY,
    GATEWAY_VERSION,
    HOME,
    LAMP,
    PLUG,
    SHED,
    TOASTER,
    FakeGateway,
    fixture,
)
from .house import entity, state_of

FRONT_OBJECT = fixture("snapshot", 0)["devices"][0]
HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]


@pytest.fixture
def device_of(loaded: MockConfigEntry, device_registry: dr.DeviceRegistry) -> Any:
    """Look a device up by its id in the picture."""

    def look_up(thing_id: str) -> dr.AnyDeviceEntry | None:
        return device_registry.async_get_device_by_identifier((DOMAIN, thing_id), loaded.entry_id)

    return look_up


async def test_the_gateway_its_accounts_and_what_has_entities_are_devices(
    connected: FakeGateway, device_of: Any
) -> None:
    gateway, home, cabin, front, back = (device_of(it) for it in (GATEWAY, HOME, CABIN, FRONT, BACK))
    assert gateway.entry_type is home.entry_type is cabin.entry_type is dr.DeviceEntryType.SERVICE
    assert (gateway.name, home.name, cabin.name, front.name) == ("U-tec Gateway", "Home", "Cabin", "Front door")
    assert gateway.sw_version == GATEWAY_VERSION
    assert gateway.configuration_url == "homeassistant://app/a1b2c3d4_utec_gateway"
    assert home.via_device_id == cabin.via_device_id == gateway.id
    assert front.via_device_id == back.via_device_id == home.id
    assert (front.manufacturer, front.model, front.serial_number) == ("U-tec", "U-Bolt-Pro-WiFi", "SN-0001")
    assert front.sw_version == "03.40.0023"
    assert device_of(PLUG).via_device_id == device_of(LAMP).via_device_id == home.id
    assert device_of(TOASTER) is None


async def test_an_account_of_another_cloud_is_a_service_of_that_cloud_with_token_sensors(
    hass: HomeAssistant, connected: FakeGateway, device_of: Any
) -> None:
    cloud = {"provider": "watttime", "provider_label": "WattTime", "has_devices": False}
    await connected.change_account(1, HOME_OBJECT, id="grid", name="Grid", **cloud)
    device = device_of("grid")
    assert (device.name, device.manufacturer, device.model) == ("Grid", "WattTime", "Account")
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.via_device_id == device_of(GATEWAY).id
    assert device_of(HOME).manufacturer == "U-tec"
    assert state_of(hass, "sensor.grid_token_status") == "fresh"
    assert state_of(hass, "binary_sensor.grid_token_problem") == "off"
    assert hass.states.get("binary_sensor.grid_cloud_connection") is None
    assert hass.states.get("binary_sensor.home_cloud_connection") is not None


async def test_unique_ids_are_the_things_id_and_the_key(
    connected: FakeGateway, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entries = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    accounts = {
        f"{account}_{key}"
        for account in (HOME, CABIN)
        for key in (
            *("token_status", "token_expiry", "token_problem", "cloud_connection", "refresh", "token_event"),
            *("last_refresh", "next_refresh", "last_error", "consecutive_failures", "refreshes", "success_rate"),
            "automatic_refresh",
        )
    }
    gateway = {f"{GATEWAY}_{key}" for key in ("link", "version", "cloud_calls", "look_for_devices")}
    keys = ("lock", "lock_mode", "connection", "last_confirmed", "activity", "last_command")
    locks = {f"{lock}_{key}" for lock in (FRONT, BACK) for key in keys}
    troubles = {f"{it}_trouble" for it in (FRONT, BACK, PLUG, LAMP)}
    other = {f"{FRONT}_battery", f"{FRONT}_battery_low", f"{FRONT}_door", f"{PLUG}_switch", f"{LAMP}_light"}
    assert {it.unique_id for it in entries} == gateway | accounts | locks | troubles | other


async def test_the_first_picture_shows_in_the_states(hass: HomeAssistant, connected: FakeGateway) -> None:
    assert state_of(hass, "lock.front_door") == "locked"
    assert entity(hass, "lock.front_door").attributes["lock_mode"] == "normal"
    assert state_of(hass, "sensor.front_door_battery") == "80"
    assert state_of(hass, "binary_sensor.front_door_door") == "off"
    assert state_of(hass, "sensor.home_token_status") == "fresh"
    assert state_of(hass, "sensor.home_next_refresh") == "2026-11-26T00:00:00+00:00"
    assert state_of(hass, "sensor.home_token_expires") == "2026-11-27T10:00:00+00:00"
    assert entity(hass, "sensor.home_token_expires").attributes["expiry_source"] == "answer"
    assert state_of(hass, "binary_sensor.home_token_problem") == "off"
    assert state_of(hass, "binary_sensor.home_cloud_connection") == "on"
    assert state_of(hass, "sensor.cabin_token_status") == "sign_in_needed"
    assert entity(hass, "sensor.cabin_token_status").attributes["reason"] == "never_signed_in"
    assert state_of(hass, "sensor.cabin_token_expires") == "unknown"
    assert state_of(hass, "binary_sensor.cabin_token_problem") == "on"
    assert state_of(hass, "binary_sensor.cabin_cloud_connection") == "unknown"


async def test_the_token_problem_has_no_category_so_that_automations_are_offered_it(
    connected: FakeGateway, entity_registry: er.EntityRegistry
) -> None:
    categories = {
        name: entity_registry.entities[entity_id].entity_category
        for name, entity_id in {
            "problem": "binary_sensor.home_token_problem",
            "status": "sensor.home_token_status",
            "cloud": "binary_sensor.home_cloud_connection",
        }.items()
    }
    assert categories == {
        "problem": None,
        "status": EntityCategory.DIAGNOSTIC,
        "cloud": EntityCategory.DIAGNOSTIC,
    }


async def test_the_contracts_updates_show_in_the_states(hass: HomeAssistant, connected: FakeGateway) -> None:
    await connected.update(0)
    assert state_of(hass, "lock.front_door") == "unlocking"
    await connected.update(1)
    assert state_of(hass, "lock.front_door") == "unlocked"
    assert state_of(hass, "binary_sensor.front_door_door") == "on"
    await connected.update(2)
    assert state_of(hass, "sensor.home_token_status") == "sign_in_needed"
    attributes = entity(hass, "sensor.home_token_status").attributes
    assert attributes["reason"] == "grant_dead"
    assert attributes["last_error"] == "The cloud refused the sign-in."
    assert attributes["consecutive_failures"] == 2
    assert state_of(hass, "binary_sensor.home_token_problem") == "on"


async def test_token_health_stays_available_while_only_the_cloud_is_down(
    hass: HomeAssistant, connected: FakeGateway
) -> None:
    await connected.update(0, 1, 2)
    assert state_of(hass, "binary_sensor.home_cloud_connection") == "off"
    for entity_id in ("sensor.home_token_status", "sensor.home_token_expires", "button.home_refresh_token_now"):
        assert state_of(hass, entity_id) != STATE_UNAVAILABLE


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"lock_state": "unlocked"}, "unlocked"),
        ({"lock_state": "jammed"}, "jammed"),
        ({"lock_state": "unknown"}, "unknown"),
        ({"lock_state": None}, "unknown"),
        ({"transition": "locking"}, "locking"),
        ({"transition": "unlocking"}, "unlocking"),
        ({"lock_state": "jammed", "transition": "unlocking"}, "unlocking"),
        ({"online": None}, "locked"),
        ({"online": False}, STATE_UNAVAILABLE),
    ],
)
async def test_the_lock_shows_what_the_cloud_confirmed(
    hass: HomeAssistant, connected: FakeGateway, fields: dict[str, Any], shown: str
) -> None:
    await connected.change_device(1, FRONT_OBJECT, **fields)
    assert state_of(hass, "lock.front_door") == shown


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        ("fresh", "off"),
        ("due", "off"),
        ("refreshing", "off"),
        ("retrying", "off"),
        ("sign_in_needed", "on"),
        ("misconfigured", "on"),
        ("store_failed", "on"),
        ("clock_suspect", "off"),
        ("paused", "off"),
        ("static", "off"),
    ],
)
async def test_a_token_problem_is_what_a_person_must_act_on(
    hass: HomeAssistant, connected: FakeGateway, status: str, problem: str
) -> None:
    await connected.change_account(1, HOME_OBJECT, status=status)
    assert state_of(hass, "sensor.home_token_status") == status
    assert state_of(hass, "binary_sensor.home_token_problem") == problem


async def test_what_is_added_appears_and_what_is_removed_leaves_the_registries(
    hass: HomeAssistant, connected: FakeGateway, device_of: Any, entity_registry: er.EntityRegistry
) -> None:
    await connected.update(0, 1, 2, 3)
    assert state_of(hass, "lock.shed") == "jammed"
    assert state_of(hass, "sensor.shed_battery") == "20"
    await connected.update(4)
    assert device_of(CABIN) is device_of(BACK) is None
    assert device_of(SHED) is not None
    assert not [it for it in entity_registry.entities.values() if it.unique_id.startswith((CABIN, BACK))]
    assert hass.states.get("lock.back_door") is None


async def test_a_lock_that_comes_back_has_its_entities_again(hass: HomeAssistant, connected: FakeGateway) -> None:
    gone = {**fixture("updates", 4), "seq": 1, "removed": {"devices": [FRONT]}}
    await connected.call(gone)
    assert hass.states.get("lock.front_door") is None
    await connected.change_device(2, FRONT_OBJECT)
    assert state_of(hass, "lock.front_door") == "locked"


async def test_a_battery_appears_with_its_first_value_and_is_never_forgotten_again(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, dial: Dial
) -> None:
    back = {**fixture("snapshot", 1)["devices"][0], "online": True, "available": True}
    assert hass.states.get("sensor.back_door_battery") is None
    await connected.change_device(1, back, battery_percent=55.4)
    assert state_of(hass, "sensor.back_door_battery") == "55"
    await connected.change_device(2, back, battery_percent=None)
    assert state_of(hass, "sensor.back_door_battery") == "unknown"

    await hass.config_entries.async_reload(loaded.entry_id)
    newer = await dial()
    await newer.connect()
    await newer.change_device(1, back, battery_percent=None)
    assert state_of(hass, "sensor.back_door_battery") == "unknown"


async def test_a_renamed_lock_is_renamed_and_keeps_its_identity(connected: FakeGateway, device_of: Any) -> None:
    before = device_of(FRONT)
    await connected.change_device(
        1, FRONT_OBJECT, name="Main door", firmware="04.00.0001", manufacturer="Xthings", model="Bolt"
    )
    after = device_of(FRONT)
    assert (after.id, after.name, after.sw_version) == (before.id, "Main door", "04.00.0001")
    # What an outage leaves out is no change.
    await connected.change_device(2, FRONT_OBJECT, name="Main door", firmware=None, manufacturer=None, model=None)
    assert device_of(FRONT) == after


async def test_a_lock_of_an_account_that_is_not_shown_is_reached_through_the_gateway(
    connected: FakeGateway, device_of: Any
) -> None:
    await connected.change_device(1, {**FRONT_OBJECT, "id": "orphan"}, account_id="nobody", manufacturer=None)
    assert device_of("orphan").via_device_id == device_of(GATEWAY).id
    assert device_of("orphan").manufacturer == "U-tec"


async def test_a_gateway_outside_the_supervisor_links_to_its_own_page(gateway: FakeGateway, device_of: Any) -> None:
    await gateway.connect()
    await gateway.call(fixture("hello-standalone"))
    await gateway.snapshot()
    assert device_of(GATEWAY).configuration_url == "http://192.0.2.7:8099/"


async def test_a_gateway_that_names_no_page_is_found_by_the_discovered_slug(
    hass: HomeAssistant, gateway: FakeGateway, loaded: MockConfigEntry, device_of: Any
) -> None:
    hass.config_entries.async_update_entry(loaded, data={CONF_SLUG: "local_utec_gateway"})
    await gateway.call({**fixture("hello"), "page": None})
    await gateway.call(fixture("listen"))
    gateway.session = (await gateway.event())["session"]
    await gateway.snapshot()
    assert device_of(GATEWAY).configuration_url == "homeassistant://app/local_utec_gateway"


@pytest.mark.parametrize("page", [None, "", "ftp://gateway/", "http://", "http://[", "javascript:alert(1)", "No slug"])
def test_what_is_no_page_makes_no_link(page: str | None) -> None:
    assert page_url(page) is None
