"""What the repairs of one account have in common: finding the account, and asking the gateway."""

import asyncio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..coordinator import UtecGatewayCoordinator
from ..link.commands import Command, CommandError, Outcome
from ..link.origin import Origin
from ..picture.account import Account
from ..registry.issue_ids import digest_in, digest_of
from ..registry.page import is_slug

# Why nothing was done, by the codes of a command; what is not here is told in the gateway's own words.
REASONS = {
    "account_not_found": "nothing_left",
    "cloud_unreachable": "cloud_unreachable",
    "command_unsupported": "gateway_too_old",
    "link_lost": "no_answer",
    "not_connected": "not_connected",
    "timed_out": "no_answer",
}


def find_account(hass: HomeAssistant, issue_id: str) -> tuple[UtecGatewayCoordinator, Account] | None:
    """Find the account that an issue is about. None: it is gone, or the gateway has not come yet."""
    digest = digest_in(issue_id)
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        coordinator: UtecGatewayCoordinator = entry.runtime_data
        for account in coordinator.picture.accounts.values() if coordinator.picture else ():
            if digest_of(account.id) == digest:
                return coordinator, account
    return None


class AccountFlow(RepairsFlow):
    """A repair of one account, which is looked up anew at each step."""

    def find(self) -> tuple[UtecGatewayCoordinator, Account] | None:
        """Find the account."""
        return find_account(self.hass, self.issue_id)

    async def ask(self, coordinator: UtecGatewayCoordinator, command: Command) -> Outcome:
        """Send a command, and wait for what came of it."""
        return await asyncio.shield(coordinator.link.async_send(command, Origin()))

    def ignore(self) -> RepairsFlowResult:
        """Leave things as they are, and do not ask again."""
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)
        return self.async_abort(reason="ignored")

    def failed(self, coordinator: UtecGatewayCoordinator, error: CommandError) -> RepairsFlowResult:
        """Say why nothing was done."""
        if error.code == "account_owned_by_options":
            return self.owned_by_options(coordinator)
        return self.async_abort(
            reason=REASONS.get(error.code, "failed"),
            description_placeholders={"code": error.code, "message": error.message},
        )

    def owned_by_options(self, coordinator: UtecGatewayCoordinator) -> RepairsFlowResult:
        """Say where what the gateway's configuration says is changed."""
        page = coordinator.page
        if page is None or not is_slug(page):
            return self.async_abort(reason="owned_by_options_elsewhere")
        placeholders = {"configuration": f"/config/app/{page}/config"}
        return self.async_abort(reason="owned_by_options", description_placeholders=placeholders)

    def nothing_left(self) -> RepairsFlowResult:
        """Say that there is no account to put right any more."""
        return self.async_abort(reason="nothing_left")
