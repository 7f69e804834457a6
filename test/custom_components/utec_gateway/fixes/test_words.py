"""Whatever a repair may end with has words of its own."""

from typing import Any

import pytest

from custom_components.utec_gateway.fixes.account import REASONS

from ..test_translations import OWN_WORDS, read

LANGUAGES = tuple(OWN_WORDS)

OF_ACCOUNTS = {*REASONS.values(), "failed", "ignored"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "reasons", "steps"),
    [
        (
            "automatic_refresh_off",
            {*OF_ACCOUNTS, "owned_by_options", "owned_by_options_elsewhere"},
            {"init": {"leave_off", "options", "turn_on"}},
        ),
        ("no_devices", {*OF_ACCOUNTS, "still_none"}, {"init": {"ignore", "look"}}),
        ("sign_in_needed", {"nothing_left"}, {"sign_in": set()}),
        (
            "update_integration",
            {"restart_refused", "restarting", "update_first", "update_first_elsewhere"},
            {"restart": set()},
        ),
    ],
)
def test_every_step_and_every_end_has_words(
    language: str, kind: str, reasons: set[str], steps: dict[str, set[str]]
) -> None:
    words: dict[str, Any] = read(f"translations/{language}.json")["issues"][kind]["fix_flow"]
    assert set(words["abort"]) == reasons
    assert {key: set(it.get("menu_options", {})) for key, it in words["step"].items()} == steps


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_waited_for_has_words_with_and_without_a_link(language: str) -> None:
    words = read(f"translations/{language}.json")["issues"]["sign_in_needed"]["fix_flow"]["progress"]
    assert "({page})" in words["sign_in"]
    assert "{page}" not in words["sign_in_elsewhere"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_repair_has_a_description_or_a_flow_and_never_both(language: str) -> None:
    for issue in read(f"translations/{language}.json")["issues"].values():
        assert ("description" in issue) is not ("fix_flow" in issue)
