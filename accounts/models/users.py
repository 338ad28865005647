"""A person who logs in with an e-mail address."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Users(BaseUserManager["User"]):
    """Makes users; log-in names are e-mail addresses in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """`public_id` is what visitors may learn of a person; `is_staff` opens the operators' admin, nothing else."""

    email = models.EmailField(unique=True)
    bounced_email = models.EmailField(blank=True, db_default="", help_text="an address from which mail came back")
    name = models.CharField(max_length=120, blank=True)
    avatar_url = models.CharField(max_length=80, blank=True, help_text="Of their Picture, on our host.")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the operators' admin", default=False)
    is_demo = models.BooleanField(default=False, help_text="Its password is published: no log-in unless DEMO is set.")
    last_seen_at = models.DateTimeField(null=True, blank=True, help_text="When their inbox was last opened or closed.")
    date_joined = models.DateTimeField(default=timezone.now)

    objects = Users()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.email

    @property
    def may_log_in(self) -> bool:
        """Whether this account is to be let in at all; one of the demo's never is in production."""
        return self.is_active and (settings.DEMO or not self.is_demo)

    @property
    def gets_mail(self) -> bool:
        """Not where mail came back from, until they have another address."""
        return self.may_log_in and self.bounced_email != self.email

    @property
    def shown_name(self) -> str:
        """The name that others see: never the e-mail address, which visitors must not learn."""
        return self.name or "Support"
