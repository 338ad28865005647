"""Where a website's knowledge comes from beside what is written in the dashboard: addresses on the web, and files."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from assistant.models.scope import WebsiteQuerySet

LONGEST_ADDRESS = 1000  # characters; a longer one is a trap, or a session's


class Source(models.Model):
    """Read by the worker, a run at a time. `error` and `notice` are words for the owner.

    `run` numbers the readings; `found`, `done` and `skipped` count the pages of the current one, or of the last.
    """

    class Kind(models.TextChoices):
        PAGE = "page", "Web page"
        SITEMAP = "sitemap", "Sitemap"
        CRAWL = "crawl", "Website"
        FILE = "file", "File"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"
        LEAVING = "leaving"  # deleted for its owner; the worker takes its words away

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=7, choices=Kind)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    daily = models.BooleanField(default=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    run = models.IntegerField(default=0)
    found = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    notice = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True, help_text="when it was last read to its end")
    moved_at = models.DateTimeField(db_default=Now(), help_text="when anything last happened to it")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebsiteQuerySet["Source"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["website", "kind", "url"],
                condition=~models.Q(url="") & ~models.Q(state="leaving"),
                name="one_source_per_address",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_moving(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


class Upload(models.Model):
    """A file until the worker has read it. Afterwards only its text is kept: there is less to protect, and to leak."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="upload")
    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    content = models.BinaryField()

    objects = WebsiteQuerySet["Upload"].as_manager()

    def __str__(self) -> str:
        return f"upload of {self.source_id}"


class SourcePage(models.Model):
    """An address of a source: what a run still has to read, and what the next needs to see that nothing changed.

    `found_in` and `read_in` are numbers of runs. `problem` says why there is no text of it.
    """

    website = models.ForeignKey("accounts.Website", models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="pages")
    article = models.OneToOneField("assistant.Article", models.SET_NULL, null=True, blank=True, related_name="page")
    url = models.CharField(max_length=LONGEST_ADDRESS)
    depth = models.IntegerField(default=0, help_text="links away from where the reading began")
    found_in = models.IntegerField()
    read_in = models.IntegerField(default=0)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="of the text, in SHA-256")
    links = ArrayField(models.CharField(max_length=LONGEST_ADDRESS), default=list)
    problem = models.CharField(max_length=300, blank=True)
    is_away = models.BooleanField(default=False, help_text="it could not be loaded, but may be back another day")

    objects = WebsiteQuerySet["SourcePage"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "url"], name="one_page_per_address")]
        indexes: ClassVar = [models.Index(fields=["source", "found_in", "read_in"], name="pages_to_read")]

    def __str__(self) -> str:
        return self.url
