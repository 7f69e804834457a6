"""The gateway's own entities go on with the gateway that takes over."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ..gateway import GATEWAY, FakeGateway
from ..house import state_of
from .other_gateway import REINSTALLED, answer, connect, offer, repair

OWN = {
    "binary_sensor.u_tec_gateway_link": "link",
    "button.u_tec_gateway_look_for_devices": "look_for_devices",
    "sensor.u_tec_gateway_cloud_calls": "cloud_calls",
    "sensor.u_tec_gateway_version": "version",
}


async def test_they_are_the_other_gateways_from_then_on(
    hass: HomeAssistant,
    away: FakeGateway,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    before = {it: entity_registry.entities[it] for it in OWN}
    assert {it.unique_id for it in before.values()} == {f"{GATEWAY}_{key}" for key in OWN.values()}
    entity_registry.async_update_entity("sensor.u_tec_gateway_version", name="Our version")
    await offer(away)
    await answer(hass, await repair(hass))
    # The link is there before the first picture is.
    assert state_of(hass, "binary_sensor.u_tec_gateway_link") == "off"
    await connect(away)
    after = {it: entity_registry.entities[it] for it in OWN}
    assert {key: it.unique_id for key, it in after.items()} == {it: f"{REINSTALLED}_{key}" for it, key in OWN.items()}
    assert {key: it.id for key, it in after.items()} == {key: it.id for key, it in before.items()}
    assert after["sensor.u_tec_gateway_version"].name == "Our version"
    assert state_of(hass, "binary_sensor.u_tec_gateway_link") == "on"
    assert "unavailable" not in {state_of(hass, it) for it in OWN}
    assert not [it for it in entity_registry.entities.values() if it.unique_id.startswith(GATEWAY)]
