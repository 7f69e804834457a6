"""When the token of an account is refreshed next: a fact that is written when it changes, and only then."""

from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..coordinator import UtecGatewayCoordinator
from ..picture.account import Account
from .account import AccountEntity

# From here on another time is another plan, and not the same one with another chance in it.
MOVED = timedelta(minutes=1)

NEXT_REFRESHES = (
    SensorEntityDescription(
        key="next_refresh",
        translation_key="next_refresh",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


class NextRefresh(AccountEntity, SensorEntity):
    """When the token of an account is refreshed next. None while nothing is planned.

    A plan that moves a little while nothing else of the account changes is no news: what was told stays until it has
    passed.
    """

    def __init__(
        self, coordinator: UtecGatewayCoordinator, thing_id: str, description: SensorEntityDescription
    ) -> None:
        """Create the sensor with the present plan."""
        super().__init__(coordinator, thing_id, description)
        self._told = self.account

    @property
    @override
    def native_value(self) -> datetime | None:
        """The moment."""
        return self._told.next_refresh_at

    @callback
    @override
    def _handle_change(self) -> None:
        """Write the state if there is news."""
        if self.available and self._is_news(self.account):
            self._told = self.account
        super()._handle_change()

    def _is_news(self, now: Account) -> bool:
        told = self._told
        if told.next_refresh_at is None or now.next_refresh_at is None or told.next_refresh_at <= dt_util.utcnow():
            return True
        moved = abs(now.next_refresh_at - told.next_refresh_at)
        return moved >= MOVED or _without_plan(told) != _without_plan(now)


def _without_plan(account: Account) -> dict[str, Any]:
    return {key: it for key, it in account.as_sent.items() if key != "next_refresh_at"}
