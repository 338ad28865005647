"""The operators' admin for people and websites."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import Membership, Organisation, User, Website
from audit.admin import Audited


class MembershipInline(admin.TabularInline[Membership, Organisation]):
    model = Membership
    extra = 0
    filter_horizontal = ("websites",)


@admin.register(User)
class PersonAdmin(Audited, UserAdmin[User]):
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)
    list_filter = ("is_active", "is_staff")
    filter_horizontal = ()


@admin.register(Organisation)
class OrganisationAdmin(Audited, admin.ModelAdmin[Organisation]):
    list_display = ("name", "created_at")
    search_fields = ("name",)
    inlines: ClassVar = [MembershipInline]


@admin.register(Website)
class WebsiteAdmin(Audited, admin.ModelAdmin[Website]):
    list_display = ("name", "organisation", "website_key", "is_active", "ai_enabled")
    list_filter = ("is_active", "ai_enabled")
    search_fields = ("name", "website_key")
