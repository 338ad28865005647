"""A website that carries the chat: the unit by which customers are kept apart."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_noop

from accounts.hours import Hours, hours_of
from accounts.models.organisations import Organisation
from accounts.widget_settings import WidgetSettings
from foundation.encrypted_columns import EncryptedField


def new_website_key() -> str:
    return secrets.token_urlsafe(12).replace("-", "x").replace("_", "y")


def new_identity_secret() -> str:
    return secrets.token_hex(32)


class Websites(models.Manager["Website"]):
    """Those that are there for anybody: one that was deleted is found no more, however long its end takes."""

    def get_queryset(self) -> models.QuerySet[Website]:
        return super().get_queryset().filter(leaving_since=None)


class Website(models.Model):
    """`website_key` is public, it stands in the script tag; `identity_secret` signs who a visitor is."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="websites")
    name = models.CharField(max_length=120)
    website_key = models.SlugField(max_length=40, unique=True, default=new_website_key)
    identity_secret = EncryptedField(default=new_identity_secret, editable=False)
    allowed_domains = ArrayField(
        models.CharField(max_length=255),
        default=list,
        blank=True,
        help_text="Where the chat may be embedded; empty: anywhere.",
    )
    resume_handles = models.BooleanField(
        default=True, help_text="Anonymous visitors are known again where browsers do not keep the frame's storage."
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="en")

    visitor_drafts = models.BooleanField(default=False, help_text="Staff see what visitors type before it is sent.")
    is_followed = models.BooleanField(default=False, editable=False, help_text="Programs are told what happens here.")
    auto_assign = models.BooleanField(default=False, help_text="Who is there and has room is given who waits.")
    unclaimed_minutes = models.PositiveSmallIntegerField(
        default=5, help_text="After so many minutes in which nobody claims a conversation staff is e-mailed; 0: never."
    )
    ai_enabled = models.BooleanField(default=True)
    assistant_name = models.CharField(max_length=60, default="Assistant")

    brand_color = models.CharField(
        max_length=7, default="#3454d1", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour such as #3454d1.")]
    )
    avatar_url = models.CharField(max_length=80, blank=True, db_default="", help_text="Of its Picture, on our host.")
    greeting = models.CharField(max_length=120, default=gettext_noop("Hi there 👋"))
    intro = models.CharField(max_length=240, default=gettext_noop("Ask us anything. We are happy to help."))
    chips = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Questions to start with.")
    support_email = models.EmailField(blank=True)
    widget = models.JSONField(default=dict, blank=True, help_text="What was set of WidgetSettings.")
    hours = models.JSONField(default=dict, blank=True, help_text="What was set of Hours.")
    first_seen_at = models.DateTimeField(null=True, blank=True, help_text="When a page first asked for the chat.")
    first_seen_on = models.CharField(max_length=255, blank=True, help_text="The host of that page, if it said so.")
    created_at = models.DateTimeField(auto_now_add=True)
    mask_addresses = models.BooleanField(
        default=True, db_default=True, help_text="Networks in place of whole IP addresses, whatever the installation."
    )
    mask_cards = models.BooleanField(
        default=True, db_default=True, help_text="Of card numbers that people write only the last four digits are kept."
    )
    keep_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Conversations that rested for so many days are deleted. Empty: never."
    )
    leaving_since = models.DateTimeField(null=True, blank=True, help_text="Deleted; the worker takes away what it had.")

    objects: ClassVar[Websites] = Websites()
    with_leaving: ClassVar[models.Manager[Website]] = models.Manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def widget_settings(self) -> WidgetSettings:
        return WidgetSettings.model_validate(self.widget)

    @property
    def opening_hours(self) -> Hours:
        return hours_of(self.hours)
