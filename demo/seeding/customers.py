"""The organisations, their websites, the people with their log-ins, and what the assistants know."""

from __future__ import annotations

from functools import cache
from itertools import cycle

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Membership, Organisation, User, Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article, AssistantSettings
from conversations.models import Label
from demo.companies import Company
from demo.seeding.scripts import labels_of, scripts_of

COLORS = ("#3454d1", "#0f766e", "#b45309", "#9d174d", "#6d28d9", "#15803d", "#5c6370")
PASSWORD = "demo-pass-2026"  # published; there is no demo where DEMO is off
Role = Membership.Role
PEOPLE = {
    "demo-acme": [
        ("owner@acme.test", "Ada Ahlgren", Role.OWNER),
        ("admin@acme.test", "Cleo Campos", Role.ADMIN),
        ("agent@acme.test", "Ben Baker", Role.AGENT),
    ],
    "demo-globex": [("owner@globex.test", "Mallory Mercer", Role.OWNER)],
}


@transaction.atomic
def seed_customer(company: Company) -> Website:
    """What somebody has changed since stays changed; only the articles' addresses follow the port."""
    website = Website.objects.filter(website_key=company.website_key).first() or _new_website(company)
    for email, name, role in PEOPLE[company.website_key]:
        _seed_person(email, name, role, website.organisation)
    _seed_articles(website, company)
    _seed_settings(website, company)
    return website


def _new_website(company: Company) -> Website:
    organisation = Organisation.objects.create(name=company.organisation)
    _seed_labels(organisation, company)
    return Website.objects.create(
        organisation=organisation,
        name=company.name,
        website_key=company.website_key,
        assistant_name=company.assistant_name,
        brand_color=company.brand_color,
        greeting=company.greeting,
        intro=company.intro,
        chips=list(company.chips),
        support_email=company.support_email,
    )


def _seed_labels(organisation: Organisation, company: Company) -> None:
    """Those that its conversations carry."""
    used = sorted({label for script in scripts_of(company.folder) for label in labels_of(script)})
    Label.objects.bulk_create(
        [Label(organisation=organisation, name=name, color=color) for name, color in zip(used, cycle(COLORS))]
    )


def _seed_person(email: str, name: str, role: Membership.Role, organisation: Organisation) -> None:
    defaults = {"name": name, "password": hashed_password, "is_demo": True}
    user, _ = User.objects.get_or_create(email=email, defaults=defaults)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"role": role})


@cache
def hashed_password() -> str:
    """One for all, and only when somebody is new: hashing takes its time by intention."""
    return make_password(PASSWORD)


def _seed_articles(website: Website, company: Company) -> None:
    articles = Article.objects.for_website(website.pk)
    urls = dict(articles.values_list("slug", "url"))
    for page in company.articles.values():
        url = company.article_url(page.slug)
        if page.slug not in urls:
            body = f"{page.facts['summary']}\n\n{page.body}"
            write_article(website, ArticleText(slug=page.slug, title=page.title, body=body, url=url))
        elif urls[page.slug] != url:
            articles.filter(slug=page.slug).update(url=url)


def _seed_settings(website: Website, company: Company) -> None:
    """Their articles lie on our host, and name addresses of their own."""
    host = company.support_email.partition("@")[2]
    seeded = AssistantSettings(website=website, link_hosts=[host, f"*.{host}"])
    AssistantSettings.objects.bulk_create([seeded], ignore_conflicts=True)
