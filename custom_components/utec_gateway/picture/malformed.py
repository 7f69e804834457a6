"""Objects that cannot be read: each costs itself, and not the message that it comes in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import probatio


class Kind(StrEnum):
    """What an object is."""

    GATEWAY = "gateway"
    ACCOUNT = "account"
    DEVICE = "device"


@dataclass(frozen=True, kw_only=True)
class Malformed:
    """An object that cannot be read."""

    kind: Kind
    # None where not even that can be read: it may be any.
    id: str | None
    # Where it is not as it must be; without what is there.
    error: str


def tolerant[ThingT](kind: Kind, parse: Callable[[Any], ThingT]) -> Callable[[Any], ThingT | Malformed]:
    """Make a parser return what is wrong instead of raising it."""

    def read(value: Any) -> ThingT | Malformed:
        try:
            return parse(value)
        except probatio.Invalid as err:
            thing_id = value.get("id") if isinstance(value, Mapping) else None
            return Malformed(kind=kind, id=thing_id if isinstance(thing_id, str) else None, error=str(err))

    return read


def sort_out[ThingT](objects: Iterable[ThingT | Malformed]) -> tuple[list[ThingT], list[Malformed]]:
    """Separate what can be read from what cannot."""
    read: list[ThingT] = []
    malformed: list[Malformed] = []
    for it in objects:
        if isinstance(it, Malformed):
            malformed.append(it)
        else:
            read.append(it)
    return read, malformed
