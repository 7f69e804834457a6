"""The entities of the gateway itself."""

from typing import override

from ..picture.gateway import Gateway
from .base import UtecGatewayEntity


class GatewayEntity(UtecGatewayEntity):
    """An entity of the gateway."""

    @property
    def gateway(self) -> Gateway:
        """What the gateway says of itself."""
        return self.picture.gateway

    @property
    @override
    def available(self) -> bool:
        """Whether the gateway is connected."""
        return self.coordinator.connected

    @property
    @override
    def _watched(self) -> object:
        """The gateway, and whether it is connected."""
        return self.gateway, self.available

    @override
    async def async_update(self) -> None:
        """Ask for nothing: no cloud knows anything of the gateway, and it tells of itself at once."""
