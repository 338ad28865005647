"""Who there is: users, and the organisations and websites they belong to."""

from accounts.models.api_keys import ApiKey, Scope
from accounts.models.availability import Availability
from accounts.models.invitations import Invitation
from accounts.models.kept_answers import ErasedId, KeptAnswer
from accounts.models.mail_choices import MailChoices
from accounts.models.organisations import Membership, Organisation
from accounts.models.pictures import Picture
from accounts.models.users import User
from accounts.models.websites import Website

__all__ = [
    "ApiKey",
    "Availability",
    "ErasedId",
    "Invitation",
    "KeptAnswer",
    "MailChoices",
    "Membership",
    "Organisation",
    "Picture",
    "Scope",
    "User",
    "Website",
]
