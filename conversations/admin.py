"""The operators' admin: to look at conversations, not to write in them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from conversations.models import Conversation, Visitor


class ReadOnlyAdmin:
    """Rows are changed by actions only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin, admin.ModelAdmin[Conversation]):
    list_display = ("id", "website", "visitor", "status", "handled_by", "message_count", "last_message_at")
    list_filter = ("status", "handled_by")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        return Conversation.objects.for_system().select_related("website", "visitor")


@admin.register(Visitor)
class VisitorAdmin(ReadOnlyAdmin, admin.ModelAdmin[Visitor]):
    list_display = ("id", "website", "name", "email", "last_seen_at")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Visitor]:
        return Visitor.objects.for_system().select_related("website")
