"""Who there is: users, and the organisations and websites they belong to."""

from accounts.models.organisations import Membership, Organisation
from accounts.models.users import User
from accounts.models.websites import Website

__all__ = ["Membership", "Organisation", "User", "Website"]
