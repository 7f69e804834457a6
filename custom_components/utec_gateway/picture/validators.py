"""Validators of what comes over the link: words, times and numbers, as Home Assistant needs them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import probatio

from homeassistant.util import dt as dt_util

TEXT = probatio.Any(str, None)
FLAG = probatio.Any(bool, None)


def word_of[EnumT: StrEnum](values: type[EnumT]) -> Callable[[object], EnumT | None]:
    """Validate a word of an enum; an unknown one becomes None."""

    def validate(value: object) -> EnumT | None:
        return next((known for known in values if known == value), None)

    return validate


def unknown_words(said: Mapping[str, Any], known: Mapping[str, type[StrEnum]]) -> Mapping[str, Any]:
    """Find the words that are none of those that are known for their field."""
    return {name: word for name, values in known.items() if (word := said.get(name)) not in (None, "unknown", *values)}


def words(value: object) -> frozenset[str]:
    """Take the words of a list; what is none counts as absent."""
    return frozenset(it for it in value if isinstance(it, str)) if isinstance(value, list) else frozenset()


def number(value: object) -> float | None:
    """Validate a number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise probatio.Invalid("expected a number")
    return value


def whole(value: object) -> int | None:
    """Validate a number and round it."""
    valid = number(value)
    try:
        return None if valid is None else round(valid)
    except (OverflowError, ValueError) as err:
        raise probatio.Invalid("expected a finite number") from err


def count(value: object) -> int:
    """Validate a number of things."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise probatio.Invalid("expected a whole number, 0 or more")
    return value


def percent(value: object) -> int | None:
    """Validate a percentage."""
    valid = whole(value)
    return None if valid is None else min(max(valid, 0), 100)


def moment(value: object) -> datetime | None:
    """Validate epoch milliseconds."""
    valid = number(value)
    if valid is None:
        return None
    try:
        return dt_util.utc_from_timestamp(valid / 1000)
    except (OverflowError, OSError, ValueError) as err:
        raise probatio.Invalid("expected epoch milliseconds") from err
