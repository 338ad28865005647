"""A website that carries the chat: the unit by which customers are kept apart."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_noop

from accounts.hours import Hours
from accounts.models.organisations import Organisation
from accounts.widget_settings import WidgetSettings


def new_website_key() -> str:
    return secrets.token_urlsafe(12).replace("-", "x").replace("_", "y")


def new_identity_secret() -> str:
    return secrets.token_hex(32)


class Website(models.Model):
    """`website_key` is public, it stands in the script tag; `identity_secret` signs who a visitor is."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="websites")
    name = models.CharField(max_length=120)
    website_key = models.SlugField(max_length=40, unique=True, default=new_website_key)
    identity_secret = models.CharField(max_length=64, default=new_identity_secret, editable=False)
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
    auto_assign = models.BooleanField(default=False, help_text="Who is there and has room is given who waits.")
    ai_enabled = models.BooleanField(default=True)
    assistant_name = models.CharField(max_length=60, default="Assistant")

    brand_color = models.CharField(
        max_length=7, default="#3454d1", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour such as #3454d1.")]
    )
    greeting = models.CharField(max_length=120, default=gettext_noop("Hi there 👋"))
    intro = models.CharField(max_length=240, default=gettext_noop("Ask us anything. We are happy to help."))
    chips = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Questions to start with.")
    support_email = models.EmailField(blank=True)
    widget = models.JSONField(default=dict, blank=True, help_text="What was set of WidgetSettings.")
    hours = models.JSONField(default=dict, blank=True, help_text="What was set of Hours.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def widget_settings(self) -> WidgetSettings:
        return WidgetSettings.model_validate(self.widget)

    @property
    def opening_hours(self) -> Hours:
        return Hours.model_validate(self.hours)
