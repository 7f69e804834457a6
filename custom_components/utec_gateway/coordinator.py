"""The coordinator: holds the gateway's picture and tells the entities when it changes. It never polls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.update_coordinator import BaseDataUpdateCoordinatorProtocol

from .const import CONF_SLUG, LOGGER
from .link.link import Link
from .link.origin import Origins
from .picture.account import Account
from .picture.activity import Activity
from .picture.device import Device
from .picture.malformed import Malformed
from .picture.picture import Picture
from .registry.absence import Absence, async_clear_absence
from .registry.devices import DeviceRegistrar
from .registry.generations import Generations
from .registry.issue_ids import async_rename_issues
from .registry.issues import Issues
from .registry.offers import Offers, async_clear_offers
from .registry.succession import Succession, async_clear_left_behind

type UtecGatewayConfigEntry = ConfigEntry[UtecGatewayCoordinator]


# Of the words that are not known, so many are said, each as far as this.
MOST_WORDS_SAID = 20
MOST_OF_A_WORD = 60


@dataclass(frozen=True)
class Hello:
    """What the gateway says of itself when it connects."""

    version: str
    # The add-on's slug or the page's URL.
    page: str | None
    # The version of the link protocol that both speak.
    protocol: int


class UtecGatewayCoordinator(BaseDataUpdateCoordinatorProtocol):
    """What one config entry knows of its gateway."""

    def __init__(
        self, hass: HomeAssistant, entry: UtecGatewayConfigEntry, version: str, generations: Generations
    ) -> None:
        """Start without a picture; `version` is this integration's."""
        self.hass = hass
        self.entry = entry
        self.version = version
        self.generations = generations
        self.picture: Picture | None = None
        # False while there is no picture, or it can no longer be trusted.
        self.connected = False
        self.hello: Hello | None = None
        self.link = Link(hass, self)
        self.origins = Origins(hass)
        async_rename_issues(hass)
        self.issues = Issues(hass)
        self.offers = Offers(hass, entry)
        self.succession = Succession(hass, entry)
        self.absence = Absence(hass, lambda: self.page)
        self._registrar = DeviceRegistrar(hass, entry.entry_id)
        self._listeners: dict[object, CALLBACK_TYPE] = {}
        # By device id, and by None for all devices: those who are told what happens.
        self._followers: dict[str | None, list[Callable[[Activity], None]]] = {}
        self._said: set[Malformed] = set()
        self._said_words: set[str] = set()

    @property
    def page(self) -> str | None:
        """Where the user finds the gateway: the add-on's slug or the page's URL."""
        said = self.hello.page if self.hello else None
        return said or self.entry.data.get(CONF_SLUG)

    @property
    def in_session(self) -> bool:
        """Whether the gateway is connected now; `connected` outlasts a restart of it."""
        return self.link.session is not None

    @callback
    @override
    def async_add_listener(self, update_callback: CALLBACK_TYPE, context: Any = None) -> Callable[[], None]:
        """Call back after each change; returns a function that ends this."""
        key = object()
        self._listeners[key] = update_callback

        def remove() -> None:
            self._listeners.pop(key, None)

        return remove

    @callback
    def async_publish(self, picture: Picture, gone: frozenset[str] = frozenset()) -> None:
        """Publish a picture. Devices are created before their entities, and removed once they are gone.

        `gone` are the devices and accounts that the gateway has just removed. A device that is merely missing from the
        picture may not have been listed yet.
        """
        picture = picture.without_clashes()
        if not self.connected:
            LOGGER.info("The gateway is connected")
        self.connected = True
        self.picture = picture
        self.absence.async_came()
        self._say_malformed(picture)
        self._say_unknown_words(picture)
        self.generations.async_take(picture)
        self.offers.async_show(connected=True)
        self.succession.async_adopt(picture)
        self._registrar.async_sync(picture, self.page, gone, keep=self.succession.is_open)
        self.succession.async_look()
        self.issues.async_show_accounts(picture, self.page)
        self._notify()

    @callback
    def async_lose(self, why: str) -> None:
        """Stop trusting the picture."""
        self.offers.async_show(connected=False)
        self.absence.async_left()
        self.issues.async_shutdown()
        if self.connected:
            LOGGER.info("The gateway is no longer connected: %s", why)
            self.connected = False
            self._notify()

    @callback
    def async_shutdown(self) -> None:
        """End the link."""
        self.link.async_close("unloaded")
        self.connected = False
        self.issues.async_shutdown()
        self.offers.async_shutdown()
        self.succession.async_shutdown()
        self.absence.async_shutdown()
        if self.entry.disabled_by:
            async_clear_issues(self.hass)

    @callback
    def async_listen_activity(self, device_id: str | None, told: Callable[[Activity], None]) -> CALLBACK_TYPE:
        """Call back with what happens to a device, once it is in the picture; returns a function that ends this.

        None stands for all devices.
        """
        followers = self._followers.setdefault(device_id, [])
        followers.append(told)
        return lambda: followers.remove(told)

    @callback
    def async_tell(self, activity: Sequence[Activity]) -> None:
        """Tell those who follow what has happened to devices."""
        for it in activity:
            for told in [*self._followers.get(it.device_id, ()), *self._followers.get(None, ())]:
                told(it)

    def _say_malformed(self, picture: Picture) -> None:
        """Say once what cannot be read; the diagnostics have it as long as it cannot."""
        for it in picture.malformed:
            if it not in self._said:
                self._said.add(it)
                LOGGER.warning(
                    "The gateway sent a %s that cannot be read, and it stays as it was: %s", it.kind, it.error
                )

    def _say_unknown_words(self, picture: Picture) -> None:
        """Say each word once that a later gateway uses; the diagnostics have them."""
        things: tuple[Account | Device, ...] = (*picture.accounts.values(), *picture.devices.values())
        for thing in things:
            for name, word in thing.unknown_words.items():
                said = f"{name}: {word}"[:MOST_OF_A_WORD]
                if said in self._said_words or len(self._said_words) >= MOST_WORDS_SAID:
                    continue
                self._said_words.add(said)
                LOGGER.warning(
                    "The gateway uses a word that this version does not know, and it is shown as unknown (%s): "
                    "update the integration",
                    said,
                )

    def _notify(self) -> None:
        for key, listener in list(self._listeners.items()):
            # One may remove another: an entity of what a device is no longer.
            if key in self._listeners:
                listener()


@callback
def async_clear_issues(hass: HomeAssistant) -> None:
    """Clear all issues: the entry is disabled or removed. A reload keeps them."""
    issues = Issues(hass)
    issues.async_clear_protocol()
    issues.async_clear_accounts()
    async_clear_offers(hass)
    async_clear_left_behind(hass)
    async_clear_absence(hass)
