"""What an owner says in other languages than the website's own: written on a tab each, read by who reads that."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Website
from tests.cast import Cast
from tests.dashboard.forms import sent
from tests.dashboard.reading import HOST, address, browser_of, text_of

GERMAN = "appearance/texts/de/"
ODD = ["", "x" * 10_000, "💥", "‮gnirts", "<script>alert(1)</script>", "a\0b"]


@pytest.fixture
def acme(cast: Cast) -> Website:
    Website.objects.filter(pk=cast.acme.pk).update(greeting="Hello from Acme", intro="Ask away.", chips=["Prices?"])
    cast.acme.refresh_from_db()
    return cast.acme


def read_by(website: Website, locale: str) -> dict[str, Any]:
    """What the chat's window is told, on a page that asks for this language."""
    page = Client(headers=HOST).get(f"/widget/frame/{website.website_key}/", {"locale": locale}).content.decode()
    found = re.search(r'<script[^>]*id="boot"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    boot: dict[str, Any] = json.loads(found[1])
    return boot


def test_each_visitor_reads_their_own_language_and_the_rest_as_everywhere(acme: Website, adas_browser: Client) -> None:
    page = adas_browser.get(address(acme, GERMAN))
    given = sent(page) | {"greeting": "Willkommen", "chips": "Was kostet es?\nWie lange?"}
    answer = adas_browser.post(address(acme, GERMAN), given, follow=True)
    assert "Saved for visitors who read German." in text_of(answer)
    german, english, french = (read_by(acme, one) for one in ("de-AT", "en", "fr"))
    assert (german["greeting"], german["chips"]) == ("Willkommen", ["Was kostet es?", "Wie lange?"])
    assert german["intro"] == "Ask away."  # nobody has said it in German
    for other in (english, french):
        assert (other["greeting"], other["chips"]) == ("Hello from Acme", ["Prices?"])


def test_forms_consent_and_rating_are_said_in_it_too(acme: Website, adas_browser: Client) -> None:
    acme.widget = {"consent": {"enabled": True, "text": "We keep it.", "link": "https://acme.example/privacy"}}
    acme.save()
    own = {
        "form_intro": "Bevor wir beginnen",
        "offline_text": "Niemand da",
        "rating_question": "Wie war es?",
        "consent_text": "Wir heben es auf.",
        "consent_link_text": "Datenschutz",
    }
    adas_browser.post(address(acme, GERMAN), sent(adas_browser.get(address(acme, GERMAN))) | own)
    german, english = read_by(acme, "de"), read_by(acme, "en")
    assert (german["formIntro"], german["away"], german["rating"]) == tuple(own.values())[:3]
    consent = german["consent"]
    assert (consent["text"], consent["link_text"]) == ("Wir heben es auf.", "Datenschutz")
    assert consent["link"] == "https://acme.example/privacy"
    assert english["consent"]["text"] == "We keep it."
    assert (english["formIntro"], english["away"], english["rating"]) == ("", "", "")


RULES = [{"key": "a1", "message": "Need help?"}, {"key": "b2", "message": "Free shipping"}]
FIELDS = [{"key": "name"}, {"key": "order", "label": "Order number"}]


def loaded(website: Website) -> dict[str, Any]:
    """What is written into the script on the owner's page."""
    script = Client(headers=HOST).get(f"/widget/{website.website_key}.js").content.decode()
    config: dict[str, Any] = json.loads(script[script.rindex("}(") + 2 : script.rindex(");")])
    return config


def rules_of(website: Website) -> list[dict[str, Any]]:
    """What is written into the second script, that of the messages which show themselves."""
    script = Client(headers=HOST).get(f"/widget/{website.website_key}.js?rules").content.decode()
    found: list[dict[str, Any]] = json.JSONDecoder().raw_decode(script, script.index("{"))[0]["rules"]
    return found


def test_button_messages_and_what_the_form_asks_are_said_in_it_too(acme: Website, adas_browser: Client) -> None:
    acme.widget = {
        "launcher": {"text": "Ask us"},
        "proactive": RULES,
        "form": {"enabled": True, "fields": FIELDS},
    }
    acme.save()
    page = adas_browser.get(address(acme, GERMAN))
    assert all(words in text_of(page) for words in ("Message 2", "Asks for: Order number", "Words on it"))
    given = {"launcher_text": "Frag uns", "rule_b2": "Versand frei", "label_order": "Bestellnummer"}
    assert adas_browser.post(address(acme, GERMAN), sent(page) | given).status_code == 302
    script = loaded(acme)
    assert [script["texts"][one][4] for one in ("de", "en", "fr")] == ["Frag uns", "Ask us", "Ask us"]
    assert [(one["message"], one.get("said")) for one in rules_of(acme)] == [
        ("Need help?", None),
        ("Free shipping", {"de": "Versand frei"}),
    ]
    assert (read_by(acme, "de")["labels"], read_by(acme, "fr")["labels"]) == ({"order": "Bestellnummer"}, {})
    assert sent(adas_browser.get(address(acme, GERMAN))).items() >= given.items()


def test_a_message_keeps_its_words_in_other_languages_when_it_is_moved_and_a_new_one_has_none(
    acme: Website, adas_browser: Client
) -> None:
    rules = [{**rule, "key": str(n)} for n, rule in enumerate(RULES, start=1)]
    acme.widget = {"proactive": rules, "texts": {"de": {"proactive": {"1": "Hilfe?", "2": "Versand frei"}}}}
    acme.save()
    page = address(acme, "appearance/")
    given = sent(adas_browser.post(page, sent(adas_browser.get(page)) | {"rules-do": "up-1"}))
    given = sent(adas_browser.post(page, given | {"rules-do": "remove-1"}))
    given = sent(adas_browser.post(page, given | {"rules-do": "add"})) | {"rules-1-message": "Anything else?"}
    assert adas_browser.post(page, given).status_code == 302
    assert [(one["message"], one.get("said")) for one in rules_of(acme)] == [
        ("Free shipping", {"de": "Versand frei"}),
        ("Anything else?", None),
    ]


def test_rules_without_a_key_or_with_anothers_get_one_of_their_own(acme: Website) -> None:
    acme.widget = {"proactive": [{"message": one, "key": key} for one, key in (("a", ""), ("b", "1"), ("c", "1"))]}
    assert [one.key for one in acme.widget_settings.proactive] == ["2", "1", "3"]


def test_what_is_emptied_again_is_said_as_before_and_other_languages_stay(acme: Website, adas_browser: Client) -> None:
    for language, said in (("de", "Willkommen"), ("fr", "Bienvenue"), ("de", "")):
        path = address(acme, f"appearance/texts/{language}/")
        adas_browser.post(path, sent(adas_browser.get(path)) | {"greeting": said})
    acme.refresh_from_db()
    assert set(acme.widget_settings.texts) == {"fr"}
    assert read_by(acme, "de")["greeting"] == "Hello from Acme"
    assert read_by(acme, "fr")["greeting"] == "Bienvenue"


def test_the_page_of_the_websites_own_language_leaves_the_others_alone(acme: Website, adas_browser: Client) -> None:
    adas_browser.post(address(acme, GERMAN), {"greeting": "Willkommen"})
    own = address(acme, "appearance/")
    adas_browser.post(own, sent(adas_browser.get(own)) | {"greeting": "Hi"})
    adas_browser.post(own + "reset/")
    assert read_by(acme, "de")["greeting"] == "Willkommen"


def test_there_is_a_tab_for_each_language_but_the_websites_own(acme: Website, adas_browser: Client) -> None:
    words = text_of(adas_browser.get(address(acme, "appearance/")))
    assert "English Arabic French German Spanish" in words
    assert adas_browser.get(address(acme, "appearance/texts/en/")).status_code == 404
    assert adas_browser.get(address(acme, "appearance/texts/tlh/")).status_code == 404
    Website.objects.filter(pk=acme.pk).update(language="de")
    assert adas_browser.get(address(acme, GERMAN)).status_code == 404
    assert adas_browser.get(address(acme, "appearance/texts/en/")).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_odd_texts_are_texts_or_refused_with_a_word(acme: Website, adas_browser: Client, odd: str) -> None:
    answer = adas_browser.post(address(acme, GERMAN), {"greeting": odd, "intro": odd}, follow=True)
    assert answer.status_code == (422 if len(odd) > 120 or "\0" in odd else 200)
    assert "<script>alert" not in answer.content.decode()
    assert read_by(acme, "de")["greeting"] == (odd if answer.status_code == 200 and odd else "Hello from Acme")


def test_a_stale_tab_says_so_before_it_writes_over_a_colleagues(cast: Cast, acme: Website) -> None:
    ada, cleo, path = browser_of(cast.ada), browser_of(cast.cleo), address(acme, GERMAN)
    stale = sent(ada.get(path))
    cleo.post(path, sent(cleo.get(path)) | {"greeting": "Von Cleo"})
    answer = ada.post(path, stale | {"greeting": "Von Ada"})
    assert answer.status_code == 409
    assert read_by(acme, "de")["greeting"] == "Von Cleo"
    ada.post(path, sent(answer))
    assert read_by(acme, "de")["greeting"] == "Von Ada"


def test_the_preview_shows_what_is_typed_in_that_language_and_the_end_with_its_rating(
    acme: Website, adas_browser: Client
) -> None:
    path = address(acme, GERMAN)
    given = sent(adas_browser.get(path)) | {"rating_question": "Wie war es?", "side": "ended", "scheme": ""}
    answer = adas_browser.post(path + "draft/", given, headers={"Accept": "application/json"}).json()
    assert answer["address"].endswith("/ended/?locale=de")
    token = answer["address"].split("/")[3]
    frame = Client(headers=HOST).get(f"/widget/preview/{token}/widget/frame/ended/?locale=de").content.decode()
    assert '"rating": "Wie war es?"' in frame
    assert '"status": "resolved"' in frame
    assert not acme.widget_settings.texts


def test_mallory_writes_nothing_into_acmes_chat(cast: Cast, acme: Website) -> None:
    for who, status in ((cast.mallory, 404), (cast.ben, 403)):
        for path in (address(acme, GERMAN), address(acme, GERMAN + "draft/")):
            assert browser_of(who).post(path, {"greeting": "Mine"}).status_code == status
    assert read_by(acme, "de")["greeting"] == "Hello from Acme"
