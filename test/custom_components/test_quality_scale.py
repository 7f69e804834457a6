"""The quality scale: no rule is left open, what is exempt says why, and what is documented says where, truly."""

from pathlib import Path
import re

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES: dict[str, str | dict[str, str]] = yaml.safe_load(
    (ROOT / "custom_components" / "utec_gateway" / "quality_scale.yaml").read_text()
)["rules"]


def of(rule: str) -> dict[str, str]:
    """What is said of a rule."""
    said = RULES[rule]
    return {"status": said} if isinstance(said, str) else said


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_is_left_open_and_what_is_exempt_says_why(rule: str) -> None:
    said = of(rule)
    assert said["status"] in ("done", "exempt")
    assert said["status"] == "done" or said["comment"]


@pytest.mark.parametrize("rule", [it for it in RULES if it.startswith("docs-")])
def test_what_is_documented_is_where_the_rule_says(rule: str) -> None:
    page, heading = of(rule)["comment"].split(", ", 1)
    text = (ROOT / page).read_text()
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)
    assert len(section) == 2, f"{page} has no section {heading}"
    # More than a heading.
    assert len(re.split(r"^## ", section[1], flags=re.MULTILINE)[0].split()) >= 20
