"""What the gateway says of itself, and of the clouds of its accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import probatio

from .validators import FLAG, whole


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The gateway itself."""

    id: str
    version: str
    # By account id: does the account's cloud respond? None until the first call has ended.
    clouds: Mapping[str, bool | None]
    # The accounts whose devices are all known: a device that the picture lacks is not theirs.
    devices_known: frozenset[str]
    # How many requests went to the clouds in the last complete hour of its run; None before there is one.
    calls_last_hour: int | None
    as_sent: Mapping[str, Any] = field(repr=False)


_CLOUD = probatio.Schema(
    {
        probatio.Required("online"): FLAG,
        probatio.Optional("devices_known", default=None): FLAG,
    },
    extra=probatio.REMOVE_EXTRA,
)

_GATEWAY = probatio.Schema(
    {
        probatio.Required("id"): str,
        probatio.Required("version"): str,
        probatio.Required("clouds"): {str: _CLOUD},
        probatio.Optional("calls_last_hour", default=None): whole,
    },
    extra=probatio.REMOVE_EXTRA,
)


def _are_devices_known(cloud: Mapping[str, bool | None]) -> bool:
    """Tell whether an account's devices are known; with an older gateway, they are once its cloud answers."""
    known = cloud["devices_known"]
    return cloud["online"] is True if known is None else known


def parse_gateway(value: Any) -> Gateway:
    """Validate a gateway object; raises probatio.Invalid."""
    valid = _GATEWAY(value)
    clouds = valid.pop("clouds")
    return Gateway(
        **valid,
        clouds={key: cloud["online"] for key, cloud in clouds.items()},
        devices_known=frozenset(key for key, cloud in clouds.items() if _are_devices_known(cloud)),
        as_sent=value,
    )


def unknown_gateway(gateway_id: str, version: str) -> Gateway:
    """Make a gateway of which no more is known."""
    return Gateway(
        id=gateway_id, version=version, clouds={}, devices_known=frozenset(), calls_last_hour=None, as_sent={}
    )
