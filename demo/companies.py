"""The two customers of the demo, and where their own websites are: on another site than the chat, for a browser."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from demo.content import Page, pages


@dataclass(frozen=True, slots=True)
class Company:
    """`folder` names its content, templates and styles."""

    folder: str
    website_key: str
    name: str
    organisation: str
    brand_color: str
    assistant_name: str
    greeting: str
    intro: str
    chips: tuple[str, ...]
    support_email: str

    @property
    def articles(self) -> dict[str, Page]:
        return pages(self.folder, "articles")

    @property
    def products(self) -> dict[str, Page]:
        return pages(self.folder, "products")

    def article_url(self, slug: str) -> str:
        """Where visitors read an article: the source link of an answer."""
        return shop_origin() + reverse("demo:article", args=[self.website_key, slug])


ACME = Company(
    folder="acme",
    website_key="demo-acme",
    name="Acme Outdoor",
    organisation="Acme",
    brand_color="#1f5c46",
    assistant_name="Aspen",
    greeting="Hi there 👋",
    intro="Ask about delivery, sizes, returns or gear. Our assistant answers at once, people join when you want them.",
    chips=(
        "Where is my order?",
        "How do I return something?",
        "Which backpack do I need?",
        "How long does delivery take?",
    ),
    support_email="hello@acme.test",
)
GLOBEX = Company(
    folder="globex",
    website_key="demo-globex",
    name="Globex Analytics",
    organisation="Globex",
    brand_color="#4338ca",
    assistant_name="Gil",
    greeting="Welcome to Globex",
    intro="Questions about plans, set-up or your data? Ask away.",
    chips=("What are the plans and prices?", "How do I install the snippet?", "Where do you store my data?"),
    support_email="support@globex.test",
)
COMPANIES = {company.website_key: company for company in (ACME, GLOBEX)}


def shop_origin() -> str:
    """The chat is on 127.0.0.1, the shops on localhost: same server, but two sites."""
    public = urlsplit(settings.PUBLIC_URL)
    if public.hostname != "127.0.0.1":
        return str(settings.PUBLIC_URL)
    return f"{public.scheme}://localhost" + (f":{public.port}" if public.port else "")
