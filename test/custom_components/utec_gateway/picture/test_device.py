"""What a gateway may say of a device: what is taken, what becomes unknown, and what is refused."""

from typing import Any

import probatio
import pytest

from custom_components.utec_gateway.picture.device import ValueRange, parse_device
from custom_components.utec_gateway.picture.validators import moment, whole

from ..gateway import fixture

LAMP_OBJECT = fixture("snapshot", 1)["devices"][2]


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ("level", 40.4, 40),
        ("level", 140, 100),
        ("level", -1, 0),
        ("level_range", {"min": 1, "max": 100, "step": 1}, ValueRange(low=1, high=100, step=1)),
        ("level_range", {"min": 1, "max": 100, "step": 1, "unit": "%"}, ValueRange(low=1, high=100, step=1)),
        ("level_range", {"min": 5, "max": 5, "step": 1}, None),
        ("level_range", {"min": 1, "max": 100, "step": 0}, None),
        ("level_range", {"min": 1, "max": None, "step": 1}, None),
        ("color", {"r": 255, "g": 128.4, "b": 0}, (255, 128, 0)),
        ("color", {"r": 999, "g": -1, "b": None}, (255, 0, 0)),
        ("color_temperature", 4000.4, 4000),
        ("kind", "toaster", None),
        ("freshness", "mouldy", None),
        ("trouble", 7, None),
        ("switch_state", "unknown", None),
        ("available", None, True),
        ("available", False, False),
    ],
)
def test_a_value_is_taken_as_far_as_it_makes_sense(field: str, value: object, taken: object) -> None:
    assert getattr(parse_device({**LAMP_OBJECT, field: value}), field) == taken


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", "40"),
        ("level", True),
        ("level_range", [1, 100]),
        ("level_range", {"min": 1}),
        ("color", "red"),
        ("color", {"r": 1, "g": 2}),
        ("confirmed_at", "yesterday"),
        ("confirmed_at", 1e300),
        ("available", "yes"),
    ],
)
def test_a_value_of_another_type_is_refused(field: str, value: object) -> None:
    with pytest.raises(probatio.Invalid):
        parse_device({**LAMP_OBJECT, field: value})


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
@pytest.mark.parametrize("validate", [whole, moment])
def test_what_is_no_number_is_refused(validate: Any, value: float) -> None:
    with pytest.raises(probatio.Invalid):
        validate(value)


def test_a_device_that_is_offline_is_never_available() -> None:
    assert not parse_device({**LAMP_OBJECT, "online": False, "available": True}).available


@pytest.mark.parametrize(
    ("limits", "value", "nearest"),
    [((1, 100, 1), 40.4, 40), ((10, 60, 20), 41, 50), ((10, 60, 20), 99, 60), ((10, 60, 20), 1, 10)],
)
def test_the_nearest_value_of_a_range_is_one_of_its_steps(
    limits: tuple[int, int, int], value: float, nearest: int
) -> None:
    low, high, step = limits
    assert ValueRange(low=low, high=high, step=step).fit(value) == nearest
