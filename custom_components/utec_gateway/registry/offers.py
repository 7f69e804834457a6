"""The gateways that Home Assistant does not work with and that offer to take over: a repair issue for each."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later

from ..const import DOMAIN, LOGGER, OFFER_S
from ..picture.offer import Offer
from .page import page_url
from .take_over import Comparison, Verdict, async_compare

OFFER_PREFIX = "other_gateway_"
# The issues by what they say; the first two have the gateway that Home Assistant works with away, or connected.
TAKE_OVER = "take_over"
TWO_GATEWAYS = "two_gateways"
OTHER_LOCKS = "other_locks"
OTHER_GATEWAY = "other_gateway"
OFFER_ISSUES = frozenset({TAKE_OVER, TWO_GATEWAYS, OTHER_LOCKS, OTHER_GATEWAY})

_MOST_NAMES = 10


def offer_issue_id(gateway_id: str) -> str:
    """Name the issue after the other gateway, so that whoever ignores it is not asked about that one again."""
    return f"{OFFER_PREFIX}{gateway_id}"


def listed(names: tuple[str, ...]) -> str:
    """List names for the user."""
    more = " …" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _kind(comparison: Comparison, *, connected: bool) -> str:
    if comparison.verdict is Verdict.SAME:
        return TWO_GATEWAYS if connected else TAKE_OVER
    return OTHER_LOCKS if comparison.verdict is Verdict.OTHER else OTHER_GATEWAY


class Offers:
    """What other gateways offer. Each repeats its offer every few minutes; one that stopped doing so is forgotten."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Start with no offers; an issue from before a reload stays until its gateway has had time to repeat it."""
        self._hass = hass
        self._entry = entry
        self._offers: dict[str, Offer] = {}
        self._expiries: dict[str, CALLBACK_TYPE] = {}
        # Whether the gateway that Home Assistant works with is, as the issues say.
        self._connected = False
        for issue_id in _known(hass):
            self._expire_later(issue_id.removeprefix(OFFER_PREFIX))

    @property
    def newest(self) -> Offer | None:
        """The latest offer."""
        return next(reversed(self._offers.values()), None)

    def of(self, gateway_id: str) -> Offer | None:
        """Find the offer of a gateway."""
        return self._offers.get(gateway_id)

    @callback
    def async_take(self, offer: Offer, *, connected: bool) -> Comparison:
        """Take an offer and show it. `connected` tells whether the gateway that Home Assistant works with is."""
        self._offers.pop(offer.gateway_id, None)
        self._offers[offer.gateway_id] = offer
        self._expire_later(offer.gateway_id)
        self.async_show(connected=connected)
        return self._show(offer)

    @callback
    def async_show(self, *, connected: bool) -> None:
        """Show the offers anew where the gateway that Home Assistant works with has come or gone."""
        if connected == self._connected:
            return
        self._connected = connected
        for offer in self._offers.values():
            self._show(offer)

    def _show(self, offer: Offer) -> Comparison:
        comparison = async_compare(self._hass, self._entry, offer)
        kind, issue_id = _kind(comparison, connected=self._connected), offer_issue_id(offer.gateway_id)
        if issue_id not in _known(self._hass):
            LOGGER.warning("Another gateway (%s) wants to connect: %s", offer.gateway_id, kind)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"gateway_id": offer.gateway_id},
            is_fixable=kind != OTHER_GATEWAY,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING if self._connected else ir.IssueSeverity.ERROR,
            learn_more_url=page_url(offer.page),
            translation_key=kind,
            translation_placeholders={"missing": listed(comparison.missing)},
        )
        return comparison

    @callback
    def async_drop(self, gateway_id: str) -> None:
        """Forget an offer: the gateway has stopped, or Home Assistant works with it now."""
        if cancel := self._expiries.pop(gateway_id, None):
            cancel()
        self._offers.pop(gateway_id, None)
        ir.async_delete_issue(self._hass, DOMAIN, offer_issue_id(gateway_id))

    @callback
    def async_shutdown(self) -> None:
        """Stop the timers. The issues stay over a reload."""
        for cancel in self._expiries.values():
            cancel()
        self._expiries.clear()

    def _expire_later(self, gateway_id: str) -> None:
        if cancel := self._expiries.pop(gateway_id, None):
            cancel()

        @callback
        def expire(_now: object) -> None:
            self._expiries.pop(gateway_id, None)
            self.async_drop(gateway_id)

        self._expiries[gateway_id] = async_call_later(self._hass, OFFER_S, expire)


@callback
def async_clear_offers(hass: HomeAssistant) -> None:
    """Clear the issues: the entry is disabled or removed."""
    for issue_id in _known(hass):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def offers_shown(hass: HomeAssistant) -> bool:
    """Tell whether another gateway's offer is shown; one that somebody ignores is not."""
    registry = ir.async_get(hass)
    issues = (registry.async_get_issue(DOMAIN, issue_id) for issue_id in _known(hass))
    return any(it.active and it.dismissed_version is None for it in issues if it)


def _known(hass: HomeAssistant) -> set[str]:
    issues = ir.async_get(hass).issues
    return {issue_id for domain, issue_id in issues if domain == DOMAIN and issue_id.startswith(OFFER_PREFIX)}
