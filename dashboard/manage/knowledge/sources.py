"""Addresses on the web and files: add them, see what became of them, have them read again, delete them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Website
from assistant.knowledge.sources import SourceRefused, add_file, add_source, read_again, remove_source, set_daily
from assistant.models import Article, Source, SourcePage
from dashboard.manage.access import for_owners
from dashboard.manage.knowledge.forms import FileForm, WebForm
from dashboard.manage.knowledge.live import show_live
from dashboard.manage.knowledge.states import Shown
from dashboard.manage.sections import KNOWLEDGE
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.markdown import as_prose

ON_A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def add_web_page(request: HttpRequest, website: Website) -> HttpResponse:
    form = WebForm(sent_in(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_source(website, given["kind"], given["url"], daily=given["daily"])
            return redirect("manage:knowledge", website.pk)
        except SourceRefused as why:
            form.add_error("url", str(why))
    context = {"form": form, "title": "Add from the web", "submit": "Read it"}
    return show(request, website, KNOWLEDGE, "manage/knowledge/add.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def add_file_page(request: HttpRequest, website: Website) -> HttpResponse:
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        try:
            add_file(website, form.cleaned_data["title"], form.cleaned_data["file"])
            return redirect("manage:knowledge", website.pk)
        except SourceRefused as why:
            form.add_error("file", str(why))
    context = {"form": form, "title": "Add a file", "submit": "Upload"}
    return show(request, website, KNOWLEDGE, "manage/knowledge/add.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def source(request: HttpRequest, website: Website, source_id: int) -> HttpResponse:
    found = Source.objects.for_website(website.pk).exclude(state=Source.State.LEAVING).filter(pk=source_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _changed(request, website, found)
    pages = (
        SourcePage.objects.for_website(website.pk)
        .filter(source=found.pk)
        .select_related("article")
        .defer("article__body")
    )
    files = Article.objects.for_website(website.pk).filter(source=found.pk, kind=Article.Kind.FILE)
    context = {
        "source": found,
        "shown": Shown.of(found),
        "pages": Paginator(pages.order_by("depth", "id"), ON_A_PAGE).get_page(request.GET.get("page")),
        "file": files.first(),
        "is_file": found.kind == Source.Kind.FILE,
    }
    return show_live(request, website, "manage/knowledge/source.html", context)


@require_safe
@for_owners
def document(request: HttpRequest, website: Website, article_id: int) -> HttpResponse:
    """What the assistant knows of a page or a file, as it was read."""
    articles = Article.objects.for_website(website.pk).exclude(source=None).exclude(source__state=Source.State.LEAVING)
    found = articles.select_related("source").filter(pk=article_id).first()
    if found is None:
        raise Http404
    context = {"article": found, "text": as_prose(found.body)}
    return show(request, website, KNOWLEDGE, "manage/knowledge/document.html", context)


def _changed(request: HttpRequest, website: Website, found: Source) -> HttpResponse:
    """By one of the page's buttons."""
    act = request.POST.get("act")
    if act == "delete":
        remove_source(found)
        messages.success(request, f"“{found.title}” was deleted.")
        return redirect("manage:knowledge", website.pk)
    if act == "read" and not read_again(found):
        messages.info(request, "It is being read already.")
    if act in ("daily", "never"):
        set_daily(found, act == "daily")
        messages.success(request, "Saved.")
    return redirect("manage:knowledge-source", website.pk, found.pk)
