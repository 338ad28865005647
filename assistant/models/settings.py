"""How a website wants its answers written: by whom, and in which tone. A website without a row takes the defaults."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from assistant.models.scope import WebsiteQuerySet
from foundation.encryption import decrypt, encrypt
from foundation.outgoing import is_public


class AssistantSettings(models.Model):
    """The key of the website's own endpoint can be set and used, but is shown to nobody again."""

    class Provider(models.TextChoices):
        INSTALLATION = "installation", "what the installation uses"
        BUILT_IN = "built_in", "built-in: quotes the articles"
        OWN = "own", "an OpenAI-compatible endpoint of your own"

    website = models.OneToOneField(
        "accounts.Website", models.CASCADE, primary_key=True, related_name="assistant_settings"
    )
    provider = models.CharField(max_length=12, choices=Provider, default=Provider.INSTALLATION)
    base_url = models.CharField(max_length=500, blank=True, help_text="Such as https://api.openai.com/v1.")
    model = models.CharField(max_length=100, blank=True)
    encrypted_key = models.TextField(blank=True, editable=False)
    tone = models.CharField(max_length=200, blank=True, help_text="Such as: warm and brief, first names.")
    rules = models.TextField(max_length=2000, blank=True, help_text="What the assistant must do, or never do.")

    objects = WebsiteQuerySet["AssistantSettings"].as_manager()

    class Meta:
        verbose_name_plural = "assistant settings"

    def __str__(self) -> str:
        return f"{self.website_id}: {self.provider}"

    def clean(self) -> None:
        if self.provider == self.Provider.OWN and not (self.base_url and self.model):
            raise ValidationError("An endpoint of your own needs its address and a model.")
        if self.base_url:
            _check_address(self.base_url)

    def set_key(self, key: str) -> None:
        """Empty: there is none."""
        self.encrypted_key = encrypt(key) if key else ""

    def key(self) -> str:
        """For the request to the endpoint, and nothing else. Raises Unreadable when our own secret was changed."""
        return decrypt(self.encrypted_key) if self.encrypted_key else ""


def origin_of(url: str) -> tuple[str, str]:
    """Who receives what is sent to this address."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _check_address(url: str) -> None:
    """Names are looked up at each request (foundation/outgoing.py); what is plainly wrong is said at once."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValidationError({"base_url": "This is not an address."}) from None
    schemes = ["http", "https"] if settings.AI_PRIVATE_ADDRESSES else ["https"]
    if parts.scheme not in schemes or not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError({"base_url": f"An address that begins with {schemes[-1]}://, without a log-in or query."})
    if not settings.AI_PRIVATE_ADDRESSES and _is_private(host):
        raise ValidationError({"base_url": "This address is not on the public internet."})


def _is_private(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:  # a name
        return host == "localhost" or host.endswith(".localhost")
