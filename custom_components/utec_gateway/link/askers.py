"""Who asked for a change: one memory for each command, so that no other command makes it forget."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.core import Context, HomeAssistant, callback

from ..picture.command import Ending, ReportedCommand, wanted_by
from ..picture.device import Device

# The confirmed state may arrive after the result of the command.
STATE_AFTER_RESULT_S = 5
# A command of which nobody knows how it ended may still be carried out: states have been seen to come 40 s late.
STATE_AFTER_DOUBT_S = 60
# A command of another asker of which nothing more is heard.
LONGEST_COMMAND_S = 180
FORGOTTEN_KEPT = 256


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asked: the context of what will change, and one name."""

    context: Context | None
    name: str | None


@dataclass(kw_only=True)
class _Asked:
    """A command: what it wants a device to be, and who asked for it."""

    device_id: str
    wanted: Mapping[str, Any]
    asker: Asker
    # The monotonic time after which a change is not its doing; None while it runs.
    until: float | None = None

    def wants(self, device: Device, fields: Iterable[str]) -> bool:
        """Tell whether it asked for one of these values of the device."""
        return device.id == self.device_id and any(
            field in self.wanted and getattr(device, field) == self.wanted[field] for field in fields
        )

    def is_reached(self, device: Device) -> bool:
        """Tell whether the device is all that it was asked to be."""
        return all(getattr(device, field) == value for field, value in self.wanted.items())


class Askers:
    """The askers of the commands that run, or have just ended, by the ids of the commands."""

    def __init__(self, hass: HomeAssistant, find: Callable[[str], Device | None]) -> None:
        """Start without commands; `find` looks up how a device is shown."""
        self._hass = hass
        self._find = find
        self._asked: dict[str, _Asked] = {}
        # The gateway tells of the end of a command after what it has changed.
        self._forgotten: deque[str] = deque(maxlen=FORGOTTEN_KEPT)

    @callback
    def async_note(self, command_id: str, device_id: str, wanted: Mapping[str, Any], asker: Asker) -> None:
        """Note a command of Home Assistant's own."""
        self._forget_old()
        self._asked[command_id] = _Asked(device_id=device_id, wanted=wanted, asker=asker)

    @callback
    def async_note_others(self, commands: Iterable[ReportedCommand]) -> None:
        """Note what the gateway tells of commands; those that Home Assistant knows itself it knows better."""
        for command in commands:
            known = self._asked.get(command.id)
            if command.id in self._forgotten or (known is not None and known.until is None):
                continue
            if known is None and (wanted := wanted_by(command.name, command.args)):
                context = Context(user_id=command.user_id) if command.user_id else None
                self._asked[command.id] = _Asked(
                    device_id=command.device_id, wanted=wanted, asker=Asker(context=context, name=command.asker)
                )
            if command.is_over:
                self.async_end(command.id, command.ending)
            elif known is None and command.id in self._asked:
                self._asked[command.id].until = self._hass.loop.time() + LONGEST_COMMAND_S

    @callback
    def async_end(self, command_id: str, ending: Ending) -> None:
        """Note how a command ended: one that is done or did nothing changes nothing more, the others still may."""
        asked = self._asked.get(command_id)
        if asked is None:
            return
        device = self._find(asked.device_id)
        if ending is Ending.NOTHING_DONE or (ending is Ending.DONE and device and asked.is_reached(device)):
            self._forget(command_id)
        elif ending is Ending.UNKNOWN:
            asked.until = self._hass.loop.time() + STATE_AFTER_DOUBT_S
        else:
            asked.until = self._hass.loop.time() + STATE_AFTER_RESULT_S

    @callback
    def async_find(self, device: Device, fields: Iterable[str]) -> Asker | None:
        """Find who asked for these values of a device: whoever asked first."""
        self._forget_old()
        return next((it.asker for it in self._asked.values() if it.wants(device, fields)), None)

    @callback
    def async_take(self, device: Device, fields: Iterable[str]) -> Asker | None:
        """Find who asked for these values, which the device has just taken on; what is done is no longer asked for."""
        self._forget_old()
        found = next((it for it in self._asked.items() if it[1].wants(device, fields)), None)
        if found is None:
            return None
        command_id, asked = found
        if asked.is_reached(device):
            self._forget(command_id)
            self._forget_joined(asked)
        return asked.asker

    def _forget_joined(self, done: _Asked) -> None:
        """Forget who asked for the same before anybody asked for something else: it was one command for the device."""
        for command_id, asked in list(self._asked.items()):
            if asked.device_id != done.device_id or asked.wanted.keys().isdisjoint(done.wanted):
                continue
            if asked.wanted != done.wanted:
                return
            self._forget(command_id)

    def _forget_old(self) -> None:
        now = self._hass.loop.time()
        for command_id, asked in list(self._asked.items()):
            if asked.until is not None and asked.until < now:
                self._forget(command_id)

    def _forget(self, command_id: str) -> None:
        del self._asked[command_id]
        self._forgotten.append(command_id)
