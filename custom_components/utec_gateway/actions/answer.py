"""What the gateway answers to a question: read as a whole, or not at all."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import probatio

from homeassistant.exceptions import HomeAssistantError

from ..const import LOGGER
from ..link.commands import Command
from ..picture.validators import moment
from .action import Call
from .errors import failure

# The gateway may have to ask the cloud.
ANSWER_TIMEOUT_S = 40
MOST_CHARACTERS = 255
# How many entries there are if nobody says, and at most.
USUAL_LIMIT = 20
HIGHEST_LIMIT = 500

LIMIT_FIELD = {
    probatio.Optional("limit", default=USUAL_LIMIT): probatio.All(
        probatio.Coerce(int), probatio.Range(min=1, max=HIGHEST_LIMIT)
    )
}


async def async_ask[AnswerT](
    call: Call,
    name: str,
    target: Mapping[str, str],
    args: Mapping[str, Any],
    subject: str,
    read: Callable[[Mapping[str, Any]], AnswerT],
) -> AnswerT:
    """Ask the gateway; `read` raises probatio.Invalid for what is no answer, and `subject` is named in errors."""
    command = Command(name=name, target=target, args=args, timeout_s=ANSWER_TIMEOUT_S)
    try:
        data = await call.async_command(command, subject)
    except HomeAssistantError as err:
        # An account or a lock can be asked anything: what is not supported is the question.
        if err.translation_key == "command_unsupported":
            raise failure("gateway_too_old") from err
        raise
    try:
        return read(data)
    except probatio.Invalid as err:
        # It says where the answer is wrong, and not what is there.
        LOGGER.debug("The answer to %s cannot be read: %s", name, err)
        raise failure("answer_unreadable", name=subject) from None


def known_moment(value: object) -> datetime:
    """Validate epoch milliseconds that must be there."""
    valid = moment(value)
    if valid is None:
        raise probatio.Invalid("expected epoch milliseconds")
    return valid


def shortened(text: str | None) -> str | None:
    """Cut a text that is too long for a notification."""
    if text is None or len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[: MOST_CHARACTERS - 1]}…"
