"""The pages of a website's knowledge, as their tests ask for them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Website
from assistant.knowledge.sources import TASK
from assistant.models import Article, Source

ZEBRAS = {"title": "Zebras", "body": "## Looks\n\nZebras have **stripes**.", "url": "", "published": "on"}


def address(website: Website, rest: str = "") -> str:
    return f"/manage/{website.pk}/knowledge/{rest}"


def text_file(content: bytes = b"Zebras have stripes.", name: str = "all_zebras.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def the_article(website: Website) -> Article:
    return Article.objects.for_website(website.pk).get()


def the_source(website: Website) -> Source:
    return Source.objects.for_website(website.pk).get()


def jobs_of(source: Source) -> int:
    return ProcrastinateJob.objects.filter(task_name=TASK, args__source_id=source.pk).count()
