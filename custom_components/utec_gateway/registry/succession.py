"""Another gateway has come without an offer: what the former one left stays until it is there again or a user decides.

The new one may not know its accounts yet, and nothing of what Home Assistant has may be lost by that.
"""

from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import CONF_FORMER_GATEWAY_ID, CONF_GATEWAY_ID, CONF_SUCCEEDED_AT, DOMAIN, LOGGER, SUCCESSION_S
from ..picture.malformed import Kind
from ..picture.offer import Offer, OfferedAccount
from ..picture.picture import Picture
from .devices import thing_id_of
from .offers import listed
from .take_over import async_compare, async_give_ids

LEFT_BEHIND = "left_behind"


@callback
def async_bind(hass: HomeAssistant, entry: ConfigEntry, gateway_id: str) -> None:
    """Bind the entry to the first gateway that comes. If another one had been there, what it left is kept for a day.

    A succession that is not over goes on where the same gateway comes back.
    """
    former = entry.data.get(CONF_FORMER_GATEWAY_ID)
    data = {key: it for key, it in entry.data.items() if key != CONF_FORMER_GATEWAY_ID}
    if former is not None and former != gateway_id:
        data[CONF_SUCCEEDED_AT] = dt_util.utcnow().timestamp()
        async_give_ids(hass, entry.entry_id, {former: gateway_id}, {})
        LOGGER.info("The gateway %s has taken the place of %s", gateway_id, former)
    hass.config_entries.async_update_entry(entry, data={**data, CONF_GATEWAY_ID: gateway_id}, unique_id=gateway_id)


class Succession:
    """What the former gateway left. It is over when the new one has it all, or the user lets it go."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Take up where the last run was."""
        self._hass = hass
        self._entry = entry
        self._picture: Picture | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @property
    def is_open(self) -> bool:
        """Whether something may still be missing."""
        return CONF_SUCCEEDED_AT in self._entry.data

    @property
    def left(self) -> list[dr.DeviceEntry]:
        """What is registered and not shown by the new gateway: accounts and devices."""
        picture = self._picture
        if not self.is_open or picture is None:
            return []
        shown = {picture.gateway.id, *picture.accounts, *picture.devices}
        registered = dr.async_entries_for_config_entry(dr.async_get(self._hass), self._entry.entry_id)
        return [it for it in registered if thing_id_of(it) not in shown]

    @property
    def missing(self) -> list[dr.DeviceEntry]:
        """What of it the new gateway really lacks: not what it may have sent without being understood."""
        picture = self._picture
        return [it for it in self.left if picture and not picture.may_have(_kind_of(it), thing_id_of(it))]

    @property
    def is_unknown(self) -> bool:
        """Whether the new gateway has not said yet what it has, since Home Assistant started."""
        return self.is_open and self._picture is None

    @property
    def names(self) -> str:
        """The names of what is missing, for the user."""
        return listed(tuple(sorted(it.name_by_user or it.name or "?" for it in self.missing)))

    @callback
    def async_adopt(self, picture: Picture) -> None:
        """Give what is registered for the former gateway's accounts the ids of the same ones of the new one."""
        self._picture = picture
        if not self.is_open:
            return
        offer = Offer(
            gateway_id=picture.gateway.id,
            version=picture.gateway.version,
            page=None,
            accounts=tuple(
                OfferedAccount(id=it.id, name=it.name, devices_known=it.id in picture.gateway.devices_known)
                for it in picture.accounts.values()
            ),
            devices={it.id: it.account_id for it in picture.devices.values()},
        )
        ids = async_compare(self._hass, self._entry, offer).ids
        async_give_ids(self._hass, self._entry.entry_id, ids, offer.devices)

    @callback
    def async_look(self) -> None:
        """Look whether all is there, and ask the user once a day has passed without."""
        self.async_shutdown()
        if not self.is_open or self.is_unknown:
            return
        if not self.left:
            self._close()
            return
        if not self.missing:
            ir.async_delete_issue(self._hass, DOMAIN, LEFT_BEHIND)
            return
        missing_s = dt_util.utcnow().timestamp() - float(self._entry.data[CONF_SUCCEEDED_AT])
        if missing_s < SUCCESSION_S:
            ir.async_delete_issue(self._hass, DOMAIN, LEFT_BEHIND)
            self._cancel = async_call_later(self._hass, SUCCESSION_S - missing_s, self._look_again)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            LEFT_BEHIND,
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=LEFT_BEHIND,
            translation_placeholders={"missing": self.names},
        )

    @callback
    def _look_again(self, _now: datetime) -> None:
        self._cancel = None
        self.async_look()

    @callback
    def async_wait(self) -> None:
        """Wait for another day."""
        data = {**self._entry.data, CONF_SUCCEEDED_AT: dt_util.utcnow().timestamp()}
        self._hass.config_entries.async_update_entry(self._entry, data=data)
        self.async_look()

    @callback
    def async_let_go(self) -> None:
        """Remove what is missing."""
        registry = dr.async_get(self._hass)
        for device in self.missing:
            registry.async_remove_device(device.id)
        self.async_look()

    def _close(self) -> None:
        data = {key: it for key, it in self._entry.data.items() if key != CONF_SUCCEEDED_AT}
        self._hass.config_entries.async_update_entry(self._entry, data=data)
        ir.async_delete_issue(self._hass, DOMAIN, LEFT_BEHIND)

    @callback
    def async_shutdown(self) -> None:
        """Stop the timer."""
        if self._cancel:
            self._cancel()
            self._cancel = None


def _kind_of(device: dr.DeviceEntry) -> Kind:
    return Kind.ACCOUNT if device.entry_type is dr.DeviceEntryType.SERVICE else Kind.DEVICE


@callback
def async_clear_left_behind(hass: HomeAssistant) -> None:
    """Clear the issue: the entry is disabled or removed."""
    ir.async_delete_issue(hass, DOMAIN, LEFT_BEHIND)
