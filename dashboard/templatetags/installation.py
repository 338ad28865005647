"""What the log-in pages know about this installation."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def sign_up_is_open() -> bool:
    """Whether strangers may make an account, so that the page does not send them to a closed door."""
    return bool(settings.SIGN_UP)


@register.simple_tag
def is_demo() -> bool:
    """Whether the demo's log-ins exist, which the page then names."""
    return bool(settings.DEMO)
