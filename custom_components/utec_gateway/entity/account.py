"""The entities of an account."""

from ..picture.account import Account
from .base import UtecGatewayEntity


class AccountEntity(UtecGatewayEntity):
    """An entity of an account. It stays available while only the account's cloud is down: that is when it matters."""

    @property
    def account(self) -> Account:
        """What the picture says of the account. KeyError when it is not available."""
        return self.picture.accounts[self._thing_id]
