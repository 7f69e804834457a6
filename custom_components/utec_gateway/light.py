"""Lights and wall dimmers. They are not what a lock gateway is for, so they are disabled by default."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_MAX_COLOR_TEMP_KELVIN,
    ATTR_MIN_COLOR_TEMP_KELVIN,
    ATTR_RGB_COLOR,
    ATTR_SUPPORTED_COLOR_MODES,
    DEFAULT_MAX_KELVIN,
    DEFAULT_MIN_KELVIN,
    ColorMode,
    LightEntity,
    LightEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import brightness_to_value, value_to_brightness

from .const import DOMAIN
from .coordinator import UtecGatewayConfigEntry, UtecGatewayCoordinator
from .entity.base import unique_id
from .entity.device import MainEntity
from .entity.new_entities import async_add_new_entities
from .link.origin import Origin
from .picture.device import Device, ValueRange

# The gateway queues the commands of one device; devices never wait for each other.
PARALLEL_UPDATES = 0

LIGHTS = (
    LightEntityDescription(key="light", translation_key="light", name=None, entity_registry_enabled_default=False),
)

# For lights whose range the cloud does not report. Level 0 is off, so it is not a brightness.
DEFAULT_LEVELS = ValueRange(low=1, high=100, step=1)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: UtecGatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the lights."""
    async_add_new_entities(
        entry,
        async_add_entities,
        Platform.LIGHT,
        lambda picture: [device for device in picture.with_entities if device.is_light],
        LIGHTS,
        UtecGatewayLight,
    )


class UtecGatewayLight(MainEntity, LightEntity):
    """A light. It supports what the cloud has reported of it."""

    _asked_for = ("switch_state", "level", "color", "color_temperature")

    def __init__(self, coordinator: UtecGatewayCoordinator, thing_id: str, description: LightEntityDescription) -> None:
        """Create the light."""
        super().__init__(coordinator, thing_id, description)
        self._seen = self.device
        self._shows_color = _is_colorful(self.device)
        # What it can do it always can, though an outage may leave it out of what the cloud reports.
        known = _registered_capabilities(coordinator.hass, unique_id(thing_id, description.key))
        self._modes = {ColorMode(it) for it in known.get(ATTR_SUPPORTED_COLOR_MODES, ())}
        self._warmest: int = known.get(ATTR_MIN_COLOR_TEMP_KELVIN, DEFAULT_MIN_KELVIN)
        self._coldest: int = known.get(ATTR_MAX_COLOR_TEMP_KELVIN, DEFAULT_MAX_KELVIN)
        self._learn()

    @property
    @override
    def is_on(self) -> bool | None:
        """What the cloud last confirmed."""
        return self.device.is_on

    @property
    @override
    def brightness(self) -> int | None:
        """The level, on Home Assistant's scale (1 to 255)."""
        if not self.device.level:
            return None
        levels = _levels(self.device)
        return value_to_brightness((levels.low, levels.high), self.device.level)

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """The colour."""
        return self.device.color

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        """The colour temperature."""
        return self.device.color_temperature

    @property
    @override
    def min_color_temp_kelvin(self) -> int:
        """The warmest white that it supports."""
        return self._warmest

    @property
    @override
    def max_color_temp_kelvin(self) -> int:
        """The coldest white that it supports."""
        return self._coldest

    @property
    @override
    def supported_color_modes(self) -> set[ColorMode]:
        """What the light supports; brightness and on/off count only if there is nothing more."""
        best = self._modes - {ColorMode.BRIGHTNESS, ColorMode.ONOFF}
        if best:
            return best
        return {ColorMode.BRIGHTNESS if ColorMode.BRIGHTNESS in self._modes else ColorMode.ONOFF}

    def _learn(self) -> None:
        """Note what the light has shown that it can do."""
        device = self.device
        if device.color:
            self._modes.add(ColorMode.RGB)
        if device.color_temperature or device.color_temperature_range:
            self._modes.add(ColorMode.COLOR_TEMP)
        if device.is_dimmable:
            self._modes.add(ColorMode.BRIGHTNESS)
        if kelvins := device.color_temperature_range:
            self._warmest, self._coldest = kelvins.low, kelvins.high

    @property
    @override
    def color_mode(self) -> ColorMode:
        """The current mode. If it has both, the cloud does not say which is active: the one that changed last."""
        modes = self.supported_color_modes
        if len(modes) == 1:
            return next(iter(modes))
        return ColorMode.RGB if self._shows_color else ColorMode.COLOR_TEMP

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on as asked, and return when the cloud has confirmed all of it."""
        origin = await self._async_origin()
        if (rgb := kwargs.get(ATTR_RGB_COLOR)) is not None:
            await self._async_set_color(rgb, origin)
        if (kelvin := kwargs.get(ATTR_COLOR_TEMP_KELVIN)) is not None:
            await self._async_set_color_temperature(kelvin, origin)
        if (brightness := kwargs.get(ATTR_BRIGHTNESS)) is not None:
            await self._async_set_level(brightness, origin)
        elif not self.is_on or (rgb is None and kelvin is None):
            await self._async_command("turn_on", {}, origin, lambda: self.is_on is True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off, and return when the cloud has confirmed it."""
        origin = await self._async_origin()
        await self._async_command("turn_off", {}, origin, lambda: self.is_on is False)

    async def _async_set_level(self, brightness: int, origin: Origin) -> None:
        levels = _levels(self.device)
        level = levels.fit(brightness_to_value((levels.low, levels.high), brightness))
        await self._async_command(
            "set_level", {"level": level}, origin, lambda: self.is_on is True and self.device.level == level
        )

    async def _async_set_color(self, rgb: tuple[int, int, int], origin: Origin) -> None:
        color = dict(zip("rgb", rgb, strict=True))
        await self._async_command("set_color", {"color": color}, origin, lambda: self.device.color == tuple(rgb))

    async def _async_set_color_temperature(self, kelvin: int, origin: Origin) -> None:
        kelvins = self.device.color_temperature_range
        wanted = kelvins.fit(kelvin) if kelvins else kelvin
        await self._async_command(
            "set_color_temperature",
            {"color_temperature": wanted},
            origin,
            lambda: self.device.color_temperature == wanted,
        )

    @callback
    @override
    def _handle_change(self) -> None:
        """Write the state, after checking what has changed."""
        before, self._seen = self._seen, self.device
        self._learn()
        if self.device.color != before.color:
            self._shows_color = self.device.color is not None
        elif self.device.color_temperature != before.color_temperature:
            self._shows_color = False
        super()._handle_change()


def _registered_capabilities(hass: HomeAssistant, light_id: str) -> Mapping[str, Any]:
    """Find what a light could do when it was here before."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(Platform.LIGHT, DOMAIN, light_id)
    entry = registry.async_get(entity_id) if entity_id else None
    return entry.capabilities or {} if entry else {}


def _levels(device: Device) -> ValueRange:
    """Find the range in which a light can be dimmed."""
    levels = device.level_range or DEFAULT_LEVELS
    return ValueRange(low=max(levels.low, DEFAULT_LEVELS.low), high=levels.high, step=levels.step)


def _is_colorful(device: Device) -> bool:
    """Tell whether a light has a colour that is more than a shade of white."""
    return device.color is not None and len(set(device.color)) > 1
