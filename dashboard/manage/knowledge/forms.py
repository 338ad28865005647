"""What an owner fills in to add to the knowledge."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from assistant.extraction.documents import Unreadable
from assistant.extraction.kinds import kind_of
from assistant.ingestion.addresses import normal
from assistant.models import Source
from assistant.models.sources import LONGEST_ADDRESS

LONGEST_BODY = 100_000  # characters of what is written by hand
ADDRESS_HELP = "Where visitors can read it themselves: answers link to it. May be empty."


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=200)
    body = forms.CharField(
        label="Text",
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 18, "class": "code"}),
        help_text="Markdown. Give each subject a heading (## Delivery times): the assistant answers part by part.",
    )
    url = forms.URLField(
        label="Address", required=False, max_length=LONGEST_ADDRESS, assume_scheme="https", help_text=ADDRESS_HELP
    )
    published = forms.BooleanField(label="The assistant answers from it", required=False, initial=True)


class QuestionForm(ArticleForm):
    title = forms.CharField(label="Question", max_length=200, help_text="As a visitor would ask it.")
    body = forms.CharField(
        label="Answer",
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The assistant quotes it. Markdown, if you like.",
    )


class WebForm(forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput(attrs={"placeholder": "https://www.example.com/help/", "autocomplete": "url"}),
    )
    kind = forms.ChoiceField(
        label="What to read",
        choices=[
            (Source.Kind.PAGE, "This page only"),
            (Source.Kind.CRAWL, "The website: this page and those of the same host that its links lead to"),
            (Source.Kind.SITEMAP, "The pages of a sitemap: the address is that of its sitemap.xml"),
        ],
        initial=Source.Kind.PAGE,
        widget=forms.RadioSelect,
    )
    daily = forms.BooleanField(label="Read it again every day", required=False, initial=True)

    def clean_url(self) -> str:
        given = self.cleaned_data["url"].strip()
        found = normal(given if "://" in given else f"https://{given}")
        if found is None:
            raise forms.ValidationError("This is no address of a web page, such as https://www.example.com/help/.")
        return found


class FileForm(forms.Form):
    file = forms.FileField(
        widget=forms.FileInput(attrs={"accept": ".pdf,.md,.markdown,.txt,.html,.htm", "class": "drop"}),
    )
    title = forms.CharField(
        required=False, max_length=200, help_text="Answers name it as their source. Empty: the name of the file."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = f"{settings.KNOWLEDGE_FILE_MEGABYTES:g} MB"
        self.fields["file"].help_text = f"PDF, Markdown, text or HTML, up to {limit}. Only its text is kept."

    def clean_file(self) -> bytes:
        """What it is, is decided by what is in it, not by its name. The content takes the place of the file."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        self.file_name = file.name or "File"
        if (file.size or 0) > settings.KNOWLEDGE_FILE_MEGABYTES * 1_000_000:
            raise forms.ValidationError(f"It is larger than {settings.KNOWLEDGE_FILE_MEGABYTES:g} MB.")
        content: bytes = file.read()
        try:
            kind_of(content)
        except Unreadable as why:
            raise forms.ValidationError(str(why)) from None
        return content

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("title"):
            given["title"] = PurePath(getattr(self, "file_name", "File")).stem.replace("_", " ")[:200]
        return given
