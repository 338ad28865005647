"""How a website wants its answers written: by whom, and in which tone. A website without a row takes the defaults."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from assistant.models.scope import WebsiteQuerySet
from foundation.encrypted_columns import TokenField
from foundation.encryption import decrypt, encrypt
from foundation.outgoing import is_public


class AssistantSettings(models.Model):
    """The key of the website's own endpoint can be set and used, but is shown to nobody again."""

    class Provider(models.TextChoices):
        INSTALLATION = "installation", "what the installation uses"
        BUILT_IN = "built_in", "built-in: quotes the articles"
        OWN = "own", "an OpenAI-compatible endpoint of your own"

    class WhenUnsure(models.TextChoices):
        OFFER = "offer", "show what was found and offer a person"
        HAND_OFF = "hand_off", "hand over to a person"

    website = models.OneToOneField(
        "accounts.Website", models.CASCADE, primary_key=True, related_name="assistant_settings"
    )
    provider = models.CharField(max_length=12, choices=Provider, default=Provider.INSTALLATION)
    base_url = models.CharField(max_length=500, blank=True, help_text="Such as https://api.openai.com/v1.")
    model = models.CharField(max_length=100, blank=True)
    encrypted_key = TokenField(blank=True, editable=False)
    tone = models.CharField(max_length=200, blank=True, help_text="Such as: warm and brief, first names.")
    rules = models.TextField(max_length=2000, blank=True, help_text="What the assistant must do, or never do.")

    when_unsure = models.CharField(
        max_length=8, choices=WhenUnsure, default=WhenUnsure.OFFER, help_text="When the articles do not answer."
    )
    hand_off_words = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Words and phrases, separated by commas, at which a person takes over at once. An * ends a beginning"
        " of words: complain* is also complaint.",
    )
    hand_off_pages = ArrayField(
        models.CharField(max_length=300),
        default=list,
        blank=True,
        help_text="Pages on which people answer from the first message on, separated by commas: /checkout, /account/*.",
    )
    people_first = models.BooleanField(
        "people first",
        default=False,
        help_text="While somebody of the team is online they answer, and the assistant when nobody is.",
    )
    most_turns = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="Answers until a person takes over."
    )
    longest_answer = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(200)], help_text="Characters; what is longer is cut."
    )
    link_hosts = ArrayField(
        models.CharField(max_length=255),
        default=list,
        blank=True,
        help_text="Further hosts that answers may link to, separated by commas, such as track.parcels.example.",
    )

    daily_tokens = models.PositiveIntegerField(
        null=True, blank=True, help_text="Tokens in a day (UTC), after which people answer. Empty: no limit."
    )
    daily_cost = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Money in a day (UTC), after which people answer; needs prices. Empty: no limit.",
    )
    input_price = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text="What a million tokens cost that your own endpoint reads.",
    )
    output_price = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text="What a million tokens cost that your own endpoint writes.",
    )

    objects = WebsiteQuerySet["AssistantSettings"].as_manager()

    class Meta:
        verbose_name_plural = "assistant settings"

    def __str__(self) -> str:
        return f"{self.website_id}: {self.provider}"

    def clean(self) -> None:
        if self.provider == self.Provider.OWN and not (self.base_url and self.model):
            raise ValidationError("An endpoint of your own needs its address and a model.")
        has_prices = self.input_price or self.output_price
        if self.provider == self.Provider.OWN and self.daily_cost is not None and not has_prices:
            raise ValidationError({"daily_cost": "Without prices no money is counted."})
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
