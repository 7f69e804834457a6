"""A gateway that does not connect: a repair issue that says what to look at."""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started

from ..const import ABSENCE_S, DOMAIN, LOGGER
from .issues import PROTOCOL_ISSUE
from .offers import offers_shown
from .page import page_url

GATEWAY_ABSENT = "gateway_absent"


class Absence:
    """Counts how long the gateway has been away, from the end of Home Assistant's start on."""

    def __init__(self, hass: HomeAssistant, page: Callable[[], str | None]) -> None:
        """Start with a gateway that is away; `page` is where the user finds it."""
        self._hass = hass
        self._page = page
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._cancel_start = async_at_started(hass, self._begin)

    @callback
    def _begin(self, _hass: HomeAssistant) -> None:
        self.async_left()

    @callback
    def async_left(self) -> None:
        """Count from now on, if it is not counted already."""
        if self._cancel_timer is None and self._hass.is_running:
            self._cancel_timer = async_call_later(self._hass, ABSENCE_S, self._look)

    @callback
    def async_came(self) -> None:
        """Stop counting: the gateway is connected, and its picture has come."""
        self._stop_counting()
        async_clear_absence(self._hass)

    @callback
    def async_shutdown(self) -> None:
        """Stop counting. The issue stays over a reload."""
        self._cancel_start()
        self._stop_counting()

    @callback
    def _look(self, _now: object) -> None:
        """Say that it is away, unless something else says why; and look again later."""
        self._cancel_timer = None
        self.async_left()
        if offers_shown(self._hass) or ir.async_get(self._hass).async_get_issue(DOMAIN, PROTOCOL_ISSUE):
            async_clear_absence(self._hass)
            return
        if ir.async_get(self._hass).async_get_issue(DOMAIN, GATEWAY_ABSENT) is None:
            LOGGER.warning("The gateway has not connected for %s min", ABSENCE_S // 60)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            GATEWAY_ABSENT,
            is_fixable=False,
            is_persistent=True,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=page_url(self._page()),
            translation_key=GATEWAY_ABSENT,
        )

    def _stop_counting(self) -> None:
        if self._cancel_timer:
            self._cancel_timer()
            self._cancel_timer = None


@callback
def async_clear_absence(hass: HomeAssistant) -> None:
    """Clear the issue: the gateway is there, or the entry is disabled or removed."""
    ir.async_delete_issue(hass, DOMAIN, GATEWAY_ABSENT)
