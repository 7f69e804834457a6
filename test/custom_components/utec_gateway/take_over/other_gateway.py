"""A gateway that Home Assistant does not work with, and the repair that it leads to."""

from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.utec_gateway.const import DOMAIN
from custom_components.utec_gateway.registry.issue_ids import offer_issue_id

from ..gateway import FakeGateway, fixture, fixtures

LOCK = "lock.front_door"
SAME, NOT_SIGNED_IN, OTHER = fixtures("offer")
REINSTALLED: str = SAME["gateway_id"]
ACCOUNT: str = SAME["accounts"][0]["id"]
ISSUE = offer_issue_id(REINSTALLED)
MISSING = "Back door, Front door, Hall lamp, Lamp plug"


async def offer(gateway: FakeGateway, message: dict[str, Any] = SAME) -> Any:
    """Be refused, then offer."""
    assert await gateway.refused({**fixture("hello"), "gateway_id": REINSTALLED}) == "other_gateway"
    return await gateway.call(message)


async def connect(gateway: FakeGateway) -> None:
    """Connect as the gateway that was installed again, as soon as it may; the cloud has not listed its devices yet."""
    await gateway.call({**fixture("hello"), "gateway_id": REINSTALLED})
    await gateway.call({"type": "utec_gateway/listen", "gateway_id": REINSTALLED})
    gateway.session = (await gateway.event())["session"]
    first = fixture("snapshot", 0)
    account = {**first["accounts"][0], "id": ACCOUNT, "name": "Our home"}
    about = {**first["gateway"], "id": REINSTALLED, "clouds": {ACCOUNT: {"online": None, "devices_known": False}}}
    early = {**first, "parts": 1, "gateway": about, "accounts": [account], "devices": []}
    await gateway.call(early)
    about = {**about, "clouds": {ACCOUNT: {"online": True, "devices_known": True}}}
    devices = [{**it, "account_id": ACCOUNT} for part in fixtures("snapshot") for it in part["devices"]]
    await gateway.call({**early, "snapshot_id": "later", "seq": 1, "gateway": about, "devices": devices})
    await gateway.hass.async_block_till_done()


async def repair(hass: HomeAssistant) -> Any:
    """Open the repair; returns its first step."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    return await manager.async_init(DOMAIN, context={"issue_id": ISSUE})


async def answer(hass: HomeAssistant, step: Any, **user_input: Any) -> Any:
    """Submit a step of the repair."""
    manager = repairs_flow_manager(hass)
    assert manager is not None
    done = await manager.async_configure(step["flow_id"], user_input)
    await hass.async_block_till_done()
    return done


def registered(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, tuple[str, str]]:
    """All entities, by entity id: their registry's own id, and their device's."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {it.entity_id: (it.id, it.device_id or "") for it in entities}
