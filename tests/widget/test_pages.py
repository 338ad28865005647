"""The visitor's pages: the script on the customer's page, and the frame of the chat."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Website
from foundation import bundles
from foundation.colours import DARK_GROUND, LIGHT_GROUND, contrast, palette, parsed
from foundation.translations import translator
from tests.cast import Cast, new_website
from widget.management.commands.weigh_script import LIMIT
from widget.pages.ancestors import frame_ancestors, source_of
from widget.pages.texts import texts

FRONT_END = Path(__file__).parents[2] / "frontend" / "widget"


def script_of(website_key: str) -> HttpResponse:
    return Client().get(f"/widget/{website_key}.js")  # type: ignore[return-value]


def frame_of(website_key: str, **query: str) -> HttpResponse:
    return Client().get(f"/widget/frame/{website_key}/", query)  # type: ignore[return-value]


def config_in(response: HttpResponse) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(response.content.decode().rpartition("}(")[2].removesuffix(");"))
    return config


def boot_in(response: HttpResponse) -> dict[str, Any]:
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', response.content.decode(), re.S)
    assert found
    boot: dict[str, Any] = json.loads(unescape(found[1]))
    return boot


def policy_of(response: HttpResponse) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    return {name: rest[0] if rest else "" for name, *rest in parts}


# --- the script -------------------------------------------------------------------------------------------------------


def test_the_script_carries_its_settings_and_needs_no_further_request(cast: Cast) -> None:
    config = config_in(script_of(cast.acme.website_key))
    assert config["key"] == cast.acme.website_key
    assert config["origin"] == settings.PUBLIC_URL
    assert config["texts"]["en"][1] == "Chat with Acme"


def test_the_script_may_be_kept_and_used_by_any_page(cast: Cast) -> None:
    response = script_of(cast.acme.website_key)
    assert response["Cache-Control"] == "public,max-age=300,stale-while-revalidate=86400"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_the_script_weighs_next_to_nothing(cast: Cast) -> None:
    response = Client(headers={"accept-encoding": "gzip"}).get(f"/widget/{cast.acme.website_key}.js")
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) <= LIMIT
    assert gzip.decompress(response.content).startswith(b"!function(__CONFIG__)")


def test_neither_script_nor_frame_gives_the_secret_away(cast: Cast) -> None:
    for response in (script_of(cast.acme.website_key), frame_of(cast.acme.website_key)):
        assert cast.acme.identity_secret not in response.content.decode()


def test_a_name_cannot_break_out_of_the_script() -> None:
    name = 'Bad"}); alert(1); // \u2028 </script>'
    website = new_website("Bad")
    Website.objects.filter(pk=website.pk).update(name=name)
    assert config_in(script_of(website.website_key))["texts"]["en"][1] == f"Chat with {name}"
    assert "\u2028" not in script_of(website.website_key).content.decode()


def test_a_key_that_is_switched_off_looks_like_one_that_never_was() -> None:
    off = new_website("Off", is_active=False)
    never = uuid4().hex[:16]
    for ask in (script_of, frame_of):
        gone, unknown = ask(off.website_key), ask(never)
        for answer in (gone, unknown):
            del answer["X-Request-Id"]  # of each request its own
        assert (gone.status_code, gone.content, gone.headers) == (unknown.status_code, unknown.content, unknown.headers)


def test_a_front_end_that_is_not_built_says_so(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "FOLDER", tmp_path)
    for ask in (script_of, frame_of):
        response = ask(cast.acme.website_key)
        assert (response.status_code, b"not been built" in response.content) == (503, True)


# --- the frame --------------------------------------------------------------------------------------------------------


def test_the_frame_has_the_headers_that_a_frame_on_any_page_needs(cast: Cast) -> None:
    response = frame_of(cast.acme.website_key)
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cross-Origin-Embedder-Policy"] == "credentialless"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in response
    assert not response.cookies


def test_the_frames_policy_leaves_no_way_in_for_foreign_script(cast: Cast) -> None:
    policy = policy_of(frame_of(cast.acme.website_key))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {settings.PUBLIC_URL.replace('http', 'ws', 1)}"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    assert "unsafe-" not in str(policy)


def test_nobody_may_embed_a_chat_that_is_not_there() -> None:
    response = frame_of(uuid4().hex[:16])
    assert policy_of(response)["frame-ancestors"] == "'none'"
    assert b"boot" not in response.content


@override_settings(DEMO=False)
def test_only_the_listed_sites_may_embed_the_frame() -> None:
    website = new_website("Shop", allowed_domains=["shop.example", "https://*.Shop.example/"])
    policy = policy_of(frame_of(website.website_key))
    assert policy["frame-ancestors"] == "'self' shop.example https://*.shop.example"


def test_the_demo_may_be_embedded_on_this_machine() -> None:
    assert frame_ancestors(["shop.example"], demo=True)[2:] == ("http://localhost:*", "http://127.0.0.1:*")


def test_no_list_means_any_site_but_a_list_of_nonsense_means_none() -> None:
    assert frame_ancestors([], demo=False) == ("*",)
    assert frame_ancestors(["?!"], demo=False) == ("'self'",)


@pytest.mark.parametrize(
    "domain",
    ["a.test; script-src *", "a.test b.test", "'unsafe-inline'", "*", "javascript:", "a.test\r\nX: y", "", "a..b;"],
)
def test_an_allowed_domain_cannot_smuggle_anything_into_the_policy(domain: str) -> None:
    assert source_of(domain) is None


@given(st.text(max_size=40))
def test_no_text_at_all_can_end_the_directive(text: str) -> None:
    source = source_of(text)
    assert source is None or re.fullmatch(r"[a-z0-9:/.*-]+", source)


def test_what_an_owner_writes_cannot_become_markup() -> None:
    website = new_website("Loud", greeting="</script><script>alert(1)</script>", chips=["<b>&amp;"])
    response = frame_of(website.website_key)
    assert b"alert(1)</script>" not in response.content
    assert boot_in(response)["greeting"] == website.greeting
    assert boot_in(response)["chips"] == ["<b>&amp;"]


def test_the_frame_knows_whether_an_assistant_answers() -> None:
    assert boot_in(frame_of(new_website("Acme").website_key))["assistant"] == "Acme Assistant"
    assert boot_in(frame_of(new_website("Quiet", ai_enabled=False).website_key))["assistant"] is None


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("ar", "ar"), ("ar-EG", "ar"), ("tlh", "de"), ("../etc", "de"), ("", "de")]
)
def test_the_chat_speaks_only_languages_it_knows(wanted: str, spoken: str) -> None:
    website = new_website("Sprachen", language="de-AT")
    assert boot_in(frame_of(website.website_key, locale=wanted))["language"] == spoken


def test_a_language_nobody_has_translated_is_answered_in_english() -> None:
    website = new_website("Tlhingan", language="tlh")
    assert boot_in(frame_of(website.website_key))["language"] == "en"


def test_a_language_from_right_to_left_turns_the_page_around() -> None:
    website = new_website("Souq", language="ar")
    assert b'lang="ar" dir="rtl"' in frame_of(website.website_key).content
    config = config_in(script_of(website.website_key))
    assert (config["language"], config["texts"]["ar"][0], config["texts"]["en"][0]) == ("ar", 1, 0)


def test_what_an_owner_wrote_stays_as_it_is_and_what_nobody_changed_is_translated() -> None:
    plain = boot_in(frame_of(new_website("Acme", language="de").website_key))
    assert (plain["greeting"], plain["intro"]) == ("Hallo 👋", "Fragen Sie uns alles. Wir helfen gerne.")
    own = boot_in(frame_of(new_website("Acme", language="de", greeting="Moin!").website_key))
    assert own["greeting"] == "Moin!"


# --- colours and texts ------------------------------------------------------------------------------------------------


@given(st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True))
def test_whatever_the_brand_colour_its_texts_can_be_read(brand: str) -> None:
    colours = palette(brand)
    assert contrast(parsed(colours.fill), parsed(colours.on_fill)) >= 4.5
    assert contrast(parsed(colours.accent_on_light), LIGHT_GROUND) >= 4.5
    assert contrast(parsed(colours.accent_on_dark), DARK_GROUND) >= 4.5


def test_a_brand_colour_that_is_readable_stays_as_it_is() -> None:
    assert palette("#3454d1").fill == "#3454d1"
    assert palette("#ffd400").fill == "#ffd400"
    assert palette("#ffd400").on_fill == "#000000"


def keys_used() -> set[str]:
    """Every key the frame asks its dictionary for, with the endings of those it puts together."""
    source = "\n".join(path.read_text() for path in FRONT_END.rglob("*.ts*") if ".test." not in path.name)
    source = re.sub(r"=== '\w+'", "", source)
    asked = re.findall(r"\btext(?:\.plural)?\(([^)]*)\)", source)
    return {key for arguments in asked for key in re.findall(r"'([a-z][a-z_]*)'", arguments)}


def test_every_text_the_chat_asks_for_is_written_and_none_is_left_over() -> None:
    made = {key.partition(".")[0] for key in texts(translator("en"))}
    put_together = {key for key in made if key.startswith(("delivery_", "failed_", "files_", "form_", "rating_"))}
    put_together |= {
        "reconnecting",
        "no_network",
        "http",
        "email_invalid",
    }  # held in a variable before they are asked for
    assert keys_used() | put_together == made
