"""Articles as files: all of them to take along, and those that are brought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Website
from assistant.exchange.forms import Malformed, Written, as_json
from assistant.exchange.importing import articles_of, import_articles
from assistant.exchange.packages import read_upload, zip_of
from dashboard.manage.access import for_owners
from dashboard.manage.saving import INVALID
from dashboard.manage.sections import KNOWLEDGE
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show


class ImportForm(forms.Form):
    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".zip,.json,.md,.markdown", "class": "drop"}))
    is_dry = forms.BooleanField(label="Only say what would change", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = f"{settings.KNOWLEDGE_FILE_MEGABYTES:g} MB"
        self.fields["file"].help_text = f"A zip file of Markdown files, one of them, or JSON; up to {limit}."

    def clean_file(self) -> list[Written]:
        """What is in it takes the place of the file."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.KNOWLEDGE_FILE_MEGABYTES * 1_000_000:
            raise forms.ValidationError(f"It is larger than {settings.KNOWLEDGE_FILE_MEGABYTES:g} MB.")
        try:
            return read_upload(file.name or "file", file.read())
        except Malformed as why:
            raise forms.ValidationError(str(why)) from None


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def imported(request: HttpRequest, website: Website) -> HttpResponse:
    form, plan = ImportForm(sent_in(request), request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            plan = import_articles(website, form.cleaned_data["file"], is_dry=form.cleaned_data["is_dry"])
        except Malformed as why:
            form.add_error("file", str(why))
        else:
            if not form.cleaned_data["is_dry"]:
                said = f"{len(plan.made)} articles are new, {len(plan.changed)} were changed."
                messages.success(request, said)
                return redirect("manage:knowledge", website.pk)
    context = {"form": form, "plan": plan}
    status = INVALID if form.errors else 200
    return show(request, website, KNOWLEDGE, "manage/knowledge/exchange.html", context, status)


@require_safe
@for_owners
def exported_zip(request: HttpRequest, website: Website) -> HttpResponse:
    return _file(zip_of(articles_of(website)), "articles.zip", "application/zip")


@require_safe
@for_owners
def exported_json(request: HttpRequest, website: Website) -> HttpResponse:
    return _file(as_json(articles_of(website)), "articles.json", "application/json")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
