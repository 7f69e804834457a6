"""A restart takes nothing away: what goes from the registries, and when."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.utec_gateway import async_remove_config_entry_device
from custom_components.utec_gateway.const import DOMAIN

from ..conftest import Dial
from ..gateway import BACK, CABIN, FRONT, GATEWAY, HOME, FakeGateway, fixture
from ..house import state_of

LOCK = "lock.front_door"
FIRST_PART = fixture("snapshot", 0)
FRONT_OBJECT = FIRST_PART["devices"][0]
REGISTRIES = ("entity_registry_updated", "device_registry_updated")


def picture(
    devices: list[Any],
    known: dict[str, bool | None],
    accounts: list[Any] | None = None,
    online: bool | None = True,
) -> dict[str, Any]:
    """A snapshot with these devices, of a gateway that knows the devices of some accounts; None: it does not say."""
    clouds = {
        account_id: {"online": online, "error": None, "last_success_at": None}
        | ({} if is_known is None else {"devices_known": is_known})
        for account_id, is_known in known.items()
    }
    return {
        **FIRST_PART,
        "snapshot_id": "restart",
        "parts": 1,
        "gateway": {**FIRST_PART["gateway"], "clouds": clouds},
        "accounts": FIRST_PART["accounts"] if accounts is None else accounts,
        "devices": devices,
    }


@pytest.fixture
def registered(loaded: MockConfigEntry, device_registry: dr.DeviceRegistry) -> Any:
    """Tell whether a thing of the picture is in the device registry."""

    def look_up(thing_id: str) -> bool:
        return device_registry.async_get_device_by_identifier((DOMAIN, thing_id), loaded.entry_id) is not None

    return look_up


@pytest.mark.parametrize(
    ("known", "online"),
    [
        pytest.param({}, None, id="nothing asked yet"),
        pytest.param({HOME: False, CABIN: False}, True, id="not known yet"),
        pytest.param({HOME: False, CABIN: True}, True, id="another account's are known"),
        pytest.param({HOME: None}, None, id="an older gateway that has not asked yet"),
        pytest.param({HOME: None}, False, id="an older gateway whose cloud is away"),
    ],
)
async def test_a_lock_that_is_not_listed_yet_stays_and_says_so(
    hass: HomeAssistant, connected: FakeGateway, registered: Any, known: dict[str, bool | None], online: bool | None
) -> None:
    changes = [async_capture_events(hass, it) for it in REGISTRIES]
    await connected.call(picture([], known, online=online))
    assert changes == [[], []]
    assert registered(FRONT)
    assert (state_of(hass, LOCK), state_of(hass, "sensor.front_door_trouble")) == ("unavailable", "not_listed_yet")
    assert state_of(hass, "binary_sensor.front_door_connection") == "unavailable"

    await connected.call(picture([FRONT_OBJECT], {HOME: False}))
    assert changes == [[], []]
    assert state_of(hass, LOCK) == "locked"


@pytest.mark.parametrize(("has_devices", "stays"), [(True, True), (False, False)])
async def test_no_device_list_is_expected_of_an_account_without_devices(
    connected: FakeGateway,
    registered: Any,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    has_devices: bool,
    stays: bool,
) -> None:
    orphan = device_registry.async_get_or_create(config_entry_id=loaded.entry_id, identifiers={(DOMAIN, "orphan")})
    assert orphan.via_device_id is None
    home = FIRST_PART["accounts"][0]
    grid = home | {"id": "grid", "provider_label": "WattTime", "has_devices": has_devices}
    await connected.call(picture([FRONT_OBJECT], {HOME: True}, accounts=[home, grid]))
    assert registered("orphan") is stays


@pytest.mark.parametrize(
    "known", [pytest.param({HOME: True}, id="known"), pytest.param({HOME: None}, id="an older gateway that has asked")]
)
async def test_a_lock_that_a_known_list_lacks_goes_also_when_it_becomes_known_later(
    hass: HomeAssistant, connected: FakeGateway, registered: Any, known: dict[str, bool | None]
) -> None:
    await connected.call(picture([], {HOME: False}))
    whole = picture([], known)
    await connected.call({**fixture("updates", 0), "seq": 1, "set": {"gateway": whole["gateway"]}})
    assert not registered(FRONT)
    assert hass.states.get(LOCK) is None

    await connected.change_device(2, FRONT_OBJECT)
    assert state_of(hass, LOCK) == "locked"


async def test_what_an_update_removes_goes_whatever_is_known(connected: FakeGateway, registered: Any) -> None:
    await connected.call(picture([FRONT_OBJECT], {HOME: False}))
    await connected.call({**fixture("updates", 4), "seq": 1, "removed": {"devices": [FRONT]}})
    assert not registered(FRONT)
    assert registered(BACK)


async def test_an_account_that_was_removed_takes_its_locks_along(connected: FakeGateway, registered: Any) -> None:
    cabin = FIRST_PART["accounts"][1]
    await connected.call(picture([], {CABIN: False}, accounts=[cabin]))
    assert not any(registered(it) for it in (HOME, FRONT, BACK))
    assert registered(CABIN)
    assert registered(GATEWAY)


@pytest.mark.parametrize(("known", "stays"), [({HOME: True}, True), ({HOME: True, CABIN: True}, False)])
async def test_a_lock_of_nobody_knows_whom_stays_until_the_devices_of_all_accounts_are_known(
    connected: FakeGateway, registered: Any, known: dict[str, bool | None], stays: bool
) -> None:
    await connected.change_device(1, {**FRONT_OBJECT, "id": "orphan"}, account_id="nobody")
    await connected.call(picture([FRONT_OBJECT], known))
    assert registered("orphan") is stays


async def test_after_a_reload_the_entities_wait_in_the_registry_for_the_gateway(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, dial: Dial, entity_registry: er.EntityRegistry
) -> None:
    before = {it.entity_id: it.id for it in er.async_entries_for_config_entry(entity_registry, loaded.entry_id)}
    changes = [async_capture_events(hass, it) for it in REGISTRIES]
    await hass.config_entries.async_reload(loaded.entry_id)
    assert state_of(hass, LOCK) == "unavailable"
    newer = await dial()
    await newer.listen()
    await newer.call(picture([], {}))
    assert state_of(hass, LOCK) == "unavailable"
    await newer.snapshot()
    assert state_of(hass, LOCK) == "locked"
    assert changes == [[], []]
    after = {it.entity_id: it.id for it in er.async_entries_for_config_entry(entity_registry, loaded.entry_id)}
    assert after == before


async def test_a_person_may_remove_what_the_gateway_does_not_show_and_nothing_else(
    hass: HomeAssistant, connected: FakeGateway, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    await connected.call(picture([FRONT_OBJECT], {}))
    for thing_id, may in ((BACK, True), (FRONT, False), (HOME, False), (GATEWAY, False)):
        device = device_registry.async_get_device_by_identifier((DOMAIN, thing_id), loaded.entry_id)
        assert isinstance(device, dr.DeviceEntry)
        assert await async_remove_config_entry_device(hass, loaded, device) is may
