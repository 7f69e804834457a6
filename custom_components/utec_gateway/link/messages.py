"""The messages that bring the picture: their fields, and what can be read of them."""

from collections.abc import Mapping
from typing import Any

import probatio

from ..picture.account import parse_account
from ..picture.activity import parse_activity
from ..picture.command import parse_command
from ..picture.device import parse_device
from ..picture.gateway import Gateway, parse_gateway
from ..picture.malformed import Kind, sort_out, tolerant
from ..picture.picture import Changes
from .snapshot import SnapshotPart

type Message = Mapping[str, Any]

COUNT = probatio.All(int, probatio.Range(min=0))
_ORDINAL = probatio.All(int, probatio.Range(min=1))
_GATEWAY = tolerant(Kind.GATEWAY, parse_gateway)
_ACCOUNTS = [tolerant(Kind.ACCOUNT, parse_account)]
_DEVICES = [tolerant(Kind.DEVICE, parse_device)]

SNAPSHOT_FIELDS: Mapping[Any, Any] = {
    probatio.Required("snapshot_id"): str,
    probatio.Required("part"): _ORDINAL,
    probatio.Required("parts"): _ORDINAL,
    probatio.Required("seq"): COUNT,
    probatio.Required("gateway"): _GATEWAY,
    probatio.Required("accounts"): _ACCOUNTS,
    probatio.Required("devices"): _DEVICES,
    probatio.Optional("commands", default=list): [parse_command],
}

UPDATE_FIELDS: Mapping[Any, Any] = {
    probatio.Required("seq"): COUNT,
    probatio.Required("set"): probatio.Schema(
        {
            "gateway": _GATEWAY,
            "accounts": _ACCOUNTS,
            "devices": _DEVICES,
            "commands": [parse_command],
            "activity": [parse_activity],
        },
        extra=probatio.ALLOW_EXTRA,
    ),
    probatio.Required("removed"): probatio.Schema({"accounts": [str], "devices": [str]}, extra=probatio.ALLOW_EXTRA),
}


def part_of(msg: Message, gateway_as_it_was: Gateway) -> SnapshotPart:
    """Make a part of a snapshot of a validated message."""
    gateways, unread_gateway = sort_out([msg["gateway"]])
    accounts, unread_accounts = sort_out(msg["accounts"])
    devices, unread_devices = sort_out(msg["devices"])
    return SnapshotPart(
        snapshot_id=msg["snapshot_id"],
        part=msg["part"],
        parts=msg["parts"],
        seq=msg["seq"],
        gateway=gateways[0] if gateways else gateway_as_it_was,
        accounts=accounts,
        devices=devices,
        commands=_readable(msg["commands"]),
        malformed=[*unread_gateway, *unread_accounts, *unread_devices],
    )


def changes_of(msg: Message) -> Changes:
    """Make the changes of a validated message."""
    changed, removed = msg["set"], msg["removed"]
    gateways, unread_gateway = sort_out([changed["gateway"]] if "gateway" in changed else [])
    accounts, unread_accounts = sort_out(changed.get("accounts", []))
    devices, unread_devices = sort_out(changed.get("devices", []))
    return Changes(
        gateway=gateways[0] if gateways else None,
        accounts=tuple(accounts),
        devices=tuple(devices),
        removed_accounts=frozenset(removed.get("accounts", ())),
        removed_devices=frozenset(removed.get("devices", ())),
        commands=tuple(_readable(changed.get("commands", []))),
        activity=tuple(_readable(changed.get("activity", []))),
        malformed=(*unread_gateway, *unread_accounts, *unread_devices),
    )


def _readable[ThingT](things: list[ThingT | None]) -> list[ThingT]:
    return [it for it in things if it is not None]
