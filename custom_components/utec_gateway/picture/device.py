"""A device of the gateway's picture: what it is, what the cloud last said of it, and how far it can be trusted.

The objects come as JSON (docs/protocol.md, src/state/picture.ts). What this integration uses of them is validated here,
once, when it arrives. Unknown fields are kept only for the diagnostics, unknown words become None ("unknown"), and what
an older gateway does not send yet has a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import probatio

from .device_words import (
    TOO_OLD,
    DeviceKind,
    DeviceTrouble,
    DoorState,
    Freshness,
    LockMode,
    LockState,
    LockTransition,
    SwitchState,
)
from .validators import FLAG, TEXT, moment, percent, unknown_words, whole, word_of, words

DIMMING = "st.switchLevel"


@dataclass(frozen=True, kw_only=True)
class ValueRange:
    """The values that something can be set to."""

    low: int
    high: int
    step: int

    def fit(self, value: float) -> int:
        """Find the nearest value in the range."""
        steps = round((value - self.low) / self.step)
        return min(max(self.low + steps * self.step, self.low), self.high)


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device of an account."""

    id: str
    name: str
    account_id: str
    kind: DeviceKind | None
    manufacturer: str | None
    model: str | None
    firmware: str | None
    serial: str | None
    online: bool | None
    lock_state: LockState | None
    lock_mode: LockMode | None
    transition: LockTransition | None
    door_state: DoorState | None
    # True if there is a door sensor, whatever it says.
    has_door_sensor: bool
    battery_percent: int | None
    switch_state: SwitchState | None
    # In percent, like all levels; None if the device cannot be dimmed.
    level: int | None
    level_range: ValueRange | None
    color: tuple[int, int, int] | None
    # Kelvin.
    color_temperature: int | None
    color_temperature_range: ValueRange | None
    # When the cloud last reported the main state while it considered the device online.
    confirmed_at: datetime | None
    # None if the gateway does not send it, or sends a word that is unknown here.
    freshness: Freshness | None
    # False: what is known is too old, or the device is offline.
    available: bool
    trouble: DeviceTrouble | None
    # Since when the account's discoveries have not listed it; None while they do.
    missing_since_at: datetime | None
    # In the cloud's words.
    capabilities: frozenset[str]
    # The words of a later gateway that are None here, by field.
    unknown_words: Mapping[str, Any]
    as_sent: Mapping[str, Any] = field(repr=False)

    @property
    def is_dimmable(self) -> bool:
        """Whether its level can be set; the level itself may not be known for a while."""
        return self.level is not None or self.level_range is not None or DIMMING in self.capabilities

    @property
    def is_light(self) -> bool:
        """Whether it is a lamp, or a wall dimmer, which controls one."""
        return self.kind is DeviceKind.LIGHT or (self.is_switched and self.is_dimmable)

    @property
    def is_switched(self) -> bool:
        """Whether it has a switch."""
        return self.kind in (DeviceKind.LIGHT, DeviceKind.PLUG, DeviceKind.SWITCH)

    @property
    def is_on(self) -> bool | None:
        """What the cloud last confirmed of a switch; None when it does not know."""
        return None if self.switch_state is None else self.switch_state is SwitchState.ON

    @property
    def reason(self) -> str | None:
        """Why what is known is old or can no longer be trusted: one of REASONS."""
        if self.trouble:
            return self.trouble
        if self.online is False:
            return DeviceTrouble.OFFLINE
        return TOO_OLD if self.freshness is Freshness.EXPIRED else None

    @property
    def last_confirmed(self) -> datetime | None:
        """When the main state was last confirmed; None while it is fresh and there.

        A time that moved with each poll would be a change of state with each poll, for automations and in the recorder.
        """
        return None if self.available and self.freshness is Freshness.FRESH else self.confirmed_at


_WORDS = {
    "kind": DeviceKind,
    "lock_state": LockState,
    "lock_mode": LockMode,
    "transition": LockTransition,
    "door_state": DoorState,
    "switch_state": SwitchState,
    "freshness": Freshness,
    "trouble": DeviceTrouble,
}

_LIMITS = probatio.Schema(
    {probatio.Required(name): whole for name in ("min", "max", "step")}, extra=probatio.REMOVE_EXTRA
)
_COLOR = probatio.Schema({probatio.Required(name): whole for name in "rgb"}, extra=probatio.REMOVE_EXTRA)


def _range(value: object) -> ValueRange | None:
    """Validate a range; None if it leaves no choice."""
    if value is None:
        return None
    limits = _LIMITS(value)
    low, high, step = limits["min"], limits["max"], limits["step"]
    if None in limits.values() or low >= high or step < 1:
        return None
    return ValueRange(low=low, high=high, step=step)


def _color(value: object) -> tuple[int, int, int] | None:
    """Validate red, green and blue."""
    if value is None:
        return None
    parts = [min(max(part or 0, 0), 255) for part in _COLOR(value).values()]
    return parts[0], parts[1], parts[2]


_DEVICE = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("name"): str,
        probatio.Required("account_id"): str,
        probatio.Required("kind"): word_of(DeviceKind),
        probatio.Required("manufacturer"): TEXT,
        probatio.Required("model"): TEXT,
        probatio.Required("firmware"): TEXT,
        probatio.Required("serial"): TEXT,
        probatio.Required("online"): FLAG,
        probatio.Required("lock_state"): word_of(LockState),
        probatio.Required("lock_mode"): word_of(LockMode),
        probatio.Required("transition"): word_of(LockTransition),
        probatio.Required("door_state"): word_of(DoorState),
        probatio.Required("battery_percent"): percent,
        probatio.Optional("switch_state", default=None): word_of(SwitchState),
        probatio.Optional("level", default=None): percent,
        probatio.Optional("level_range", default=None): _range,
        probatio.Optional("color", default=None): _color,
        probatio.Optional("color_temperature", default=None): whole,
        probatio.Optional("color_temperature_range", default=None): _range,
        probatio.Optional("confirmed_at", default=None): moment,
        probatio.Optional("freshness", default=None): word_of(Freshness),
        probatio.Optional("available", default=None): FLAG,
        probatio.Optional("trouble", default=None): word_of(DeviceTrouble),
        probatio.Optional("missing_since_at", default=None): moment,
        probatio.Optional("capabilities", default=None): words,
    },
    extra=probatio.REMOVE_EXTRA,
)


def parse_device(value: Any) -> Device:
    """Validate a device object; raises probatio.Invalid."""
    valid = _DEVICE(value)
    available = valid.pop("available") is not False and valid["online"] is not False
    return Device(
        **valid,
        available=available,
        has_door_sensor=value["door_state"] is not None,
        unknown_words=unknown_words(value, _WORDS),
        as_sent=value,
    )
