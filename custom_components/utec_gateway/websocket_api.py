"""The WebSocket commands that the gateway sends (docs/protocol.md). For administrators only."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import probatio

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import CONF_GATEWAY_ID, DOMAIN, PROTOCOL_MAX, PROTOCOL_MIN
from .coordinator import Hello, UtecGatewayConfigEntry
from .link.commands import CommandError, Outcome
from .link.link import UnknownSessionError
from .link.messages import SNAPSHOT_FIELDS, UPDATE_FIELDS, changes_of, part_of
from .link.said import phrase_of, worded
from .picture.gateway import Gateway, unknown_gateway
from .picture.offer import OFFER_FIELDS, offer_of
from .registry.succession import async_bind

type Message = dict[str, Any]
type Handler = Callable[[UtecGatewayConfigEntry, ActiveConnection, Message], None]
type Registered = Callable[[HomeAssistant, ActiveConnection, Message], None]


class RefusedError(Exception):
    """A refusal, with one of the protocol's error codes."""

    def __init__(self, code: str, message: str) -> None:
        """`message` is one sentence for the gateway's log."""
        super().__init__(message)
        self.code = code


def _command(name: str, fields: dict[Any, Any]) -> Callable[[Handler], Registered]:
    """Make a handler a command. Unknown fields are not errors: they belong to a later version."""
    schema = probatio.All(
        probatio.Schema(
            {probatio.Required("type"): f"{DOMAIN}/{name}", **fields},
            extra=probatio.ALLOW_EXTRA,
        )
    )

    def decorate(handler: Handler) -> Registered:
        @callback
        @websocket_api.require_admin
        @wraps(handler)
        def handle(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
            try:
                entry = _served_entry(hass) if "session" in msg else _loaded_entry(hass)
                handler(entry, connection, worded(hass, msg))
            except RefusedError as err:
                connection.send_error(msg["id"], err.code, str(err))
            except UnknownSessionError:
                connection.send_error(msg["id"], "unknown_session", "The session is over: start again with hello.")

        return websocket_api.websocket_command(schema)(handle)

    return decorate


def _loaded_entry(hass: HomeAssistant) -> UtecGatewayConfigEntry:
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        return entry
    raise RefusedError("not_set_up", "U-tec Gateway is not set up in Home Assistant.")


def _served_entry(hass: HomeAssistant) -> UtecGatewayConfigEntry:
    """Find the entry that has a session: also one that is being unloaded, which waits for commands to end."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
            return entry
    return _loaded_entry(hass)


def _check_gateway(entry: UtecGatewayConfigEntry, gateway_id: str) -> None:
    if entry.data.get(CONF_GATEWAY_ID, gateway_id) != gateway_id:
        raise RefusedError(
            "other_gateway",
            "Home Assistant works with another gateway.",
        )


@_command(
    "hello",
    {
        probatio.Required("gateway_id"): probatio.All(str, probatio.Length(min=1)),
        probatio.Required("version"): str,
        probatio.Required("protocol"): probatio.Schema(
            {probatio.Required("min"): int, probatio.Required("max"): int},
            extra=probatio.ALLOW_EXTRA,
        ),
        probatio.Required("page"): probatio.Any(str, None),
    },
)
def handle_hello(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Agree on a protocol version; the entry then belongs to the first gateway that does."""
    coordinator = entry.runtime_data
    gateway_id, version = msg["gateway_id"], msg["version"]
    _check_gateway(entry, gateway_id)

    lowest, highest = msg["protocol"]["min"], msg["protocol"]["max"]
    protocol = min(highest, PROTOCOL_MAX)
    if protocol < max(lowest, PROTOCOL_MIN):
        gateway_is_older = highest < PROTOCOL_MIN
        coordinator.issues.async_show_protocol(
            gateway_is_older=gateway_is_older,
            gateway_version=version,
            version=coordinator.version,
            page=msg["page"],
        )
        half = "the gateway" if gateway_is_older else "the integration U-tec Gateway"
        raise RefusedError("unsupported_protocol", f"There is no common protocol version: update {half}.")

    coordinator.issues.async_clear_protocol()
    coordinator.hello = Hello(version, msg["page"], protocol)
    coordinator.offers.async_drop(gateway_id)
    if CONF_GATEWAY_ID not in entry.data:
        async_bind(coordinator.hass, entry, gateway_id)
    connection.send_result(
        msg["id"],
        {
            "protocol": protocol,
            "integration_version": coordinator.version,
            **coordinator.generations.as_sent(),
        },
    )


@_command("offer", {**OFFER_FIELDS})
def handle_offer(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Take the offer of a gateway that was refused, and tell it what a take-over would do. The user decides."""
    offer, coordinator = offer_of(msg), entry.runtime_data
    if entry.data.get(CONF_GATEWAY_ID, offer.gateway_id) == offer.gateway_id:
        raise UnknownSessionError
    comparison = coordinator.offers.async_take(offer, connected=coordinator.in_session)
    connection.send_result(
        msg["id"],
        {"verdict": comparison.verdict, "connected": coordinator.in_session, "missing": list(comparison.missing)},
    )


@_command("listen", {probatio.Required("gateway_id"): str})
def handle_listen(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Open the link. The session is the first event, after the result."""
    _check_gateway(entry, msg["gateway_id"])
    coordinator = entry.runtime_data
    if coordinator.hello is None:
        raise UnknownSessionError
    connection.send_result(msg["id"])
    link = coordinator.link
    session = link.async_open(partial(connection.send_event, msg["id"]))
    connection.subscriptions[msg["id"]] = partial(link.async_socket_ended, session)


def _gateway_as_it_was(entry: UtecGatewayConfigEntry) -> Gateway:
    """Find what was last known of a gateway that cannot be read: at least its hello."""
    coordinator = entry.runtime_data
    if coordinator.picture is not None:
        return coordinator.picture.gateway
    version = coordinator.hello.version if coordinator.hello else ""
    return unknown_gateway(entry.data[CONF_GATEWAY_ID], version)


_SESSION = {probatio.Required("session"): str}


@_command("snapshot", {**_SESSION, **SNAPSHOT_FIELDS})
def handle_snapshot(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Take a part of a snapshot."""
    entry.runtime_data.link.async_snapshot(msg["session"], part_of(msg, _gateway_as_it_was(entry)))
    connection.send_result(msg["id"])


@_command("update", {**_SESSION, **UPDATE_FIELDS})
def handle_update(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Apply changes."""
    entry.runtime_data.link.async_update(msg["session"], msg["seq"], changes_of(msg))
    connection.send_result(msg["id"])


@_command(
    "result",
    {
        **_SESSION,
        probatio.Required("command_id"): str,
        probatio.Required("ok"): bool,
        probatio.Optional("error"): probatio.Schema(
            {probatio.Required("code"): str, probatio.Required("message"): str},
            extra=probatio.ALLOW_EXTRA,
        ),
        probatio.Optional("data", default=dict): dict,
    },
)
def handle_result(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Take the outcome of a command."""
    said = msg.get("error", {"code": "internal", "message": ""})
    error = (
        None
        if msg["ok"]
        else CommandError(said["code"], said["message"], phrase_of(entry.runtime_data.hass, said.get("said")))
    )
    outcome = Outcome(error=error, data=msg["data"])
    entry.runtime_data.link.async_result(msg["session"], msg["command_id"], outcome)
    connection.send_result(msg["id"])


@_command("alive", _SESSION)
def handle_alive(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Note that the gateway is alive."""
    entry.runtime_data.link.async_alive(msg["session"])
    connection.send_result(msg["id"])


@_command(
    "goodbye",
    {
        **_SESSION,
        probatio.Required("reason"): str,
        probatio.Required("back_in_s"): probatio.Any(int, float),
    },
)
def handle_goodbye(entry: UtecGatewayConfigEntry, connection: ActiveConnection, msg: Message) -> None:
    """Take a planned goodbye."""
    entry.runtime_data.link.async_goodbye(msg["session"], msg["reason"], msg["back_in_s"])
    connection.send_result(msg["id"])


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register all commands."""
    for handler in (
        handle_hello,
        handle_offer,
        handle_listen,
        handle_snapshot,
        handle_update,
        handle_result,
        handle_alive,
        handle_goodbye,
    ):
        websocket_api.async_register_command(hass, handler)
