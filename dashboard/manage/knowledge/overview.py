"""Everything the assistant may answer from, in one list, and how the reading of it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Website
from assistant.models import Article, Source
from dashboard.manage.access import for_owners
from dashboard.manage.knowledge.live import show_live
from dashboard.manage.knowledge.states import Shown

ON_A_PAGE = 100
VIEWS = {"": "All", "web": "Web", "file": "Files", "article": "Articles", "question": "Q&A"}


@dataclass(frozen=True, slots=True)
class Row:
    """A source, or something written here; of the latter `shown` is None."""

    title: str
    kind: str
    address: str
    href: str
    shown: Shown | None = None
    is_draft: bool = False
    changed_at: Any = None


@require_safe
@for_owners
def overview(request: HttpRequest, website: Website) -> HttpResponse:
    view = request.GET.get("show", "")
    asked = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = [row for kind, row in _rows(website) if view in ("", kind) and asked.lower() in row.title.lower()]
    pages = Paginator(rows, ON_A_PAGE)
    context = {
        "rows": pages.get_page(request.GET.get("page")),
        "views": _views(website, view),
        "view": view,
        "asked": asked,
        "is_empty": not rows and not view and not asked,
    }
    return show_live(request, website, "manage/knowledge/overview.html", context)


@require_safe
@for_owners
def progress(request: HttpRequest, website: Website) -> JsonResponse:
    """Of the sources that a page shows: it asks while one of them is being read."""
    wanted = [int(one) for one in request.GET.get("ids", "").split(",") if one.isdecimal() and len(one) < 18]
    found = _sources(website).filter(pk__in=wanted[:ON_A_PAGE])
    return JsonResponse({"sources": [Shown.of(source).as_json() for source in found]})


def _rows(website: Website) -> list[tuple[str, Row]]:
    """With the view each belongs to: sources first, the newest at the top."""
    rows = [(_view_of(source), _row_of_source(website, source)) for source in _sources(website).order_by("-id")]
    written = Article.objects.for_website(website.pk).filter(source=None).order_by("-updated_at", "-id")
    return rows + [(one.kind, _row_of_article(website, one)) for one in written.defer("body")]


def _row_of_source(website: Website, source: Source) -> Row:
    href = reverse("manage:knowledge-source", args=[website.pk, source.pk])
    address = source.url if source.url != source.title else ""
    return Row(source.title, source.get_kind_display(), address, href, Shown.of(source))


def _row_of_article(website: Website, article: Article) -> Row:
    href = reverse("manage:knowledge-edit", args=[website.pk, article.pk])
    kind = "Q&A" if article.kind == Article.Kind.QUESTION else "Article"
    return Row(article.title, kind, article.url, href, None, not article.published, article.updated_at)


def _views(website: Website, current: str) -> list[dict[str, Any]]:
    counts = dict.fromkeys(VIEWS, 0)
    for kind in _kinds(website):
        counts[kind] += 1
    counts[""] = sum(counts.values())
    return [{"name": name, "label": VIEWS[name], "count": counts[name], "on": name == current} for name in VIEWS]


def _kinds(website: Website) -> list[str]:
    written = Article.objects.for_website(website.pk).filter(source=None).values_list("kind", flat=True)
    return [_view_of(source) for source in _sources(website)] + list(written)


def _view_of(source: Source) -> str:
    return "file" if source.kind == Source.Kind.FILE else "web"


def _sources(website: Website) -> Any:
    return Source.objects.for_website(website.pk).exclude(state=Source.State.LEAVING)
