"""A gateway made of the contract's fixtures: it speaks through Home Assistant's real WebSocket API."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

from .house import settle

TESTS = Path(__file__).parent.parent.parent
CONTRACT = TESTS / "contract"
MANIFEST = TESTS.parent / "custom_components" / "utec_gateway" / "manifest.json"

type Message = dict[str, Any]


def fixture(name: str, index: int | None = None) -> Message:
    """One message of the contract; `index` picks from a file that holds a list."""
    written = json.loads((CONTRACT / f"{name}.json").read_text())
    message: Message = (written if index is None else written[index])["message"]
    return message


def fixtures(name: str) -> list[Message]:
    """All messages of a contract file that holds a list."""
    return [entry["message"] for entry in json.loads((CONTRACT / f"{name}.json").read_text())]


def as_in_contract(command: Message, name: str) -> bool:
    """Whether a command is the contract's, but for its id."""
    return {**command, "id": fixture(name)["id"]} == fixture(name)


GATEWAY: str = fixture("hello")["gateway_id"]
GATEWAY_VERSION: str = fixture("hello")["version"]
INTEGRATION_VERSION: str = json.loads(MANIFEST.read_text())["version"]
HOME: str = fixture("snapshot", 0)["accounts"][0]["id"]
CABIN: str = fixture("snapshot", 0)["accounts"][1]["id"]
FRONT: str = fixture("snapshot", 0)["devices"][0]["id"]
BACK: str = fixture("snapshot", 1)["devices"][0]["id"]
PLUG: str = fixture("snapshot", 1)["devices"][1]["id"]
LAMP: str = fixture("snapshot", 1)["devices"][2]["id"]
TOASTER: str = fixture("snapshot", 2)["devices"][0]["id"]
SHED: str = fixture("updates", 3)["set"]["devices"][0]["id"]


class FakeGateway:
    """The gateway's side of one socket."""

    def __init__(self, hass: HomeAssistant, socket: MockHAClientWebSocket) -> None:
        self.hass = hass
        self.socket = socket
        self.session = ""
        # Events that came while an answer was awaited.
        self._events: list[Message] = []

    async def send(self, message: Message) -> Message:
        """Send a command as it is; returns Home Assistant's answer."""
        await self.socket.send_json_auto_id(message)
        while True:
            received: Message = await self.socket.receive_json()
            if received["type"] == "result":
                await settle()
                return received
            self._events.append(received["event"])

    async def call(self, message: Message) -> Any:
        """Send a command in the present session; returns the result of the accepted command."""
        session = {"session": self.session} if "session" in message else {}
        answer = await self.send({**message, **session})
        assert answer["success"], answer
        return answer["result"]

    async def refused(self, message: Message) -> str:
        """Send a command as it is; returns the code of the error."""
        answer = await self.send(message)
        assert not answer["success"], answer
        code: str = answer["error"]["code"]
        return code

    async def event(self) -> Message:
        """Take the next event of the subscription. Home Assistant has a few round trips to send it."""
        for _ in range(5):
            if self._events:
                return self._events.pop(0)
            await self.send({"type": "get_config"})
        raise AssertionError("Home Assistant sent no event.")

    async def events(self) -> list[Message]:
        """Take all events that have come so far."""
        await self.send({"type": "get_config"})
        events, self._events = self._events, []
        return events

    async def listen(self) -> None:
        """Say hello and open a session."""
        await self.call(fixture("hello"))
        await self.call(fixture("listen"))
        event = await self.event()
        assert event["type"] == "session"
        self.session = event["session"]

    async def snapshot(self, seq: int = 0) -> None:
        """Send the whole picture."""
        for part in fixtures("snapshot"):
            await self.call({**part, "seq": seq})

    async def connect(self) -> None:
        """Do all that it takes until the entities stand."""
        await self.listen()
        await self.snapshot()
        await self.hass.async_block_till_done()

    async def update(self, *indexes: int) -> None:
        """Send updates of the contract."""
        for index in indexes:
            await self.call(fixture("updates", index))

    async def change_device(self, seq: int, device: Message, **fields: Any) -> None:
        """Send an update in which a device has other values."""
        changed = {"devices": [{**device, **fields}]}
        await self.call({**fixture("updates", 0), "seq": seq, "set": changed})

    async def change_account(self, seq: int, account: Message, **fields: Any) -> None:
        """Send an update in which an account has other values."""
        changed = {"accounts": [{**account, **fields}]}
        await self.call({**fixture("updates", 0), "seq": seq, "set": changed})

    async def ok(self, command: Message) -> None:
        """Confirm a command."""
        await self.call({**fixture("result-ok"), "command_id": command["id"]})

    async def fail(self, command: Message, **error: Any) -> None:
        """End a command that did not go well."""
        failed = fixture("result-error")
        failed["error"].update(error)
        await self.call({**failed, "command_id": command["id"]})

    async def close(self) -> None:
        """Close the socket."""
        await self.socket.close()
        await settle()
