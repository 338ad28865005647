"""Who there is: users, and the organisations and websites they belong to."""

from accounts.models.availability import Availability
from accounts.models.organisations import Membership, Organisation
from accounts.models.users import User
from accounts.models.websites import Website

__all__ = ["Availability", "Membership", "Organisation", "User", "Website"]
