"""The shops' pages. They stand for somebody else's website: the chat comes to them by its script tag alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demo.companies import COMPANIES, Company, shop_origin
from demo.content import Page
from demo.markdown import as_html

View = Callable[..., HttpResponse]


def of_shop(answer: View) -> View:
    """A page on the shop's own site, under a policy as strict as a careful shop would have."""

    @require_safe
    @wraps(answer)
    def view(request: HttpRequest, website_key: str, **words: str) -> HttpResponse:
        company = COMPANIES.get(website_key)
        if company is None:
            raise Http404
        if urlsplit(f"//{request.get_host()}").hostname == "127.0.0.1":
            return HttpResponseRedirect(shop_origin() + request.get_full_path())
        response = answer(request, company, **words)
        response["Content-Security-Policy"] = policy()
        return response

    return view


def policy() -> str:
    """Only the script tag and the frame of the chat may come from elsewhere."""
    chat = settings.PUBLIC_URL
    return (
        f"default-src 'none'; script-src 'self' {chat}; style-src 'self'; img-src 'self' data:; frame-src {chat}; "
        f"connect-src {chat}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@of_shop
def home(request: HttpRequest, company: Company) -> HttpResponse:
    questions = [company.articles[slug] for slug in FIRST_QUESTIONS[company.folder]]
    return _page(request, company, f"{company.folder}/home", products=_products(company), questions=questions)


@of_shop
def product(request: HttpRequest, company: Company, slug: str) -> HttpResponse:
    shown = _find(company.products, slug)
    others = [other for other in _products(company) if other["page"].slug != slug][:4]
    return _page(request, company, "product", product=_product(shown), others=others, text=as_html(shown.body))


@of_shop
def help_index(request: HttpRequest, company: Company) -> HttpResponse:
    categories: dict[str, list[Page]] = {}
    for article in company.articles.values():
        categories.setdefault(article.facts["category"], []).append(article)
    return _page(request, company, "help", categories=sorted(categories.items()))


@of_shop
def article(request: HttpRequest, company: Company, slug: str) -> HttpResponse:
    shown = _find(company.articles, slug)
    category = shown.facts["category"]
    related = [page for page in company.articles.values() if page.facts["category"] == category and page.slug != slug]
    return _page(request, company, "article", article=shown, text=as_html(shown.body), related=related)


FIRST_QUESTIONS = {
    "acme": ["delivery-times-and-costs", "return-an-item", "boot-sizes", "repairs"],
    "globex": ["plans-and-prices", "install-the-snippet", "data-protection", "export-and-api"],
}


def _page(request: HttpRequest, company: Company, template: str, **context: Any) -> HttpResponse:
    context |= {
        "company": company,
        "public_url": settings.PUBLIC_URL,
        "header": f"demo/{company.folder}/header.html",
        "footer": f"demo/{company.folder}/footer.html",
        "styles": f"demo/{company.folder}.css",
    }
    return render(request, f"demo/{template}.html", context)


def _find(found: dict[str, Page], slug: str) -> Page:
    try:
        return found[slug]
    except KeyError:
        raise Http404 from None


def _products(company: Company) -> list[dict[str, Any]]:
    in_order = sorted(company.products.values(), key=lambda page: int(page.facts["place"]))
    return [_product(page) for page in in_order]


def _product(page: Page) -> dict[str, Any]:
    drawing = page.facts["art"]
    return {**page.facts, "page": page, "tone": drawing, "art": f"demo/art/{drawing}.svg"}
