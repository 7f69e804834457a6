"""What the entities of a device read from one answer."""

from typing import Any

type States = dict[tuple[str, str], Any]


def health(states: States) -> str | None:
    value = states.get(("st.healthcheck", "status"))
    return value if isinstance(value, str) else None


def battery(states: States) -> int | None:
    """From 1 to 5."""
    try:
        return int(states[("st.batterylevel", "level")])
    except KeyError, TypeError, ValueError:
        return None


def locked(states: States) -> bool | None:
    """None for every word but the two."""
    return {"locked": True, "unlocked": False}.get(str(states.get(("st.lock", "lockstate"))).lower())
