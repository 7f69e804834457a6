"""What a gateway may say of an account: what is taken, and what an older one leaves out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.utec_gateway.picture.account import Account, TokenEvent, parse_account

from ..gateway import fixture

HOME_OBJECT = fixture("snapshot", 0)["accounts"][0]
NEWER = (
    "refresh_expires_at",
    "refresh_count",
    "failure_count",
    "automatic_refresh",
    "recent",
    "last_success_at",
)
EVENT = {"at": 1_796_000_000_000, "kind": "failed", "generation": 7, "code": "timeout", "message": "No answer."}


def account(**fields: Any) -> Account:
    """An account with other values."""
    return parse_account({**HOME_OBJECT, **fields})


def test_what_an_older_gateway_leaves_out_is_unknown() -> None:
    older = parse_account({key: it for key, it in HOME_OBJECT.items() if key not in NEWER})
    assert [getattr(older, it) for it in NEWER] == [None, None, None, None, (), None]
    assert older.last_refresh_at is None


def test_an_error_has_a_sentence_and_may_have_a_code() -> None:
    with_code = account(last_error={"message": "No answer.", "code": "timeout"})
    assert (with_code.last_error, with_code.last_error_code) == ("No answer.", "timeout")
    without = account(last_error={"message": "No answer."})
    assert (without.last_error, without.last_error_code) == ("No answer.", None)
    none = account(last_error=None)
    assert (none.last_error, none.last_error_code) == (None, None)


def test_events_that_can_be_read_are_taken() -> None:
    at = datetime.fromtimestamp(1_796_000_000, UTC)
    expected = TokenEvent(at=at, kind="failed", generation=7, code="timeout", message="No answer.")
    assert account(recent=[None, {**EVENT, "generation": -1}, EVENT, {}]).recent == (expected,)


@pytest.mark.parametrize("recent", [None, "failed", {}])
def test_events_that_are_no_list_count_as_none(recent: object) -> None:
    assert account(recent=recent).recent == ()
