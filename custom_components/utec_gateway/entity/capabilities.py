"""What an entity can do, and what it shows beside that."""

from collections.abc import Mapping
from typing import Any, override


class Capabilities(dict[str, Any]):
    """The capabilities of an entity, and attributes that its state shows although they are not capabilities.

    For an unavailable entity Home Assistant shows only its capabilities, which it copies; and it writes them to
    the entity registry whenever they have changed. The reason has to be visible without being written there.
    """

    __hash__ = None

    def __init__(self, own: Mapping[str, Any] | None, shown: Mapping[str, Any]) -> None:
        """Take the capabilities, and what the state shows beside them."""
        super().__init__(own or {})
        self._shown = shown

    def __bool__(self) -> bool:
        """Tell whether there is anything to copy."""
        return len(self) > 0 or len(self._shown) > 0

    @override
    def __eq__(self, other: object) -> bool:
        """Compare the capabilities alone; the registry may hold None where there are none."""
        return dict(self) == (other or {})

    @override
    def __ne__(self, other: object) -> bool:
        """Compare as `__eq__` does, which a mapping does not by itself."""
        return not self == other

    @override
    def copy(self) -> dict[str, Any]:
        """Return all that the state shows."""
        return {**self, **self._shown}
