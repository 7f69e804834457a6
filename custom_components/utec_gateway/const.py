"""Names and numbers of the U-tec Gateway integration."""

import logging
from typing import Final

DOMAIN: Final = "utec_gateway"
TITLE: Final = "U-tec Gateway"
LOGGER: Final = logging.getLogger(__package__)

CONF_GATEWAY_ID: Final = "gateway_id"
CONF_SLUG: Final = "slug"
# The gateway before the next one that comes, and when that one came (epoch seconds).
CONF_FORMER_GATEWAY_ID: Final = "former_gateway_id"
CONF_SUCCEEDED_AT: Final = "succeeded_at"

# The versions of the link protocol (docs/protocol.md) that this integration speaks.
PROTOCOL_MIN: Final = 1
PROTOCOL_MAX: Final = 1

# A gateway says `alive` every 15 s; two may be lost.
SILENCE_S: Final = 40
# The longest that entities keep their state after a planned goodbye.
GOODBYE_MAX_S: Final = 60
# Without a goodbye the gateway may have crashed: it is restarted within seconds, or not at all.
CRASH_S: Final = 8

# A gateway that Home Assistant does not work with repeats its offer every 5 min; one may be lost.
OFFER_S: Final = 11 * 60

# So long what a former gateway left is kept before the user is asked.
SUCCESSION_S: Final = 24 * 60 * 60

# So long a gateway may be away before the user is told what to look at: an app that is being updated takes minutes.
ABSENCE_S: Final = 10 * 60

# So long an account's devices may be known to be none before the user is asked: a list has been seen to lack devices.
NO_DEVICES_S: Final = 10 * 60

# A command may wait for an earlier one, then for its own confirmation. The gateway is told how long it has.
COMMAND_TIMEOUT_S: Final = 90
REFRESH_TIMEOUT_S: Final = 40
POLL_TIMEOUT_S: Final = 40
# So long a reload waits for the commands that are under way: after it nobody could tell how they end.
UNLOAD_S: Final = 10
# Looking for devices asks the cloud of each account more than once.
LOOK_TIMEOUT_S: Final = 60
# A setting is only stored.
SETTING_TIMEOUT_S: Final = 10

# So long a door is open before it is said to have been left open.
LEFT_OPEN_S: Final = 10 * 60
