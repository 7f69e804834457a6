"""Where the entities look for a value of a device, in this order."""

from typing import Any

from .coordinator import Device


def is_lock(device: Device) -> bool:
    return (
        device.get("type") == "lock"
        or device.get("category") == "SmartLock"
        or device.get("handleType") == "utec-lock"
        or "st.lock" in str(device.get("capabilities", ""))
    )


def locked(device: Device) -> bool | None:
    """Every text but one counts as unlocked."""
    written = state(device, "st.lock", "lockState")
    if isinstance(written, str):
        return written.lower() == "locked"
    status = device.get("status")
    found = first(
        capability(device, "st.lock"),
        part(device.get("state"), "locked"),
        part(device.get("attributes"), "lockState"),
        part(status, "locked"),
        part(status, "lock"),
        status if isinstance(status, str) else None,
    )
    return found.lower() == "locked" if isinstance(found, str) else found


def battery(device: Device) -> int | None:
    """In percent; up to 5 it is a level."""
    status = device.get("status")
    value = first(
        state(device, "st.batteryLevel", "level"),
        capability(device, "st.battery"),
        part(device.get("attributes"), "batteryLevel"),
        device.get("battery"),
        part(status, "battery"),
        part(status, "batteryLevel"),
    )
    return None if value is None else int(value) if int(value) > 5 else int(value) * 20


def health(device: Device) -> str | None:
    online = device.get("online")
    return first(
        state(device, "st.healthCheck", "status"),
        capability(device, "st.healthCheck"),
        device.get("health"),
        None if online is None else "Online" if online else "Offline",
    )


def has_battery(device: Device) -> bool:
    attributes = device.get("attributes") or {}
    return (
        "st.battery" in device.get("capabilities", {}).keys()  # noqa: SIM118 - a list has no keys: this one fails then
        or "batteryLevel" in attributes
        or "batteryLevelRange" in attributes
        or "battery" in device
        or state(device, "st.batteryLevel", "level") is not None
    )


def state(device: Device, capability_id: str, name: str) -> Any:
    """Exactly as the cloud documents it."""
    for entry in device.get("states", []):
        if entry.get("capability") == capability_id and entry.get("name") == name:
            return entry.get("value")
    return None


def capability(device: Device, name: str) -> Any:
    return part(part(part(device.get("capabilities"), name), "state"), "value")


def part(whole: Any, name: str) -> Any:
    return whole.get(name) if isinstance(whole, dict) else None


def first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
